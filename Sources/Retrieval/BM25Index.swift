import CKernels
import Foundation

/// BM25 scores of passages, from files that are mapped instead of read.
///
/// The formula is Robertson's with k1 = 1.2 and b = 0.75, as in `bm25s` with `method="robertson"` (Lù 2024,
/// arXiv:2407.03618): for each word of the query that a passage has, idf · tf / (tf + k1 · (1 − b + b · length / mean)).
/// A passage is a hit if it has a word of the query.
///
/// The fraction depends on the frequency and the length alone, and a corpus has few different pairs of these: a posting
/// holds the number of its pair. A word's weight is its idf.
package final class BM25Index: @unchecked Sendable {
    static let k1 = 1.2
    static let b = 0.75

    /// The names of the files: the numbers of passages, words, postings and fractions; for each word the index of its first posting, its weight, and the largest score that it
    /// alone can give; for each posting the passage and the number of its fraction; and the fractions.
    static let sizes = "index.sizes"
    static let starts = "postings.starts"
    static let passages = "postings.passages"
    static let codes = "postings.codes"
    static let factors = "factors"
    static let weights = "words.weights"
    static let peaks = "words.peaks"
    package static let fileNames =
        WordList.fileNames + [sizes, starts, passages, codes, factors, weights, peaks]

    private let words: WordList
    private let files: [FixedBytes]
    private let starts: UnsafeBufferPointer<UInt64>
    private let weights: UnsafeBufferPointer<Float>
    private let peaks: UnsafeBufferPointer<Float>
    private let postings: Postings
    /// The number of passages.
    package let passageCount: Int

    /// Opens an index.
    ///
    /// - Parameters:
    ///   - files: the contents of ``fileNames``, best memory-mapped.
    ///   - passageCount: the number of passages.
    /// - Throws: ``DamagedIndex`` if files are missing or their sizes do not fit together.
    package init(_ files: [String: Data], passageCount: Int) throws {
        func bytes(_ name: String) throws -> FixedBytes {
            guard let data = files[name] else { throw DamagedIndex("\(name) is missing") }
            return FixedBytes(data)
        }
        words = try WordList(files)
        let opened = try [
            Self.starts, Self.weights, Self.peaks, Self.passages, Self.codes, Self.factors,
        ].map(bytes)
        self.files = opened
        starts = opened[0].numbers(UInt64.self)
        weights = opened[1].numbers(Float.self)
        peaks = opened[2].numbers(Float.self)
        postings = Postings(
            passages: opened[3].numbers(UInt32.self), codes: opened[4], factors: opened[5].numbers(Float.self)
        )
        self.passageCount = passageCount
        let sizes = try bytes(Self.sizes)
        let counts = [passageCount, words.count, postings.passages.count, postings.factors.count]
        guard sizes.numbers(UInt64.self).elementsEqual(counts.map(UInt64.init)), sizes.count == 32,
            starts.count == words.count + 1, peaks.count == words.count, weights.count == words.count,
            starts.last == UInt64(postings.passages.count), postings.isWhole
        else { throw DamagedIndex("the postings do not fit together") }
    }

    /// Returns the distinct words of a query, without stop words if it has others.
    package static func words(of query: String) -> [String] { SearchTerms.withoutStopWords(query) }

    /// The passages that have each word, word after word.
    private struct Postings {
        let passages: UnsafeBufferPointer<UInt32>
        /// The number of the fraction of each posting, in two bytes if there are few fractions, otherwise in four.
        let codes: FixedBytes
        let factors: UnsafeBufferPointer<Float>

        var isWide: Bool { codes.count == 4 * passages.count && factors.count > 1 << 16 }
        var isWhole: Bool { codes.count == (factors.count > 1 << 16 ? 4 : 2) * passages.count }

        func factor(_ posting: Int) -> Float {
            isWide
                ? factors[Int(codes.numbers(UInt32.self)[posting])]
                : factors[Int(codes.numbers(UInt16.self)[posting])]
        }
    }

    /// One word of a query.
    private struct List {
        /// The word's postings.
        let range: Range<Int>
        let weight: Float
        let peak: Double
        /// The position of the word in the query: gains are added in this order.
        let place: Int
        /// The first posting that is not looked at yet, and the first one of the current window.
        var next: Int
        var start: Int
    }

    private func lists(_ query: [String]) -> [List] {
        var lists: [List] = []
        for word in query {
            guard let place = words.place(of: word) else { continue }
            let range = Int(starts[place])..<Int(starts[place + 1])
            lists.append(
                List(
                    range: range, weight: weights[place], peak: Double(peaks[place]), place: lists.count,
                    next: range.lowerBound, start: range.lowerBound))
        }
        return lists
    }

    /// Returns what a word adds to a passage, and moves `from` to the first posting that is not before the passage.
    private func gain(_ list: List, _ passage: UInt32, from: inout Int) -> Float? {
        let passages = postings.passages
        var step = 1
        var low = from
        while low + step < list.range.upperBound, passages[low + step] < passage {
            low += step
            step *= 2
        }
        var high = min(low + step + 1, list.range.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if passages[middle] < passage { low = middle + 1 } else { high = middle }
        }
        from = low
        guard low < list.range.upperBound, passages[low] == passage else { return nil }
        return list.weight * postings.factor(low)
    }

    /// Returns a score that at least `count` passages reach because of one word alone; 0 if none is found quickly.
    private func floor(_ lists: some Sequence<List>, _ count: Int) -> Float {
        guard count <= 128, let list = lists.first(where: { (count...1 << 12).contains($0.range.count) })
        else {
            return 0
        }
        var best = TopHits(count)
        for posting in list.range { best.offer(posting, list.weight * postings.factor(posting)) }
        return best.threshold ?? 0
    }

    /// The number of passages whose scores are added up at a time; their sums stay in the processor's nearest cache.
    private static let window = 1 << 12
    /// How much longer it takes to look a passage up in the postings of a word than to add one more posting.
    private static let lookUpCost = 32

    /// Returns the best passages for the words of a query, best first. Of passages with equal scores, the one with the
    /// smaller index comes first. The result is empty if no passage has any of the words.
    ///
    /// Passages that can't be among the best are skipped (MaxScore: Turtle and Flood 1995): as soon as the rarer words of
    /// a query are needed for a place among the best, the postings of a very common one are looked up for the few
    /// passages that may still be. The result is that of ``searchAll(_:limit:)``.
    package func search(_ query: [String], limit: Int) -> [ScoredPassage] {
        var lists = lists(query)
        guard limit > 0, !lists.isEmpty else { return [] }
        lists.sort { ($0.peak, $0.place) < ($1.peak, $1.place) }
        // The most that the lists before each one can add together. Sums of 32-bit floats may exceed the exact sum by a
        // rounding error.
        var bounds = [0.0]
        for list in lists { bounds.append(bounds.last! + list.peak) }
        let slack = 1 + 1e-7 * Double(lists.count + 8)
        // The numbers of postings from each list on.
        var rest = [0]
        for list in lists.reversed() { rest.append(rest.last! + list.range.count) }
        rest.reverse()
        var top = TopHits(limit)
        // At least `limit` passages reach this score.
        var floor = floor(lists.reversed(), limit)
        // The lists before this one can't bring a passage among the best without the others.
        var essential = 0
        var order: [Int] = []
        func raise() {
            floor = max(floor, top.threshold ?? 0)
            var next = essential
            while next < lists.count, bounds[next + 1] * slack < Double(floor) { next += 1 }
            // All postings of a list are added unless looking up those of the others is quicker.
            while next > essential, next < lists.count,
                lists[next - 1].range.count < Self.lookUpCost * rest[next]
            {
                next -= 1
            }
            guard next > essential || order.isEmpty else { return }
            essential = next
            order = (essential..<lists.count).sorted { lists[$0].place < lists[$1].place }
        }
        raise()
        let window = Window(Self.window)
        while essential < lists.count {
            var first = UInt32.max
            for index in order where lists[index].next < lists[index].range.upperBound {
                first = min(first, postings.passages[lists[index].next])
            }
            guard first < .max else { break }
            window.begin = first - first % UInt32(Self.window)
            for index in order {
                lists[index].start = lists[index].next
                lists[index].next = window.add(lists[index], postings)
            }
            // The least sum with which a passage can be among the best.
            let least = Double(floor) / slack
            let needed = Float(least - bounds[essential]).nextDown
            for candidate in 0..<window.take(from: max(needed, .leastNonzeroMagnitude)) {
                let passage = window.begin + window.places[candidate]
                if let score = score(passage, window.values[candidate], &lists, essential, bounds, least) {
                    top.offer(Int(passage), score)
                }
            }
            raise()
        }
        return top.hits
    }

    /// The sums of the passages in a window, and those of them that may be among the best.
    private final class Window {
        /// The first passage.
        var begin: UInt32 = 0
        private let count: Int
        private let sums: UnsafeMutablePointer<Float>
        /// Passages with a sum that is large enough, counted from `begin`, in ascending order, and their sums.
        let places: UnsafeMutablePointer<UInt32>
        let values: UnsafeMutablePointer<Float>

        init(_ count: Int) {
            self.count = count
            sums = .allocate(capacity: count)
            sums.initialize(repeating: 0, count: count)
            places = .allocate(capacity: count)
            values = .allocate(capacity: count)
        }

        deinit {
            sums.deallocate()
            places.deallocate()
            values.deallocate()
        }

        /// Adds what a word adds to the passages of the window.
        ///
        /// - Returns: the word's first posting behind the window.
        func add(_ list: List, _ postings: Postings) -> Int {
            let (from, end) = (Int64(list.next), Int64(list.range.upperBound))
            guard from < end else { return list.next }
            let (passages, factors) = (postings.passages.baseAddress!, postings.factors.baseAddress!)
            let behind = begin + UInt32(count)
            return Int(
                postings.isWide
                    ? swirl_bm25_add32(
                        from, end, passages, postings.codes.numbers(UInt32.self).baseAddress!, factors,
                        list.weight,
                        begin, behind, sums)
                    : swirl_bm25_add16(
                        from, end, passages, postings.codes.numbers(UInt16.self).baseAddress!, factors,
                        list.weight,
                        begin, behind, sums))
        }

        /// Finds the passages with a sum of at least `least`, and sets all sums to zero.
        ///
        /// - Returns: their number.
        func take(from least: Float) -> Int {
            Int(swirl_bm25_take(Int64(count), sums, least, places, values))
        }
    }

    /// Returns the whole score of a passage, added up in the order of the query; `nil` if it can't reach `least`.
    ///
    /// - Parameter sum: what the lists from `essential` on add to it.
    private func score(
        _ passage: UInt32, _ sum: Float, _ lists: inout [List], _ essential: Int, _ bounds: [Double],
        _ least: Double
    ) -> Float? {
        // With all lists, the sum was added up in the order of the query.
        guard essential > 0 else { return sum }
        var gains = [Float](repeating: 0, count: lists.count)
        var bounded = Double(sum)
        for index in (0..<essential).reversed() {
            guard bounded + bounds[index + 1] >= least else { return nil }
            var from = lists[index].next
            if let gain = gain(lists[index], passage, from: &from) {
                gains[lists[index].place] = gain
                bounded += Double(gain)
            }
            lists[index].next = from
        }
        for index in essential..<lists.count {
            var from = lists[index].start
            gains[lists[index].place] = gain(lists[index], passage, from: &from) ?? 0
        }
        return gains.reduce(0, +)
    }

    /// Returns what ``search(_:limit:)`` returns, from the scores of all passages. It is the reference for tests and
    /// benchmarks.
    package func searchAll(_ query: [String], limit: Int) -> [ScoredPassage] {
        var scores = [Float](repeating: 0, count: passageCount)
        for list in lists(query) {
            for posting in list.range {
                scores[Int(postings.passages[posting])] += list.weight * postings.factor(posting)
            }
        }
        var top = TopHits(limit)
        for (passage, score) in scores.enumerated() where score > 0 { top.offer(passage, score) }
        return top.hits
    }
}
