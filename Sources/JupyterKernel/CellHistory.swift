import Events
import Foundation
import Synchronization

/// The cells of this session and of earlier ones: a file of JSON lines, one a cell.
///
/// Kernels that share a file append to it, each under a name of its own; sessions are numbered in the order
/// in which they began.
package final class CellHistory: Sendable {
    package struct Entry: Sendable {
        package let session: Int
        /// From 1.
        package let line: Int
        package let code: String
    }

    private struct State {
        var entries: [Entry] = []
        var session = 1
        /// Opened with the first cell: a kernel that ran nothing makes nothing.
        var handle: FileHandle?
        /// True if the file's last line was cut off, and must not swallow the next.
        var endsInside = false
    }

    private let file: URL?

    private let state = Mutex(State())
    private let name = UUID().uuidString

    /// - Parameter file: where cells are kept; a file that can't be used keeps none, and so does `nil`.
    package init(_ file: URL?) {
        self.file = file
        guard let file else { return }
        let contents = FileManager.default.contents(atPath: file.path) ?? Data()
        var entries: [Entry] = []
        var sessions: [String: Int] = [:]
        for line in contents.split(separator: UInt8(ascii: "\n")) {
            // A line that was cut off by a crash is no entry.
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

    package func add(_ line: Int, _ code: String) {
        let json: JSON = ["session": .text(name), "line": .integer(line), "code": .text(code)]
        state.withLock { state in
            state.entries.append(Entry(session: state.session, line: line, code: code))
            if state.handle == nil { state.handle = open() }
            let start = state.endsInside ? "\n" : ""
            state.endsInside = false
            // History is a help: a full disk is no reason to fail a cell.
            try? state.handle?.write(contentsOf: Data(start.utf8) + json.data + Data("\n".utf8))
        }
    }

    /// Several kernels may append to one file.
    private func open() -> FileHandle? {
        guard let file else { return nil }
        try? FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let descriptor = Foundation.open(file.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        return descriptor < 0 ? nil : FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// From the oldest to the newest.
    package var all: [Entry] { state.withLock { $0.entries } }

    /// The cells of a session from one line to another, the end not included.
    ///
    /// - Parameter session: 0 is this one, -1 the one before it.
    package func range(session: Int, _ start: Int, _ stop: Int) -> [Entry] {
        state.withLock { state in
            let wanted = session > 0 ? session : state.session + session
            return state.entries.filter { $0.session == wanted && $0.line >= start && $0.line < stop }
        }
    }

    /// The cells that a pattern with `*` and `?` describes.
    ///
    /// - Parameter isUnique: whether only the latest of equal ones is wanted.
    package func search(_ pattern: String, isUnique: Bool) -> [Entry] {
        let pattern = Array(pattern)
        let found = all.filter { Self.fits(Array($0.code), pattern) }
        guard isUnique else { return found }
        var seen: Set<String> = []
        return found.reversed().filter { seen.insert($0.code).inserted }.reversed()
    }

    /// Whether a text is what a pattern says.
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
