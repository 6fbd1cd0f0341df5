import Datasets
import Dispatch
import Foundation
import Retrieval
import Synchronization

/// Builds an index of a file of passages into a folder (`model`), from the JSON to the files; amount: passages. Titles
/// weigh as much as text: the peers know no columns.
@Sendable func corpusBuild(_ request: Request) async throws -> Answer {
    guard let passages = request.passages, let folder = request.model else { throw Failure("no passages") }
    let (count, seconds) = try await timed {
        var builder = BM25Builder()
        var texts = PassageTextsBuilder()
        _ = try PassageFile(passages, .init()).read { records in
            BM25Builder.Batch(records.map { ($0.title, $0.text) }, titleWeight: 1)
        } _: { records, batch, _ in
            for record in records { texts.add(id: record.id, title: record.title, text: record.text) }
            builder.add(batch)
        }
        let count = texts.count
        let files = texts.files().merging(builder.files()) { first, _ in first }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, data) in files { try data.write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
        return count
    }
    return Answer(seconds: seconds, amount: Double(count), peakBytes: peakBytes)
}

/// Opens an index and answers the questions on all threads: the best `count` passages of each. With `steps` 1, all
/// passages are scored. seconds: of the questions; number: seconds of opening; names: `passage score …` a question.
@Sendable func corpusSearch(_ request: Request) async throws -> Answer {
    guard let folder = request.model, let questions = request.questions else { throw Failure("no index") }
    let texts = try JSONDecoder().decode(
        [String].self, from: Data(contentsOf: URL(fileURLWithPath: questions)))
    let (index, opening) = try await timed {
        var files: [String: Data] = [:]
        for name in BM25Index.fileNames + PassageTexts.fileNames {
            files[name] = try Data(
                contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"), options: .alwaysMapped)
        }
        let passages = try PassageTexts(files)
        return try BM25Index(files, passageCount: passages.count)
    }
    let limit = request.count ?? 10
    let answers = Mutex([[ScoredPassage]](repeating: [], count: texts.count))
    let next = Atomic<Int>(0)
    let threads = request.threads ?? 2
    let (_, seconds) = await timed {
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            while true {
                let start = next.add(16, ordering: .relaxed).oldValue
                guard start < texts.count else { return }
                let end = min(texts.count, start + 16)
                let found = texts[start..<end].map { text in
                    let words = BM25Index.words(of: text)
                    return request.steps == 1
                        ? index.searchAll(words, limit: limit) : index.search(words, limit: limit)
                }
                answers.withLock { $0.replaceSubrange(start..<end, with: found) }
            }
        }
    }
    return Answer(
        seconds: seconds, amount: Double(texts.count), peakBytes: peakBytes,
        names: answers.withLock(\.self).map { hits in
            hits.map { "\($0.passage) \($0.score)" }.joined(separator: " ")
        }, words: texts.map(BM25Index.words), number: opening)
}

/// Searches the `batch` queries among `count` vectors, files of 32-bit floats of `hidden` numbers; number: seconds of
/// opening.
@Sendable func vectorSearch(_ request: Request) async throws -> Answer {
    guard let vectors = request.passages, let queries = request.questions, let dimension = request.hidden
    else { throw Failure("no vectors") }
    let (index, opening) = try await timed {
        try VectorIndex(
            Data(contentsOf: URL(fileURLWithPath: vectors), options: .alwaysMapped), dimension: dimension)
    }
    let all = try Data(contentsOf: URL(fileURLWithPath: queries)).withUnsafeBytes { bytes in
        Array(bytes.bindMemory(to: Float.self))
    }
    let rows = stride(from: 0, to: all.count, by: dimension).map { Array(all[$0..<$0 + dimension]) }
    let size = request.batch ?? rows.count
    let (hits, seconds) = await timed {
        stride(from: 0, to: rows.count, by: size).flatMap { start in
            index.search(Array(rows[start..<min(rows.count, start + size)]), limit: 10)
        }
    }
    return Answer(
        seconds: seconds, amount: Double(rows.count), peakBytes: peakBytes,
        names: hits.map { $0.map { "\($0.passage)" }.joined(separator: " ") }, number: opening)
}
