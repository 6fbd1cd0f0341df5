import Trajectories

/// A data set that a script can name, such as `dataset hop-nano`. Each entry is one file in `Catalog`.
///
/// ```swift
/// package enum MyQuestions: DatasetEntry {
///     package static let name = "my-questions"
///     package static let summary = "a file in the GSM8K format"
///     package static let source = DatasetSource.file { GSM8KFile($0) }
/// }
/// ```
package protocol DatasetEntry: Sendable {
    /// The data set's name in the experiment language.
    static var name: String { get }
    /// One line for help: the questions of the data set.
    static var summary: String { get }
    /// The position among the data sets in help and tables. Equal positions are ordered by name.
    static var helpOrder: Int { get }
    /// The source of the questions: a generated world or a file.
    static var source: DatasetSource { get }
    /// The kinds of questions that filters can name, such as `2-hop`.
    static var kinds: [String] { get }
    /// True if `eval` without `on:` includes the world.
    static var isEvaluatedByDefault: Bool { get }
    /// The numbers that a script can set for a generated world.
    static var options: [DatasetOption] { get }
    /// Returns the generated world and its corpus for values of the options; `nil` if the source is a file. Options
    /// without a value have their standard.
    static func world(_ settings: [String: Double]) -> (dataset: any Dataset, corpus: Corpus?)?
}

extension DatasetEntry {
    package static var helpOrder: Int { 100 }
    package static var kinds: [String] { [] }
    package static var isEvaluatedByDefault: Bool { true }
    package static var options: [DatasetOption] { [] }
    package static func world(_ settings: [String: Double]) -> (dataset: any Dataset, corpus: Corpus?)? {
        world
    }
}

/// The source of a data set's questions.
package enum DatasetSource: Sendable {
    /// A generated world, and the corpus that contains the answers to its questions.
    case world(any Dataset, corpus: Corpus?)
    /// A file that the user names. The function creates a reader for the file's path.
    case file(@Sendable (_ path: String) -> any QuestionFile)
    /// The same for a data set whose aliases of answers are a file of their own; `aliases` is `nil` without that file.
    case fileWithAliases(@Sendable (_ path: String, _ aliases: String?) -> any QuestionFile)
}

extension DatasetEntry {
    /// The generated world and its corpus; `nil` if the source is a file.
    package static var world: (dataset: any Dataset, corpus: Corpus?)? {
        if case .world(let dataset, let corpus) = source { (dataset, corpus) } else { nil }
    }

    /// The function that creates a reader for a file's path; `nil` if the source is a generated world.
    package static var reader: (@Sendable (String) -> any QuestionFile)? {
        switch source {
        case .world: nil
        case .file(let reader): reader
        case .fileWithAliases(let reader): { reader($0, nil) }
        }
    }

    /// The function that creates a reader for the paths of a file and of its aliases; `nil` if the data set has no such
    /// second file.
    package static var readerWithAliases: (@Sendable (String, String?) -> any QuestionFile)? {
        if case .fileWithAliases(let reader) = source { reader } else { nil }
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
