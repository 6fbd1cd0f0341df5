import CommandKit
import Foundation

/// Output files that a script asks for.
enum FileWriting {
    /// Writes a file atomically and creates missing folders on its path.
    ///
    /// - Throws: `CommandFailure` if the file can't be written.
    static func write(_ data: Data, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try data.write(to: url, options: .atomic)
        } catch {
            throw CommandFailure(
                .notWritten, "\(path) can't be written: \(error.localizedDescription)",
                hint: "give another place with to:"
            )
        }
    }
}

/// CSV files that hold frames.
enum FrameFile {
    static func problems(_ path: String, parameter: String) -> [CallProblem] {
        guard URL(fileURLWithPath: path).pathExtension != "csv" else { return [] }
        return [
            CallProblem(
                .unknownFormat, parameter: parameter, "'\(path)' does not end in .csv",
                hint: "frames are stored as comma-separated values: \"grid.csv\"")
        ]
    }
}
