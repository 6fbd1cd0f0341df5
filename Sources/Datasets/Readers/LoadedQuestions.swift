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
    /// The numbers of rows that are not used, by the reason.
    package private(set) var leftOut: [String: Int] = [:]

    private let path: String
    private let source: String
    /// The field with the passages, if the user named it.
    private let passagesField: String?
    /// The name of the corpus of all passages; `nil` as long as no row could have any. It depends on the content, because
    /// the file may change before its passages are searched.
    private var corpusName: String?
    private var lines: [String: Int] = [:]
    private var seen: Set<PassageBytes> = []
    /// The passages; `nil` as long as no row could have any.
    private var passages: [Corpus.Passage]?

    /// Creates an empty collection, to which a reader adds the rows of a file.
    ///
    /// - Parameters:
    ///   - file: the file that is read.
    ///   - source: the data set's name.
    ///   - passages: the field with the passages, if the user named it: other fields are another corpus.
    package init(_ file: FileRecords, source: String, passages field: String? = nil) {
        path = file.path
        self.source = source
        passagesField = field
    }

    /// Adds a record: its question and its passages, or one more to the records that are left out.
    ///
    /// - Throws: ``DatasetError``, as ``add(_:_:at:in:)``. Two records may ask the same question and give different
    ///   answers if they have different identifiers: their passages differ.
    package mutating func add(
        _ record: RecordContent, at place: FileRecords.Position, in file: FileRecords
    ) throws {
        switch record {
        case .leftOut(let reason): leftOut[reason, default: 0] += 1
        case .question(let found):
            if let part = found.part, Split(foreign: part) == nil {
                // A file has few words for splits; many different ones are another field.
                foreignParts.insert(foreignParts.count < 10 ? part : "…")
                leftOut[foreignParts.contains(part) ? "'\(part)'" : "other", default: 0] += 1
                return
            }
            let id = id(of: found)
            // A question that two splits have belongs to the first of them.
            if let part = found.part, parts[id] == nil { parts[id] = part }
            if let own = found.passages {
                if corpusName == nil {
                    let content = ContentKey(contentsOf: try file.content()).short
                    corpusName = ([source, content] + [passagesField].compactMap(\.self)).joined(
                        separator: ":")
                }
                add(own)
            }
            try add(
                Question(
                    id: id, number: 0, world: source, text: found.text, kind: found.kind,
                    hops: found.hops,
                    // Without passages, a search must not find those of another data set.
                    corpus: found.passages.flatMap { _ in corpusName }
                        ?? (found.tools.isEmpty ? source : nil),
                    tools: found.tools,
                    sourceID: found.sourceID),
                found.gold, at: place, in: file)
        }
    }

    /// Returns the identifier of a record's question: a digest of its text, and of its own identifier if an earlier
    /// record has the same text but another identifier and another answer.
    private func id(of record: RecordQuestion) -> String {
        let id = "\(source)/\(ContentKey(record.text).short)"
        guard let own = record.sourceID, let gold = answers[id], gold != record.gold, sourceIDs[id] != own
        else {
            return id
        }
        return "\(source)/\(ContentKey(own + "\n" + record.text).short)"
    }

    private var sourceIDs: [String: String] = [:]
    /// The splits of the questions in the words of the file, by the id of the question.
    private var parts: [String: String] = [:]
    /// Words of the file for splits that mean none of ours.
    private var foreignParts: Set<String> = []

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
        sourceIDs[question.id] = question.sourceID
        lines[question.id] = place.line
        questions.append(question)
    }

    /// Adds the passages of one row. Passages that earlier rows contained are not added again.
    private mutating func add(_ own: [Corpus.Passage]) {
        let own = own.filter { $0.text.contains { !$0.isWhitespace } }
        if own.isEmpty { withoutPassages += 1 }
        if passages == nil { passages = [] }
        for passage in own where seen.insert(PassageBytes(passage)).inserted { passages!.append(passage) }
    }

    /// Ends reading: builds the corpus from the passages.
    ///
    /// - Throws: ``DatasetError`` if the file has no questions.
    package mutating func finish() throws {
        guard !questions.isEmpty else {
            let left = leftOut.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            throw DatasetError(
                left.isEmpty
                    ? "\(path): the file contains no questions"
                    : "\(path): no record of the file is used: \(left.joined(separator: ", "))",
                hint: "check that this is the right file and that it is complete")
        }
        corpus = corpusName.map { Corpus(name: $0, passages: passages ?? []) }
        (seen, passages) = ([], nil)
    }

    /// Returns the questions of one split, numbered from 0.
    ///
    /// - Parameters:
    ///   - division: the shares of the splits. With `nil`, the records' own words for their split decide; a file without
    ///     such words is one split.
    ///   - limit: the maximum number of questions; `nil` for all.
    ///   - seed: determines the order of training questions. Other splits have the order of the file; with `nil`, all
    ///     splits have.
    /// - Returns: the question set, and the number of questions in the split before the limit is applied.
    /// - Throws: ``DatasetError`` if no question is in the split.
    package func set(
        _ split: Split, _ division: FileDivision?, limit: Int?, seed: UInt64?
    ) throws -> (set: QuestionSet, available: Int) {
        var order = questions
        if let division {
            order = questions.filter { division.part(of: $0.text) == split }
        } else if !parts.isEmpty {
            order = questions.filter { parts[$0.id].flatMap(Split.init(foreign:)) == split }
            guard !order.isEmpty else {
                let words = Set(parts.values).union(foreignParts).sorted().prefix(10).map { "'\($0)'" }
                throw DatasetError(
                    "\(path): no record is in the \(split.rawValue) split; the file's words for splits are \(words.joined(separator: ", "))",
                    hint: "name another split:, or another field with part:", code: .tooFewQuestions)
            }
        }
        guard !order.isEmpty else {
            throw DatasetError(
                "\(path): none of the file's \(questions.count) questions is in the \(split.rawValue) split",
                hint: "give the \(split.rawValue) split a larger share with divide:", code: .tooFewQuestions)
        }
        if split == .train, let seed {
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
