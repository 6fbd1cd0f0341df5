import Foundation
import Synchronization

#if canImport(Accelerate)
    import Accelerate
#else
    import COpenBLAS
#endif

/// Exact search among vectors by inner product: every query is compared with every vector.
///
/// BLAS multiplies a batch of queries with blocks of vectors on all cores. Its rounding depends on the size of the batch,
/// so the best vectors of each query are compared again, alone and in double precision. The result therefore does not
/// depend on which queries are answered together.
package final class VectorIndex: @unchecked Sendable {
    private let bytes: FixedBytes
    private let vectors: UnsafePointer<Float>
    /// The number of vectors.
    package let count: Int
    /// The number of elements of a vector.
    package let dimension: Int

    /// The number of vectors that one product takes.
    private static let block = 4_096
    /// The number of vectors beyond the limit that are compared again. Their scores differ in the last digits only.
    private static let margin = 16

    /// - Parameter data: the vectors as 32-bit floats, one after the other, best memory-mapped.
    /// - Throws: ``DamagedIndex`` if the size is not a multiple of the dimension.
    package init(_ data: Data, dimension: Int) throws {
        guard dimension > 0, data.count % (4 * dimension) == 0 else {
            throw DamagedIndex("\(data.count) bytes are not vectors of \(dimension) numbers")
        }
        bytes = FixedBytes(data)
        self.dimension = dimension
        count = data.count / (4 * dimension)
        vectors = UnsafePointer(bytes.numbers(Float.self).baseAddress!)
        #if !canImport(Accelerate)
            // The blocks are divided among threads here.
            openblas_set_num_threads(1)
        #endif
    }

    /// Returns the best vectors for each query, best first; of equal scores, the smaller index first.
    ///
    /// - Parameters:
    ///   - queries: vectors of ``dimension`` numbers.
    ///   - limit: the number of vectors to return for each query.
    package func search(_ queries: [[Float]], limit: Int) -> [[ScoredPassage]] {
        guard !queries.isEmpty, limit > 0, count > 0 else { return queries.map { _ in [] } }
        precondition(queries.allSatisfy { $0.count == dimension })
        let flat = queries.flatMap(\.self)
        let wide = min(count, limit + Self.margin)
        let blocks = (count + Self.block - 1) / Self.block
        let next = Atomic<Int>(0)
        let found = Mutex<[[ScoredPassage]]>(queries.map { _ in [] })
        let threads = min(blocks, ProcessInfo.processInfo.activeProcessorCount)
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            var scores = [Float](repeating: 0, count: queries.count * Self.block)
            var tops = queries.map { _ in TopHits(wide) }
            while true {
                let block = next.add(1, ordering: .relaxed).oldValue
                guard block < blocks else { break }
                let start = block * Self.block
                let size = min(Self.block, count - start)
                let rows = vectors + start * dimension
                if queries.count == 1 {
                    cblas_sgemv(
                        CblasRowMajor, CblasNoTrans, Int32(size), Int32(dimension), 1, rows, Int32(dimension),
                        flat, 1, 0, &scores, 1)
                } else {
                    cblas_sgemm(
                        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(queries.count), Int32(size),
                        Int32(dimension), 1, flat, Int32(dimension), rows, Int32(dimension), 0, &scores,
                        Int32(size))
                }
                for query in queries.indices {
                    for row in 0..<size { tops[query].offer(start + row, scores[query * size + row]) }
                }
            }
            found.withLock { found in
                for query in queries.indices { found[query] += tops[query].hits }
            }
        }
        return zip(queries, found.withLock(\.self)).map { query, candidates in
            var near = TopHits(wide)
            for candidate in candidates { near.offer(candidate.passage, candidate.score) }
            var top = TopHits(limit)
            for candidate in near.hits { top.offer(candidate.passage, score(query, candidate.passage)) }
            // Where so many vectors are so near to each other, such as copies of one, rounding may have left some out.
            guard wide < count, let last = near.hits.last, let least = top.hits.last,
                last.score >= least.score - tolerance(query, least.passage)
            else { return top.hits }
            for row in 0..<count { everything(query, row, &top) }
            return top.hits
        }
    }

    /// Offers a vector that may not be among the hits yet.
    private func everything(_ query: [Float], _ row: Int, _ top: inout TopHits) {
        guard !top.hits.contains(where: { $0.passage == row }) else { return }
        top.offer(row, score(query, row))
    }

    /// Returns by how much BLAS may be wrong about a score: a part of the product of the two lengths.
    private func tolerance(_ query: [Float], _ row: Int) -> Float {
        let vector = vectors + row * dimension
        var lengths = (0.0, 0.0)
        for index in 0..<dimension {
            lengths.0 += Double(query[index]) * Double(query[index])
            lengths.1 += Double(vector[index]) * Double(vector[index])
        }
        return Float(1e-5 * (lengths.0 * lengths.1).squareRoot())
    }

    /// Returns the inner product of a query and a vector, summed in double precision.
    private func score(_ query: [Float], _ row: Int) -> Float {
        let vector = vectors + row * dimension
        var sum = 0.0
        for index in 0..<dimension { sum += Double(query[index]) * Double(vector[index]) }
        return Float(sum)
    }
}
