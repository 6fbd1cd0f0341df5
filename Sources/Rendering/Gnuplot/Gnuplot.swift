import Events
import Failures
import Foundation

/// Draws charts with the gnuplot program, if it is installed.
package struct Gnuplot: Sendable {
    /// The format and size of a drawing.
    package enum Medium: Hashable, Sendable {
        /// Text for a terminal; the size is in characters.
        case text(columns: Int, rows: Int)
        /// An image; the size is in pixels.
        case svg(width: Int, height: Int)
        case png(width: Int, height: Int)
    }

    /// An error of gnuplot, or a drawing that can't be used.
    package struct Failure: Explained {
        package let message: String
        package var code: FailureCode { .gnuplotFailed }
    }

    private let program: URL
    private let styles: [any ChartStyle.Type]

    /// Finds gnuplot on the `PATH`; `nil` if it is not installed.
    ///
    /// - Parameters:
    ///   - styles: the kinds of chart that can be drawn.
    ///   - path: the folders to search, separated by colons.
    package init?(
        styles: [any ChartStyle.Type] = ChartStyleList.all,
        path: String = ProcessInfo.processInfo.environment["PATH"] ?? ""
    ) {
        let candidates = path.split(separator: ":").map {
            URL(fileURLWithPath: String($0)).appending(path: "gnuplot")
        }
        guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) })
        else { return nil }
        program = found
        self.styles = styles
    }

    /// The time limit for one chart, in seconds.
    private static let deadline = 60.0

    /// Draws a chart.
    ///
    /// The script, the drawing and error messages go through files, not pipes: another process that starts at the same
    /// time may inherit a pipe's end, and then the pipe is never closed.
    ///
    /// - Throws: ``Failure`` if the kind of chart is unknown, if gnuplot fails, is canceled or exceeds the time limit,
    ///   or if the drawing is incomplete; errors of the file system.
    package func draw(_ chart: Chart, on medium: Medium) async throws -> Data {
        guard let style = styles.first(where: { $0.name == chart.kind }) else {
            throw Failure(message: "unknown kind of chart: '\(chart.kind)'")
        }
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "swirl-gnuplot-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["script", "drawing", "complaints"].map { folder.appending(path: $0) }
        try Data(GnuplotScript(chart, style, medium).text.utf8).write(to: files[0])
        for file in files.dropFirst() { try Data().write(to: file) }

        let process = Process()
        process.executableURL = program
        process.arguments = [files[0].path]
        // The user's settings and locale must not change the drawing.
        var environment = ProcessInfo.processInfo.environment
        environment["GNUTERM"] = "unknown"
        environment["LC_ALL"] = "C.UTF-8"
        environment["HOME"] = "/nonexistent"
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try await finish(process)

        var drawn = try Data(contentsOf: files[1])
        guard process.terminationStatus == 0, !drawn.isEmpty else {
            let text = String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
            throw Failure(message: text.isEmpty ? "gnuplot drew nothing" : text)
        }
        if case .svg = medium { drawn = try Self.wellFormed(drawn) }
        // A text drawing begins with a form feed, which would clear a terminal.
        return drawn.first == 0x0C ? drawn.dropFirst() : drawn
    }

    /// Returns a drawing as well-formed XML. gnuplot does not escape `]]>` in texts. After some errors it stops in the
    /// middle of a drawing and still exits with status 0.
    ///
    /// - Throws: ``Failure`` if the drawing is incomplete or not UTF-8.
    private static func wellFormed(_ svg: Data) throws -> Data {
        guard let text = String(validating: svg, as: UTF8.self),
            text.utf8.suffix(20).contains(UInt8(ascii: ">")), text.contains("</svg>")
        else { throw Failure(message: "gnuplot's drawing is incomplete or not UTF-8") }
        // Search by scalars: a `>` with a combining mark is another Character.
        let scalars = text.unicodeScalars.replacing("]]>".unicodeScalars, with: "]]&gt;".unicodeScalars)
        return Data(String(scalars).utf8)
    }

    /// Starts a process and waits for its end without blocking a thread. The process is terminated if the task is
    /// canceled or the time limit is reached.
    ///
    /// - Throws: ``Failure`` if the process can't be started.
    private func finish(_ process: Process) async throws {
        let watch = DispatchWorkItem { if process.isRunning { process.terminate() } }
        defer { watch.cancel() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                process.terminationHandler = { _ in continuation.resume() }
                do {
                    try process.run()
                    DispatchQueue.global().asyncAfter(deadline: .now() + Self.deadline, execute: watch)
                } catch {
                    process.terminationHandler = nil
                    continuation.resume(throwing: Failure(message: "\(program.path) can't be started"))
                }
            }
        } onCancel: {
            if process.isRunning { process.terminate() }
        }
    }
}
