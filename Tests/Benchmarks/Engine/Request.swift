import Foundation

/// What the driver asks for. Every work reads the fields that concern it.
struct Request: Decodable, Sendable {
    let work: String
    /// A Hugging Face directory.
    var model: String?
    var hidden, layers, heads, keyValueHeads, intermediate, vocabulary: Int?
    var batch, length, new, count: Int?
    var steps: Int?
    var threads: Int?
    /// Whether the actions of a state share its computation.
    var shares: Bool?
    var passages, questions: String?
    var tokens: Int?
}

struct Answer: Encodable, Sendable {
    var seconds: Double?
    /// How much was done: tokens, trajectories or questions, as the work says.
    var amount: Double?
    var tokens: Double?
    var peakBytes: Double?
    var names: [String]?
    var words: [[String]]?
    var number: Double?
    var error: String?
}

struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Seconds that a body takes.
func timed<Result>(_ body: () async throws -> Result) async rethrows -> (Result, Double) {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try await body()
    let duration = (clock.now - start).components
    return (result, Double(duration.seconds) + Double(duration.attoseconds) * 1e-18)
}

/// The most memory that this program ever had resident, in bytes. On Linux not getrusage's figure,
/// which a program inherits from the one that started it.
var peakBytes: Double {
    if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) })
    {
        return kilobytes * 1_024
    }
    var usage = rusage()
    #if os(Linux)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) * 1_024
    #else
        getrusage(RUSAGE_SELF, &usage)
        return Double(usage.ru_maxrss)
    #endif
}

/// Lets the peak start anew from what is resident now, where the system can.
func forgetPeak() { try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8) }
