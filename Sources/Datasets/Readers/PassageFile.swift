import Dispatch
import Foundation
import Synchronization
import Trajectories

/// A reader for a file of passages: JSON Lines, a JSON array or comma-separated values.
///
/// Without names, a passage's text is the first of the fields `text`, `contents`, `content`, `paragraph_text` and
/// `passage_text` that the first record has, its title is `title`, and its identifier is `id`, `_id` or `docid`. So the
/// corpora of BEIR, FlashRAG, Pyserini and MuSiQue are read as they are.
package struct PassageFile: Sendable {
    private let path: String
    private let wanted: Fields

    /// The names of the fields of a passage; `nil` for those that the records do not have.
    package struct Fields: Hashable, Sendable {
        package var id: String?
        package var title: String?
        package var text: String?

        package init(id: String? = nil, title: String? = nil, text: String? = nil) {
            self.id = id
            self.title = title
            self.text = text
        }
    }

    /// One passage of a file.
    package struct Record: Sendable {
        package let id: String
        package let title: String
        package let text: String
    }

    package init(_ path: String, _ fields: Fields) {
        self.path = path
        wanted = fields
    }

    /// The number of records that one thread prepares at a time, and the number of such pieces that are in memory.
    private static let piece = 512
    private static let pieces = 16

    /// Reads all passages. Records are decoded and prepared on all cores.
    ///
    /// - Parameters:
    ///   - prepare: the work on some records that can be done on any thread, such as counting words.
    ///   - add: called with the records, what was prepared of them, and the share of the file that is read, in the order
    ///     of the file.
    /// - Returns: the fields that were read.
    /// - Throws: ``DatasetError``, whose message names the file and the line; errors of `add`; `CancellationError`.
    package func read<Prepared: Sendable>(
        _ prepare: @escaping @Sendable ([Record]) -> Prepared,
        _ add: ([Record], Prepared, _ share: Double) throws -> Void
    ) throws -> Fields {
        let file = FileRecords(path: path)
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int ?? 0
        let isSliced = try file.kind() != .commaSeparated
        var fields: Fields?
        var waiting: [(data: Data, place: FileRecords.Position)] = []
        func work() throws {
            guard let fields, !waiting.isEmpty else { return }
            let all = waiting
            waiting.removeAll(keepingCapacity: true)
            let starts = Array(stride(from: 0, to: all.count, by: Self.piece))
            let results = Mutex<[Int: Result<([Record], Prepared), any Error>]>([:])
            DispatchQueue.concurrentPerform(iterations: starts.count) { index in
                let own = all[starts[index]..<min(all.count, starts[index] + Self.piece)]
                let result = Result {
                    let records = try decode(own, fields, file)
                    return (records, prepare(records))
                }
                results.withLock { $0[index] = result }
            }
            let done = results.withLock(\.self)
            for index in starts.indices {
                let (records, prepared) = try done[index]!.get()
                // A record is a slice of the file, except the rows of comma-separated values.
                let end = all[min(all.count, starts[index] + Self.piece) - 1].data.endIndex
                try add(records, prepared, isSliced ? min(1, Double(end) / Double(max(1, size))) : 1)
            }
        }
        try file.records([.jsonLines, .jsonArray, .commaSeparated], format: nil) { data, place in
            if fields == nil { fields = try resolve(data, place, file) }
            waiting.append((data, place))
            if waiting.count == Self.piece * Self.pieces { try work() }
        }
        try work()
        guard let fields else {
            throw DatasetError("\(path): the file has no passages", hint: "check that this is the right file")
        }
        return fields
    }

    private func decode(
        _ own: ArraySlice<(data: Data, place: FileRecords.Position)>, _ fields: Fields, _ file: FileRecords
    ) throws -> [Record] {
        let decoder = JSONDecoder()
        decoder.userInfo = [PassageRecord.fields: fields]
        return try own.map { data, place in
            do {
                return try file.decode(
                    PassageRecord.self, data, place, by: decoder,
                    expected: "{\"\(fields.text!)\": \"…\"}", format: ""
                ).record
            } catch let problem as RecordProblem {
                throw file.problem(problem.message, place, hint: problem.hint)
            }
        }
    }

    /// Returns the fields to read: the named ones, and the usual ones that the first record has.
    private func resolve(
        _ record: Data, _ place: FileRecords.Position, _ file: FileRecords
    ) throws -> Fields {
        struct First: Decodable {
            let fields: NamedFields
            init(from decoder: any Decoder) throws { fields = try NamedFields(from: decoder) }
        }
        let first = try file.decode(
            First.self, record, place, by: JSONDecoder(), expected: "{\"text\": \"…\"}", format: ""
        ).fields
        let names = first.names
        for name in [wanted.id, wanted.title, wanted.text].compactMap(\.self) where !first.has(name) {
            let problem = first.missing(name)
            throw file.problem(problem.message, place, hint: problem.hint)
        }
        func usual(_ words: String...) -> String? { words.first(where: names.contains) }
        let text =
            wanted.text ?? usual("text", "contents", "content", "paragraph_text", "passage_text")
        guard let text else {
            throw file.problem(
                "no field with the text is known", place,
                hint:
                    "name it: text:\"…\"; the fields of this record: \(names.prefix(20).joined(separator: ", "))"
            )
        }
        return Fields(
            id: wanted.id ?? usual("id", "_id", "docid") ?? "id", title: wanted.title ?? "title", text: text)
    }
}

/// One record of a ``PassageFile``.
private struct PassageRecord: Decodable {
    static let fields = CodingUserInfoKey(rawValue: "fields")!

    let record: PassageFile.Record

    init(from decoder: any Decoder) throws {
        let names = decoder.userInfo[Self.fields] as! PassageFile.Fields
        let fields = try NamedFields(from: decoder)
        guard let text = try fields.value(PassagesField.Sentences.self, names.text!) else {
            throw fields.missing(names.text!)
        }
        record = PassageFile.Record(
            id: try names.id.flatMap { try fields.value(WordingsField.self, $0)?.wordings.first } ?? "",
            title: try names.title.flatMap { try fields.value(String.self, $0) } ?? "", text: text.text)
    }
}
