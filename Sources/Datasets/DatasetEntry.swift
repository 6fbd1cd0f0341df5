import Trajectories

/// Questions that a script can name: one file in `Catalog`.
package protocol DatasetEntry: Sendable {
    /// The word in the experiment language.
    static var name: String { get }
    /// What it asks, in a line.
    static var summary: String { get }
    /// Its place in help and in tables of all worlds; equal places go by name.
    static var place: Int { get }
    static var source: DatasetSource { get }
    /// The kinds of its questions that filters name, such as `2-hop`.
    static var kinds: [String] { get }
}

extension DatasetEntry {
    package static var place: Int { 100 }
    package static var kinds: [String] { [] }
}

/// Where the questions of an entry come from.
package enum DatasetSource: Sendable {
    /// A generated world, and the corpus that its questions are asked about.
    case world(any Dataset, corpus: Corpus?)
    /// A file that the user names.
    case file(@Sendable (_ path: String) -> any QuestionFile)
}

extension DatasetEntry {
    /// The generated world and its corpus; `nil` for files.
    package static var world: (dataset: any Dataset, corpus: Corpus?)? {
        if case .world(let dataset, let corpus) = source { (dataset, corpus) } else { nil }
    }

    /// Reads a file that the user names; `nil` for generated worlds.
    package static var reader: (@Sendable (String) -> any QuestionFile)? {
        if case .file(let reader) = source { reader } else { nil }
    }
}

extension [any DatasetEntry.Type] {
    /// The generated worlds.
    package var worlds: [any Dataset] { compactMap { $0.world?.dataset } }

    /// The passages of all generated worlds, each corpus once.
    package var corpora: [Corpus] {
        var seen: Set<String> = []
        return compactMap { $0.world?.corpus }.filter { seen.insert($0.name).inserted }
    }
}
