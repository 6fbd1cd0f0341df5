import Foundation

/// What succeeded in a session, as a recipe on disk that grows with it: a terminal that goes away
/// takes nothing along.
struct Journal {
    let file: URL
    private var written = ""

    /// - Parameter folder: made with the first entry. The file's name is the time in UTC.
    init(in folder: URL) {
        let time = Date.now.formatted(
            Date.ISO8601FormatStyle(dateSeparator: .dash, timeSeparator: .omitted))
        let name = time.prefix { $0 != "Z" }.replacing("T", with: "-")
        file = folder.appending(path: "\(name)-\(ProcessInfo.processInfo.processIdentifier).swirl")
    }

    /// - Throws: where it can't be written.
    mutating func write(_ recipe: String) throws {
        guard recipe != written else { return }
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(recipe.utf8).write(to: file, options: .atomic)
        written = recipe
    }
}
