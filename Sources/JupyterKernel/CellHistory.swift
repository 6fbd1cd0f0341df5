import Events
import Foundation
import Synchronization

/// The source code of the cells that this session and earlier ones ran. The file has one JSON object per line and cell.
///
/// Several kernels may append to one file; each marks its cells with its own random name. Earlier sessions are numbered
/// from 1 in the order in which they appear in the file, and this session has the next number.
package final class CellHistory: Sendable {
    package struct Entry: Sendable {
        package let session: Int
        /// The execution count of the cell in its session, from 1.
        package let line: Int
        package let code: String
    }

    private struct State {
        var entries: [Entry] = []
        var session = 1
        /// The open file. It is opened with the first cell, so that a kernel that runs nothing creates no file.
        var handle: FileHandle?
        /// True if the file's last line was cut off. The next entry then begins with a line break.
        var endsInside = false
    }

    private let file: URL?

    private let state = Mutex(State())
    private let name = UUID().uuidString

    /// Loads the history.
    ///
    /// - Parameter file: the file that stores cells. If it is `nil` or can't be written, new cells are stored only in
    ///   memory.
    package init(_ file: URL?) {
        self.file = file
        guard let file else { return }
        let contents = FileManager.default.contents(atPath: file.path) ?? Data()
        var entries: [Entry] = []
        var sessions: [String: Int] = [:]
        for line in contents.split(separator: UInt8(ascii: "\n")) {
            // Skip lines that a crash cut off.
            guard let json = try? JSON(Data(line)), let session = json["session"]?.text,
                let number = json["line"]?.integer, let code = json["code"]?.text
            else { continue }
            let place = sessions[session] ?? sessions.count + 1
            sessions[session] = place
            entries.append(Entry(session: place, line: number, code: code))
        }
        state.withLock { state in
            state.entries = entries
            state.session = sessions.count + 1
            state.endsInside = contents.last.map { $0 != UInt8(ascii: "\n") } ?? false
        }
    }

    /// Adds a cell of this session.
    ///
    /// - Parameter line: the execution count of the cell.
    package func add(_ line: Int, _ code: String) {
        let json: JSON = ["session": .text(name), "line": .integer(line), "code": .text(code)]
        state.withLock { state in
            state.entries.append(Entry(session: state.session, line: line, code: code))
            if state.handle == nil { state.handle = open() }
            let start = state.endsInside ? "\n" : ""
            state.endsInside = false
            // Errors are ignored: a cell must not fail because its history entry can't be written.
            try? state.handle?.write(contentsOf: Data(start.utf8) + json.data + Data("\n".utf8))
        }
    }

    /// Opens the file for appending, because several kernels may write to it.
    private func open() -> FileHandle? {
        guard let file else { return nil }
        try? FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let descriptor = Foundation.open(file.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        return descriptor < 0 ? nil : FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// All cells, from the oldest to the newest.
    package var all: [Entry] { state.withLock { $0.entries } }

    /// Returns the cells of a session with lines from `start` up to, but not including, `stop`.
    ///
    /// - Parameter session: the number of a session, from 1. 0 is this session, -1 the session before it, and so on.
    package func range(session: Int, _ start: Int, _ stop: Int) -> [Entry] {
        state.withLock { state in
            let wanted = session > 0 ? session : state.session + session
            return state.entries.filter { $0.session == wanted && $0.line >= start && $0.line < stop }
        }
    }

    /// Returns the cells that match a pattern with `*` and `?`.
    ///
    /// - Parameter isUnique: true to return only the latest of several equal cells.
    package func search(_ pattern: String, isUnique: Bool) -> [Entry] {
        let pattern = Array(pattern)
        let found = all.filter { Self.fits(Array($0.code), pattern) }
        guard isUnique else { return found }
        var seen: Set<String> = []
        return found.reversed().filter { seen.insert($0.code).inserted }.reversed()
    }

    /// Returns true if a text matches a pattern in which `*` stands for any text and `?` for any character.
    private static func fits(_ text: [Character], _ pattern: [Character]) -> Bool {
        var reachable: Set<Int> = [0]
        for sign in pattern {
            switch sign {
            case "*": if let first = reachable.min() { reachable = Set(first...text.count) }
            case "?": reachable = Set(reachable.filter { $0 < text.count }.map { $0 + 1 })
            default: reachable = Set(reachable.filter { $0 < text.count && text[$0] == sign }.map { $0 + 1 })
            }
        }
        return reachable.contains(text.count)
    }
}
