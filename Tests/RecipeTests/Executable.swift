import Foundation

/// The built `swirl`, run as its users run it.
struct Executable {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Beside the test bundle that is running.
    static let path: URL = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appending(path: "swirl")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
            folder.deleteLastPathComponent()
        }
        return root.appending(path: ".build/release/swirl")
    }()

    struct Result {
        let status: Int32
        let output: String
        let errors: String

        /// The JSON events of a run with --json.
        var events: [[String: Any]] {
            output.split(separator: "\n").compactMap {
                try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
        }
    }

    /// A folder of one's own, removed when the last reference goes.
    final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "swirl-\(UUID().uuidString)")

        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }

        func write(_ name: String, _ text: String) throws -> String {
            let file = url.appending(path: name)
            try Data(text.utf8).write(to: file)
            return file.path
        }
    }

    /// Starts it; output goes to files, so that nothing blocks on a full pipe.
    ///
    /// - Parameters:
    ///   - program: another one than `swirl`, such as one that starts it.
    ///   - variables: the environment, beside this process's own.
    static func start(
        _ arguments: [String], input: String = "", in folder: Folder, program: URL = path,
        variables: [String: String] = [:]
    ) throws -> Running {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder.url
        var environment = ProcessInfo.processInfo.environment
        environment["NO_COLOR"] = "1"
        environment.merge(variables) { $1 }
        process.environment = environment
        let name = UUID().uuidString
        let files = ["in", "out", "err"].map { folder.url.appending(path: "\(name).\($0)") }
        try Data(input.utf8).write(to: files[0])
        for file in files[1...] { try Data().write(to: file) }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        return Running(process: process, output: files[1], errors: files[2])
    }

    static func run(_ arguments: [String], input: String = "", in folder: Folder) async throws -> Result {
        try await start(arguments, input: input, in: folder).wait()
    }

    struct Running: @unchecked Sendable {
        let process: Process
        let output: URL
        let errors: URL

        /// Sends a signal as soon as a condition holds, or when the process has ended.
        ///
        /// The condition is checked on a thread of its own: beside tests that compute, a task may wait for seconds.
        func signal(_ number: Int32, when isDue: @escaping @Sendable () -> Bool) async {
            await withCheckedContinuation { sent in
                Thread.detachNewThread {
                    while process.isRunning, !isDue() { usleep(5_000) }
                    kill(process.processIdentifier, number)
                    sent.resume()
                }
            }
        }

        /// The events that the process has printed so far.
        var events: [[String: Any]] {
            let text = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
            return Result(status: 0, output: text, errors: "").events
        }

        func wait() async -> Result {
            // Suspends: a blocked thread would be missing to the other tests.
            while process.isRunning { try? await Task.sleep(for: .milliseconds(10)) }
            func text(_ file: URL) -> String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }
            return Result(status: process.terminationStatus, output: text(output), errors: text(errors))
        }
    }
}
