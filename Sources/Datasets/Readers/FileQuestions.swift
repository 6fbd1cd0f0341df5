import Keys
import Trajectories

/// Everything that a file of questions holds, and what was noticed while it was read.
package struct FileQuestions: Sendable {
    package private(set) var questions: [Question] = []
    package private(set) var answers: [String: GoldAnswer] = [:]
    /// The passages of all questions, each once; `nil` for formats that have none.
    package private(set) var corpus: Corpus?
    /// Rows that ask an earlier row's question again, with the same answer: each is asked once.
    package private(set) var repeats = 0
    /// True if a format that should have passages has none at all here.
    package var lacksPassages: Bool { corpus.map(\.passages.isEmpty) ?? false }
    /// Questions whose row has no passages, in a format that should have some.
    package private(set) var withoutPassages = 0

    private let path: String
    private let source: String
    private var lines: [String: Int] = [:]
    private var seen: Set<PassageBytes> = []
    private var passages: [Corpus.Passage] = []

    /// - Parameter source: the data set's name.
    package init(_ path: String, source: String) {
        self.path = path
        self.source = source
    }

    /// Adds a row.
    ///
    /// - Throws: ``DatasetError`` without a question or an answer, and where an earlier row gives the same question
    ///   another answer: one of the two is wrong, and nobody here knows which.
    package mutating func add(
        _ question: Question, _ gold: GoldAnswer, at place: FileRecords.Position, in file: FileRecords
    ) throws {
        guard question.text.contains(where: { $0.isLetter || $0.isNumber || $0.isSymbol || $0.isPunctuation })
        else {
            throw file.problem("the question is empty", place, hint: "every row asks something")
        }
        guard gold.text.contains(where: { !$0.isWhitespace }) else {
            throw file.problem(
                "the answer is empty", place, hint: "without a right answer any answer would be one")
        }
        if let earlier = answers[question.id] {
            guard earlier == gold else {
                throw file.problem(
                    "line \(lines[question.id]!) asks the same question and answers '\(earlier.text)', not '\(gold.text)'",
                    place, hint: "take one of the two rows out")
            }
            repeats += 1
            return
        }
        answers[question.id] = gold
        lines[question.id] = place.line
        questions.append(question)
    }

    package mutating func add(_ own: [Corpus.Passage]) {
        if own.isEmpty { withoutPassages += 1 }
        for passage in own where seen.insert(PassageBytes(passage)).inserted { passages.append(passage) }
    }

    /// - Throws: ``DatasetError`` where nothing was found.
    package mutating func finish(corpus name: String? = nil) throws {
        guard !questions.isEmpty else {
            throw DatasetError("\(path): no questions in it", hint: "is it the right file, and whole?")
        }
        corpus = name.map { Corpus(name: $0, passages: passages) }
        (seen, passages) = ([], [])
    }

    /// The questions of one split, at most `limit`, numbered; training questions in an order that the seed decides.
    ///
    /// - Parameter division: `nil` takes the file as it is: all of it is the split that the user names.
    /// - Returns: the set, and how many there are without the limit.
    /// - Throws: ``DatasetError`` where the division leaves none.
    package func set(
        _ split: Split, _ division: FileDivision?, limit: Int?, seed: UInt64
    ) throws -> (set: QuestionSet, available: Int) {
        var order =
            division.map { division in questions.filter { division.part(of: $0.text) == split } } ?? questions
        guard !order.isEmpty else {
            throw DatasetError(
                "\(path): none of its \(questions.count) questions falls into the \(split.rawValue) part",
                hint: "give that part a larger share with divide:", code: .tooFewQuestions)
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

/// A passage told apart by its bytes. Texts themselves are equal up to their canonical form, and to find the form of
/// every passage takes as long as to read the file.
private struct PassageBytes: Hashable {
    private let passage: Corpus.Passage
    /// Kept, since a set that grows asks again.
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

/// A file of questions in an official format.
package protocol QuestionFile: Sendable {
    /// The data set's word in the experiment language.
    var name: String { get }

    /// Reads the whole file.
    ///
    /// - Throws: ``DatasetError`` naming file, line and record.
    func read() throws -> FileQuestions
}
