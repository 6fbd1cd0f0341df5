import CommandKit
import Foundation
import Models
import Persistence
import Retrieval
import Tools

extension ObjectType {
    package static let corpus = ObjectType("corpus", isSlot: false)
}

/// Passages with their search index, the result of `corpus`. Its files are mapped, not read.
package struct CorpusObject: StoredObject {
    package static let type = ObjectType.corpus
    package static let isMapped = true

    let facts: Facts
    private let contents: [String: Data]
    private let texts: PassageTexts
    private let words: BM25Index
    private let vectors: VectorIndex?
    private let queries: QueryVectors?

    /// What is known of a corpus besides its passages.
    struct Facts: Codable, Sendable {
        /// The name and tag of the tool that searches the corpus; `nil` for `search`.
        let tag: String?
        let passages: Int
        /// The number of passages that repeat the title and text of an earlier one.
        let repeated: Int
        /// The number of passages without a word.
        let blank: Int
        /// The fields that were read, such as `title, text`.
        let fields: [String]
        /// The number of elements of a vector; `nil` if there are no vectors.
        let dimension: Int?
        /// The number of queries with a vector.
        let queries: Int?
    }

    private static let factsName = "corpus.json"
    static let vectorsName = "vectors.f32"
    static let queriesName = "queries.jsonl"

    /// - Parameter contents: the files of the passages, of the index and of the vectors.
    /// - Throws: `DamagedIndex` if they do not fit together; `CommandFailure` if a query has no valid vector.
    init(_ facts: Facts, _ contents: [String: Data]) throws {
        self.facts = facts
        self.contents = contents
        texts = try PassageTexts(contents)
        words = try BM25Index(contents, passageCount: texts.count)
        guard let dimension = facts.dimension, let data = contents[Self.vectorsName] else {
            (vectors, queries) = (nil, nil)
            return
        }
        let vectors = try VectorIndex(data, dimension: dimension)
        guard vectors.count == texts.count else {
            throw DamagedObject("the corpus has \(texts.count) passages but \(vectors.count) vectors")
        }
        self.vectors = vectors
        queries = try contents[Self.queriesName].map {
            try QueryVectors($0, path: Self.queriesName, dimension: dimension)
        }
    }

    package func files(_ codecs: [any PolicyCodec.Type]) throws -> [String: Data] {
        contents.merging([Self.factsName: try JSONCoding.data(facts)]) { first, _ in first }
    }

    package init(_ files: StoredFiles, _ library: ObjectLibrary) throws {
        try self.init(files.json(Self.factsName, as: Facts.self), files.all)
    }

    /// Returns the tool that searches the corpus.
    ///
    /// - Parameters:
    ///   - topic: the name and tag of the tool; `nil` for `search`.
    ///   - limit: the number of passages in a result.
    /// - Throws: `CommandFailure` if the corpus lacks the vectors that the method needs.
    func tool(_ topic: String?, by method: SearchMethod, limit: Int) throws -> SearchTool {
        SearchTool(try search(by: method), topic: topic, limit: limit, showsTitles: true)
    }

    private func search(by method: SearchMethod) throws -> PassageSearch {
        if method != .bm25 {
            guard vectors != nil else {
                throw CommandFailure(
                    .missingInput, "this corpus has no vectors, which with:\(method.rawValue) needs",
                    hint: "corpus \"…\" vectors:\"vectors.safetensors\" queries:\"queries.jsonl\"")
            }
            guard queries != nil else {
                throw CommandFailure(
                    .missingInput,
                    "nothing makes vectors of queries for this corpus, which with:\(method.rawValue) needs",
                    hint: "corpus \"…\" vectors:\"…\" queries:\"queries.jsonl\" reads those of known queries")
            }
        }
        var both: (VectorIndex, any QueryEmbedder)?
        if let vectors, let queries { both = (vectors, queries) }
        return PassageSearch(texts, words, vectors: both, by: method)
    }

    package var summary: String {
        "\(facts.passages.grouped) passages"
            + (facts.dimension.map { ", with vectors of \($0) numbers" } ?? "")
    }
}
