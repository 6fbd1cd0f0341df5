import Foundation
import Output
import Synchronization

/// Draws charts with the gnuplot program, where it is installed.
package struct Gnuplot: Sendable {
    /// What is drawn onto.
    package enum Medium: Hashable, Sendable {
        /// Characters, for a terminal.
        case text(columns: Int, rows: Int)
        /// Pixels at a desktop's usual density.
        case svg(width: Int, height: Int)
        case png(width: Int, height: Int)
    }

    /// gnuplot said no.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private let program: URL

    /// `nil` where no gnuplot is on the path.
    package init?(path: String = ProcessInfo.processInfo.environment["PATH"] ?? "") {
        let candidates = path.split(separator: ":").map {
            URL(fileURLWithPath: String($0)).appending(path: "gnuplot")
        }
        guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) })
        else { return nil }
        program = found
    }

    /// Longer than this no chart takes, in seconds.
    private static let deadline = 60.0

    /// - Throws: ``Failure`` with what gnuplot said, `CancellationError`.
    package func draw(_ chart: Chart, on medium: Medium) async throws -> Data {
        let script = GnuplotScript(chart, medium).text
        let process = Process()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // Waiting for a process blocks: not on a thread that Swift's tasks share.
                DispatchQueue.global().async {
                    continuation.resume(with: Result { try run(process, script) })
                }
            }
        } onCancel: {
            if process.isRunning { process.terminate() }
        }
    }

    private func run(_ process: Process, _ script: String) throws -> Data {
        process.executableURL = program
        process.arguments = ["-"]
        // Neither a user's settings nor a locale may change what is drawn.
        var environment = ProcessInfo.processInfo.environment
        environment["GNUTERM"] = "unknown"
        environment["LC_ALL"] = "C.UTF-8"
        environment["HOME"] = "/nonexistent"
        process.environment = environment
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw Failure(description: "\(program.path) can't be started")
        }
        let watch = DispatchWorkItem { process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.deadline, execute: watch)
        defer { watch.cancel() }
        // All three at once: a full pipe would stop both sides.
        let complaints = Mutex(Data())
        let group = DispatchGroup()
        DispatchQueue.global().async(group: group) {
            let data = errors.fileHandleForReading.readDataToEndOfFile()
            complaints.withLock { $0 = data }
        }
        DispatchQueue.global().async(group: group) {
            try? input.fileHandleForWriting.write(contentsOf: Data(script.utf8))
            try? input.fileHandleForWriting.close()
        }
        let drawn = output.fileHandleForReading.readDataToEndOfFile()
        group.wait()
        process.waitUntilExit()
        let text = complaints.withLock { String(decoding: $0, as: UTF8.self) }
        guard process.terminationStatus == 0, !drawn.isEmpty else {
            throw Failure(description: text.isEmpty ? "gnuplot drew nothing" : text)
        }
        // Characters begin with a form feed, which would clear a terminal.
        return drawn.first == 0x0C ? drawn.dropFirst() : drawn
    }
}
