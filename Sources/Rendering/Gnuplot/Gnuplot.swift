import Events
import Failures
import Foundation

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
    package struct Failure: Explained {
        package let message: String
        package var code: FailureCode { .gnuplotFailed }
    }

    private let program: URL
    private let styles: [any ChartStyle.Type]

    /// `nil` where no gnuplot is on the path.
    ///
    /// - Parameter styles: the kinds of chart that it draws.
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

    /// Longer than this no chart takes, in seconds.
    private static let deadline = 60.0

    /// Script, drawing and complaints go through files: a pipe's end may be inherited by any other process
    /// that is started meanwhile, and then never closes.
    ///
    /// - Throws: ``Failure`` with what gnuplot said.
    package func draw(_ chart: Chart, on medium: Medium) async throws -> Data {
        guard let style = styles.first(where: { $0.name == chart.kind }) else {
            throw Failure(message: "there is no chart of the kind '\(chart.kind)'")
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
        // Neither a user's settings nor a locale may change what is drawn.
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
        // Characters begin with a form feed, which would clear a terminal.
        return drawn.first == 0x0C ? drawn.dropFirst() : drawn
    }

    /// A drawing as XML wants it. gnuplot escapes less than it has to in texts, and stops in the middle of a
    /// drawing at some errors without an exit status.
    ///
    /// - Throws: ``Failure``
    private static func wellFormed(_ svg: Data) throws -> Data {
        guard let text = String(validating: svg, as: UTF8.self),
            text.utf8.suffix(20).contains(UInt8(ascii: ">")), text.contains("</svg>")
        else { throw Failure(message: "gnuplot's drawing is cut or no UTF-8") }
        // By scalars: under a combining mark the last one is another Character.
        let scalars = text.unicodeScalars.replacing("]]>".unicodeScalars, with: "]]&gt;".unicodeScalars)
        return Data(String(scalars).utf8)
    }

    /// Starts a process and waits for its end without holding a thread; a cancelled task ends it.
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
