import Keys
import Trajectories

/// The questions, answers and passages of a file, and the numbers of irregular rows.
package struct LoadedQuestions: Sendable {
    package private(set) var questions: [Question] = []
    package private(set) var answers: [String: GoldAnswer] = [:]
    /// The passages of all questions without duplicates; `nil` for formats without passages.
    package private(set) var corpus: Corpus?
    /// The number of rows that repeat an earlier question with the same answer. These rows are left out.
    package private(set) var repeats = 0
    /// True if the format should have passages but the file has none at all.
    package var lacksPassages: Bool { corpus.map(\.passages.isEmpty) ?? false }
    /// The number of rows without passages, including repeated rows, in a format that should have passages.
    package private(set) var withoutPassages = 0

    private let path: String
    private let source: String
    private var lines: [String: Int] = [:]
    private var seen: Set<PassageBytes> = []
    private var passages: [Corpus.Passage] = []

    /// Creates an empty collection, to which a reader adds the rows of a file.
    ///
    /// - Parameters:
    ///   - path: the path of the file, for messages.
    ///   - source: the data set's name.
    package init(_ path: String, source: String) {
        self.path = path
        self.source = source
    }

    /// Adds a row. A row that repeats an earlier question with the same answer is counted but not added.
    ///
    /// - Parameters:
    ///   - place: the position of the row, for messages.
    ///   - file: the file that is read, for messages.
    /// - Throws: ``DatasetError`` if the question or the answer is empty, or if an earlier row gives another answer to
    ///   the same question: one of the two answers is wrong, and the reader can't know which.
    package mutating func add(
        _ question: Question, _ gold: GoldAnswer, at place: FileRecords.Position, in file: FileRecords
    ) throws {
        guard question.text.contains(where: { $0.isLetter || $0.isNumber || $0.isSymbol || $0.isPunctuation })
        else {
            throw file.problem("the question is empty", place, hint: "add the question or remove the row")
        }
        guard gold.text.contains(where: { !$0.isWhitespace }) else {
            throw file.problem(
                "the answer is empty", place, hint: "add the answer or remove the row")
        }
        if let earlier = answers[question.id] {
            guard earlier == gold else {
                throw file.problem(
                    "line \(lines[question.id]!) asks the same question, but its answer is '\(earlier.text)', not '\(gold.text)'",
                    place, hint: "remove one of the two rows")
            }
            repeats += 1
            return
        }
        answers[question.id] = gold
        lines[question.id] = place.line
        questions.append(question)
    }

    /// Adds the passages of one row. Passages that earlier rows contained are not added again.
    package mutating func add(_ own: [Corpus.Passage]) {
        if own.isEmpty { withoutPassages += 1 }
        for passage in own where seen.insert(PassageBytes(passage)).inserted { passages.append(passage) }
    }

    /// Ends reading: builds the corpus from the passages.
    ///
    /// - Parameter name: the name of the corpus; `nil` for formats without passages.
    /// - Throws: ``DatasetError`` if the file has no questions.
    package mutating func finish(corpus name: String? = nil) throws {
        guard !questions.isEmpty else {
            throw DatasetError(
                "\(path): the file contains no questions",
                hint: "check that this is the right file and that it is complete")
        }
        corpus = name.map { Corpus(name: $0, passages: passages) }
        (seen, passages) = ([], [])
    }

    /// Returns the questions of one split, numbered from 0.
    ///
    /// - Parameters:
    ///   - division: the shares of the splits; `nil` uses all questions of the file as `split`.
    ///   - limit: the maximum number of questions; `nil` for all.
    ///   - seed: determines the order of training questions. Other splits have the order of the file.
    /// - Returns: the question set, and the number of questions in the split before the limit is applied.
    /// - Throws: ``DatasetError`` if no question is in the split.
    package func set(
        _ split: Split, _ division: FileDivision?, limit: Int?, seed: UInt64
    ) throws -> (set: QuestionSet, available: Int) {
        var order =
            division.map { division in questions.filter { division.part(of: $0.text) == split } } ?? questions
        guard !order.isEmpty else {
            throw DatasetError(
                "\(path): none of the file's \(questions.count) questions is in the \(split.rawValue) split",
                hint: "give the \(split.rawValue) split a larger share with divide:", code: .tooFewQuestions)
        }
        if split == .train {
            var stream = RandomStream(seed: seed, .word("\(source)-order"))
            order.shuffle(using: &stream)
        }
        let chosen = order.prefix(limit ?? .max).enumerated().map { $1.numbered($0) }
        let gold = Dictionary(uniqueKeysWithValues: chosen.map { ($0.id, answers[$0.id]!) })
        return (QuestionSet(questions: chosen, answers: AnswerKey(gold)), order.count)
    }
}

/// A passage that is compared by its UTF-8 bytes. Swift compares strings by canonical equivalence, which would take as
/// long as reading the file.
private struct PassageBytes: Hashable {
    private let passage: Corpus.Passage
    /// The hash, stored because a set computes the hashes of its elements again when it grows.
    private let digest: Int

    init(_ passage: Corpus.Passage) {
        self.passage = passage
        var hasher = Hasher()
        for var text in [passage.title, passage.text] {
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
        digest = hasher.finalize()
    }

    static func == (a: Self, b: Self) -> Bool {
        a.passage.title.utf8.elementsEqual(b.passage.title.utf8)
            && a.passage.text.utf8.elementsEqual(b.passage.text.utf8)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

/// A reader for a file of questions in the official format of a data set.
package protocol QuestionFile: Sendable {
    /// The data set's name in the experiment language.
    var name: String { get }

    /// Reads the whole file.
    ///
    /// - Throws: ``DatasetError``, whose message names the file and, for an error in a record, its line.
    func read() throws -> LoadedQuestions
}
