import Failures
import Foundation

/// A check that an operation fits in memory, made before the operation starts.
package enum MemoryBudget {
    /// - Throws: ``OutOfMemory`` if fewer than `bytes` bytes are free.
    package static func check(_ bytes: Int, for purpose: String) throws {
        let free = available
        if bytes > free { throw OutOfMemory(purpose: purpose, bytes: bytes, available: free) }
    }

    /// The number of bytes that the machine or the surrounding container can provide without swapping.
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
    let purpose: String
    let bytes: Int
    let available: Int

    package var code: FailureCode { .outOfMemory }
    package var hint: String? { "use a smaller model or a machine with more memory" }
    package var message: String {
        func gigabytes(_ bytes: Int) -> String { String(format: "%.1f GB", Double(bytes) / 1e9) }
        return
            "\(purpose) needs \(gigabytes(bytes)) of memory, but only \(gigabytes(available)) are free"
    }
}
