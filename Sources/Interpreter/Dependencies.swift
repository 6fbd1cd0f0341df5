import CommandKit
import Keys

/// What a run took from the workspace and put there, as texts that are equal for equal values.
struct Dependencies: Sendable {
    struct Read: Hashable, Sendable {
        let label: String
        let value: String
    }

    private(set) var reads: [Read] = []
    private(set) var makes: Set<String> = []
    /// The names that it gave, as they are read: `$n`.
    private(set) var names: Set<String> = []
    private var seen: Set<Read> = []
    /// What it gave names to itself: no other cell has a part in that.
    private var own: Set<String> = []

    /// Whether it made more than the latest result, which every command leaves behind.
    var makesSomething: Bool { makes.contains { !$0.hasPrefix("$\(LanguageWords.lastResult)=") } }

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
        // Whoever reads the latest result reads that of the cell before, whichever follows later.
        if name != LanguageWords.lastResult { names.insert("$" + name) }
    }
}

extension Value {
    /// A text that is equal for equal values of one name.
    func mark(named name: String) -> String { "$\(name)=\(canonical)" }
}
