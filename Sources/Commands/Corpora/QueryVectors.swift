import CommandKit
import Datasets
import Foundation
import Tools
import Trajectories

/// The vectors of known queries, from a file of JSON Lines: `{"text": "…", "vector": [0.1, …]}`.
struct QueryVectors: QueryEmbedder {
    private let vectors: [String: [Float]]

    /// Decodes the file.
    ///
    /// - Parameters:
    ///   - path: the path for messages.
    ///   - dimension: the number of elements that each vector must have.
    /// - Throws: `CommandFailure` if a line has another form.
    init(_ data: Data, path: String, dimension: Int) throws {
        struct Line: Decodable {
            let text: String
            let vector: [Float]
        }
        var vectors: [String: [Float]] = [:]
        let decoder = JSONDecoder()
        for (index, line) in data.split(separator: UInt8(ascii: "\n")).enumerated()
        where line.contains(where: { $0 > 0x20 }) {
            guard let line = try? decoder.decode(Line.self, from: line) else {
                throw CommandFailure(
                    .malformedFile, "\(path): record \(index + 1) is not a query with its vector",
                    hint: "expected {\"text\": \"…\", \"vector\": [0.1, …]}")
            }
            guard line.vector.count == dimension, line.vector.allSatisfy(\.isFinite) else {
                throw CommandFailure(
                    .malformedFile,
                    "\(path): the vector of record \(index + 1) has \(line.vector.count) numbers; those of the passages have \(dimension), all finite",
                    hint: "embed queries and passages with the same model")
            }
            if let other = vectors.updateValue(line.vector, forKey: line.text), other != line.vector {
                throw CommandFailure(
                    .malformedFile,
                    "\(path): record \(index + 1) has another vector for '\(line.text.prefix(60))'")
            }
        }
        guard !vectors.isEmpty else {
            throw CommandFailure(.malformedFile, "\(path): there are no queries in the file")
        }
        self.vectors = vectors
    }

    func vectors(for queries: [String]) async throws -> [[Float]] {
        try queries.map { query in
            guard let vector = vectors[query] ?? vectors[query.trimmingSpaces] else {
                throw ToolError.unavailable(
                    message: "search: there is no vector of the query '\(query.prefix(60))'")
            }
            return vector
        }
    }
}
