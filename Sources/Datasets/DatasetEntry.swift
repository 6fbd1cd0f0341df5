import Trajectories

/// A data set that a script can name. Each one has a file in `Catalog`.
package protocol DatasetEntry: Sendable {
    /// The data set's name in the experiment language.
    static var name: String { get }
    /// A description of the questions, in one line.
    static var summary: String { get }
    /// The data set's place in help and in tables of all worlds. Equal places are sorted by name.
    static var place: Int { get }
    static var source: DatasetSource { get }
    /// The kinds of questions that filters can name, such as `2-hop`.
    static var kinds: [String] { get }
}

extension DatasetEntry {
    package static var place: Int { 100 }
    package static var kinds: [String] { [] }
}

/// The source of a data set's questions.
package enum DatasetSource: Sendable {
    /// A generated world and the corpus that its questions are about.
    case world(any Dataset, corpus: Corpus?)
    /// A file that the user names.
    case file(@Sendable (_ path: String) -> any QuestionFile)
}

extension DatasetEntry {
    /// The generated world and its corpus; `nil` for files.
    package static var world: (dataset: any Dataset, corpus: Corpus?)? {
        if case .world(let dataset, let corpus) = source { (dataset, corpus) } else { nil }
    }

    /// The reader for a file that the user names; `nil` for generated worlds.
    package static var reader: (@Sendable (String) -> any QuestionFile)? {
        if case .file(let reader) = source { reader } else { nil }
    }
}

extension [any DatasetEntry.Type] {
    /// The generated worlds.
    package var worlds: [any Dataset] { compactMap { $0.world?.dataset } }

    /// The corpora of all generated worlds, without duplicates.
    package var corpora: [Corpus] {
        var seen: Set<String> = []
        return compactMap { $0.world?.corpus }.filter { seen.insert($0.name).inserted }
    }
}
