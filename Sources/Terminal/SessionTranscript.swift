import Foundation

/// A file with the successful statements of one REPL session, as a recipe. It is updated after each cell, so that
/// nothing is lost if the terminal closes.
struct SessionTranscript {
    let file: URL
    private var written = ""

    /// Creates a transcript. Its file is named after the current time in UTC and the process ID, and is written with the
    /// first statement.
    ///
    /// - Parameter folder: the folder of all transcripts. It need not exist.
    init(in folder: URL) {
        let time = Date.now.formatted(
            Date.ISO8601FormatStyle(dateSeparator: .dash, timeSeparator: .omitted))
        let name = time.prefix { $0 != "Z" }.replacing("T", with: "-")
        file = folder.appending(path: "\(name)-\(ProcessInfo.processInfo.processIdentifier).swirl")
    }

    /// Writes the recipe if it has changed since the last call.
    ///
    /// - Throws: an error of the file system if the file can't be written.
    mutating func write(_ recipe: String) throws {
        guard recipe != written else { return }
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(recipe.utf8).write(to: file, options: .atomic)
        written = recipe
    }
}
