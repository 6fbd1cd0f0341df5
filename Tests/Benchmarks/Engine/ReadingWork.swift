import Datasets
import Foundation

/// Reads a file of questions in HotpotQA's format; amount: megabytes, number: questions.
@Sendable func read(_ request: Request) async throws -> Answer {
    guard let path = request.questions else { throw Failure("no file") }
    let size = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped).count
    let (file, seconds) = try await timed { try HotpotQA.reader!(path).read() }
    return Answer(
        seconds: seconds, amount: Double(size) / 1e6, peakBytes: peakBytes,
        number: Double(file.questions.count))
}
