import CommandKit
import Datasets
import Events
import Foundation
import Retrieval
import Tools
import Trajectories

/// The command `corpus`: makes a searchable collection from a file of passages.
///
/// Example: `let wiki = corpus "passages.jsonl"`.
struct CorpusCommand: CatalogCommand {
    static let name = "corpus"
    static let group = CommandGroup.data
    static let summary = "makes a searchable collection from a file of passages"
    static let discussion = """
        The file has JSON Lines, a JSON array or CSV with one passage a record. Without names, the text is \
        the first of the fields text, contents, content, paragraph_text and passage_text, the title is title, \
        and the identifier is id, _id or docid. The collection is built once and then opened by mapping its files. \
        tools [search] corpus:$wiki lets a policy search it. Words are compared without case and diacritics; \
        of Chinese and Japanese text, single characters and pairs of neighbors are words. A word in the title \
        counts twice. vectors: names a .safetensors or .npy file with one row for each passage, and ids: a \
        text file with the identifiers of these rows, one a line, if their order is another one. queries: \
        names JSON Lines with the vectors of known queries: {"text": "…", "vector": [0.1, …]}.
        """
    static let path = Parameter<String>.required("path", .text, "the file")
    static let id = Parameter<String?>.text("id", "the field with the passage's identifier")
    static let title = Parameter<String?>.text("title", "the field with the title")
    static let text = Parameter<String?>.text("text", "the field with the text")
    static let vectors = Parameter<String?>.text("vectors", "the file with the passages' vectors")
    static let ids = Parameter<String?>.text("ids", "the file with the identifiers of the vectors' rows")
    static let queries = Parameter<String?>.text("queries", "the file with the vectors of known queries")
    static let tag = Parameter<String?>.label(
        "tag", "the name of the tool that searches this corpus, and of its tag; without it search")
    var parameters: [ParameterDeclaration] {
        [
            Self.path.declaration, Self.id.declaration, Self.title.declaration, Self.text.declaration,
            Self.tag.declaration, Self.vectors.declaration, Self.ids.declaration, Self.queries.declaration,
        ]
    }

    private let services: Services

    init(_ services: Services) { self.services = services }

    static let result = CommandResult.unslotted(.corpus)
    static let isCached = true
    static let examples = [
        CommandExample(
            "dataset hop-nano limit:20; export questions to:\".swirl/example-corpus\" replace:true; let asked = corpus \".swirl/example-corpus/questions.jsonl\" text:\"question\"; tools [search] corpus:$asked; call search \"yara quincy\"",
            "searching questions instead of passages",
            shows: ["what is the birthyear of the spouse of yara quincy?"])
    ]

    func problems(_ call: Call) -> [CallProblem] {
        var problems: [CallProblem] = []
        for (option, needed) in [(Self.ids, Self.vectors), (Self.queries, Self.vectors)]
        where call[option] != nil && call[needed] == nil {
            let name = option.declaration.name
            problems.append(
                CallProblem(
                    .noEffect, parameter: name, "'\(name)' has no effect without vectors",
                    hint: "add vectors:\"…\", or leave \(name) out"))
        }
        guard let tag = call[Self.tag] else { return problems }
        let taken =
            [ActionGrammar.answerTag] + services.tools.tools.flatMap { [$0.name, $0.tag] } + ["none", "own"]
        if taken.contains(tag) {
            problems.append(
                CallProblem(
                    .contradiction, parameter: "tag", "'\(tag)' already has a meaning",
                    hint: "choose another name, such as tag:news"))
        } else if tag.wholeMatch(of: /[a-z][a-z0-9_]{0,30}/) == nil {
            problems.append(
                CallProblem(
                    .unknownWord, parameter: "tag", "'\(tag)' can't be a tag",
                    hint: "a tag has lower-case letters, digits and _, such as tag:news"))
        }
        return problems
    }

    func inputs(_ call: Call) throws -> [String] {
        let others = [Self.vectors, Self.ids, Self.queries]
        return try ["file:\(FileKey.of(call[Self.path]).hex)"]
            + others.compactMap { option in
                try call[option].map { "\(option.declaration.name)-file:\(try FileKey.of($0).hex)" }
            }
    }

    /// Not the paths matter, but the files' contents.
    func ignored(_ call: Call) -> Set<String> {
        Set([Self.vectors, Self.ids, Self.queries].map(\.declaration.name) + [Self.path.declaration.name])
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let path = call[Self.path]
        var builder = BM25Builder()
        var texts = PassageTextsBuilder()
        var ids: [String: Int] = [:]
        let wantsIDs = call[Self.ids] != nil
        var seen: Set<Int> = []
        var (repeated, blank) = (0, 0)
        let fields = try PassageFile(
            path,
            .init(id: call[Self.id], title: call[Self.title], text: call[Self.text])
        ).read { records in
            BM25Builder.Batch(records.map { ($0.title, $0.text) })
        } _: { records, batch, share in
            for record in records {
                if wantsIDs, ids.updateValue(texts.count, forKey: record.id) != nil {
                    throw CommandFailure(
                        .malformedFile, "\(path): two passages have the identifier '\(record.id.prefix(60))'",
                        hint: "ids: needs a field that is different for every passage; name it with id:")
                }
                texts.add(id: record.id, title: record.title, text: record.text)
                if !seen.insert(Self.digest(record)).inserted { repeated += 1 }
                if !record.text.contains(where: { $0.isLetter || $0.isNumber }) { blank += 1 }
            }
            builder.add(batch)
            let estimate = max(texts.count, Int(Double(texts.count) / max(share, 1e-3)))
            context.progress(texts.count, of: estimate, "passages")
        }
        seen = []
        let count = texts.count
        var files = texts.files()
        texts = PassageTextsBuilder()
        files.merge(builder.files()) { first, _ in first }
        let dimension = try addVectors(call, ids, count, &files)
        let facts = CorpusObject.Facts(
            tag: call[Self.tag], passages: count,
            repeated: repeated, blank: blank,
            fields: [fields.id, fields.title, fields.text].compactMap(\.self), dimension: dimension,
            queries: files[CorpusObject.queriesName].map { $0.count { $0 == UInt8(ascii: "\n") } })
        return .object(try CorpusObject(facts, files))
    }

    /// Adds the vectors of passages and queries to the files.
    ///
    /// - Parameters:
    ///   - ids: the passages by their identifiers, if `ids:` is given.
    ///   - count: the number of passages.
    /// - Returns: the number of elements of a vector; `nil` if there are no vectors.
    private func addVectors(
        _ call: Call, _ ids: [String: Int], _ count: Int, _ files: inout [String: Data]
    ) throws -> Int? {
        guard let path = call[Self.vectors] else { return nil }
        let vectors = try VectorFile(path)
        guard vectors.rows == count else {
            throw CommandFailure(
                .malformedFile,
                "\(path) has \(vectors.rows.grouped) rows, but there are \(count.grouped) passages",
                hint: "every passage needs one row")
        }
        files[CorpusObject.vectorsName] =
            try call[Self.ids].map { try Self.ordered(vectors, by: $0, ids) } ?? vectors.data
        if let path = call[Self.queries] {
            let data = try Self.content(path)
            _ = try QueryVectors(data, path: path, dimension: vectors.columns)
            files[CorpusObject.queriesName] = data
        }
        return vectors.columns
    }

    /// Returns the rows in the order of the passages.
    private static func ordered(
        _ vectors: VectorFile, by path: String, _ ids: [String: Int]
    ) throws -> Data {
        let names = String(decoding: try content(path), as: UTF8.self).split(whereSeparator: \.isNewline).map(
            \.trimmingSpaces)
        guard names.count == vectors.rows, Set(names).count == names.count else {
            throw CommandFailure(
                .malformedFile,
                "\(path) has \(names.count.grouped) lines, \(Set(names).count.grouped) of them different; the vectors have \(vectors.rows.grouped) rows",
                hint: "one identifier a line, in the order of the rows")
        }
        let size = 4 * vectors.columns
        var data = Data(count: vectors.data.count)
        try data.withUnsafeMutableBytes { target in
            try vectors.data.withUnsafeBytes { source in
                for (row, name) in names.enumerated() {
                    guard let passage = ids[name] else {
                        throw CommandFailure(
                            .malformedFile,
                            "\(path):\(row + 1): no passage has the identifier '\(name.prefix(60))'")
                    }
                    target.baseAddress!.advanced(by: passage * size).copyMemory(
                        from: source.baseAddress!.advanced(by: row * size), byteCount: size)
                }
            }
        }
        return data
    }

    private static func content(_ path: String) throws -> Data {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(.noSuchFile, "\(path): no such file, or not readable")
        }
        return data
    }

    private static func digest(_ record: PassageFile.Record) -> Int {
        var hasher = Hasher()
        for var text in [record.title, record.text] {
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
            hasher.combine(0)
        }
        return hasher.finalize()
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let facts = (output.object as? CorpusObject)?.facts else { return }
        var remarks = [
            "\(facts.passages.grouped) passages of \(call[Self.path]); fields \(facts.fields.joined(separator: ", "))"
        ]
        if facts.repeated > 0 { remarks.append("\(facts.repeated.grouped) repeat an earlier passage") }
        if facts.blank > 0 { remarks.append("\(facts.blank.grouped) without a word") }
        if let dimension = facts.dimension { remarks.append("vectors of \(dimension) numbers") }
        if let queries = facts.queries { remarks.append("vectors of \(queries.grouped) queries") }
        context.say(
            "corpus",
            [
                .init("passages", .number(Double(facts.passages))),
                .init("repeated", .number(Double(facts.repeated))),
                .init("blank", .number(Double(facts.blank))),
                .init("dimension", facts.dimension.map { .number(Double($0)) } ?? .empty),
            ], [remarks.joined(separator: "; ")])
    }
}
