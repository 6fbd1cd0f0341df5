import Failures
import Foundation

/// A check that an operation fits in memory, made before the operation starts.
package enum MemoryBudget {
    /// Checks that `bytes` bytes are free.
    ///
    /// - Parameter purpose: the operation, as the subject of the error message: `training a copy of the policy`.
    /// - Throws: ``OutOfMemory`` if fewer bytes are free.
    package static func check(_ bytes: Int, for purpose: String) throws {
        let free = available
        if bytes > free { throw OutOfMemory(purpose: purpose, bytes: bytes, available: free) }
    }

    /// The number of free bytes: the smaller of the machine's available memory and the rest of the container's limit
    /// (cgroup v2). Without /proc/meminfo, as on macOS, it is the machine's whole memory.
    static var available: Int { min(machine, container ?? .max) }

    private static var container: Int? {
        func number(_ name: String) -> Int? {
            (try? String(contentsOfFile: "/sys/fs/cgroup/memory.\(name)", encoding: .utf8))
                .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        guard let limit = number("max"), let used = number("current") else { return nil }
        return max(0, limit - used)
    }

    private static var machine: Int {
        if let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        {
            return kilobytes * 1_024
        }
        return Int(ProcessInfo.processInfo.physicalMemory)
    }
}

/// The error that an operation would not fit in memory.
package struct OutOfMemory: Explained, Hashable {
    /// The operation, as the subject of the message.
    let purpose: String
    /// The number of bytes that the operation needs.
    let bytes: Int
    /// The number of free bytes.
    let available: Int

    package var code: FailureCode { .outOfMemory }
    package var hint: String? { "use a smaller model or a machine with more memory" }
    package var message: String {
        func gigabytes(_ bytes: Int) -> String { String(format: "%.1f GB", Double(bytes) / 1e9) }
        return
            "\(purpose) needs \(gigabytes(bytes)) of memory, but only \(gigabytes(available)) are free"
    }
}
