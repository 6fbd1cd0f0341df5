import CommandKit
import Keys

/// The values that a run of a cell read from the workspace and made in it. A value is represented by a text that is
/// equal for equal values: its key, or its name and content.
struct Dependencies: Sendable {
    struct Read: Hashable, Sendable {
        /// The name or parameter through which the value was read, such as `$n` or `selection`.
        let label: String
        let value: String
    }

    private(set) var reads: [Read] = []
    private(set) var makes: Set<String> = []
    /// The names that the run assigned, with their `$`: `$n`.
    private(set) var names: Set<String> = []
    private var seen: Set<Read> = []
    /// The named values that the run assigned itself. Reading one is not a dependency on another cell.
    private var own: Set<String> = []

    /// True if the run made anything other than `$_`, which every top-level statement with a value assigns.
    var makesSomething: Bool { makes.contains { !$0.hasPrefix("$\(ReservedWords.lastResult)=") } }

    mutating func read(_ label: String, _ value: String) {
        let read = Read(label: label, value: value)
        if !makes.contains(value), !own.contains(value), seen.insert(read).inserted { reads.append(read) }
    }

    mutating func make(_ key: ContentKey) { makes.insert(key.hex) }

    mutating func name(_ name: String, _ value: Value, isLocal: Bool = false) {
        let mark = value.mark(named: name)
        own.insert(mark)
        guard !isLocal else { return }
        makes.insert(mark)
        // `$_` is the result of the statement before, so a new result must not make earlier readers of `$_` stale.
        if name != ReservedWords.lastResult { names.insert("$" + name) }
    }
}

extension Value {
    /// Returns a text that is equal for equal values of one name.
    func mark(named name: String) -> String { "$\(name)=\(canonical)" }
}
