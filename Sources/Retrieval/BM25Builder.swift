import Foundation

/// Builds the files of a ``BM25Index``.
///
/// ```swift
/// var builder = BM25Builder()
/// builder.add(BM25Builder.Batch([(title: "Paris", text: "Paris is the capital of France.")]))
/// let index = try BM25Index(builder.files(), passageCount: 1)
/// ```
package struct BM25Builder {
    /// The number of passages so far.
    package private(set) var passageCount = 0

    private var terms: [String: UInt32] = [:]
    private var lengths: [Float] = []
    /// For each passage, the index of its first pair in `words` and `frequencies`; the last entry is their length.
    private var starts: [Int] = [0]
    private var words: [UInt32] = []
    private var frequencies: [Float] = []

    package init() {}

    /// The words of some passages, counted. Batches can be made on several threads.
    package struct Batch: Sendable {
        fileprivate var terms: [String] = []
        fileprivate var lengths: [Float] = []
        fileprivate var starts: [Int] = [0]
        fileprivate var words: [UInt32] = []
        fileprivate var frequencies: [Float] = []

        /// - Parameter titleWeight: the frequency with which a word in the title counts, relative to a word in the text.
        package init(_ passages: some Sequence<(title: String, text: String)>, titleWeight: Float = 2) {
            var known: [String: UInt32] = [:]
            var found: [UInt32] = []
            for passage in passages {
                found.removeAll(keepingCapacity: true)
                func add(_ text: String) {
                    SearchTerms.each(text) { word in
                        let id = known[word] ?? UInt32(known.count)
                        if Int(id) == known.count {
                            known[word] = id
                            terms.append(word)
                        }
                        found.append(id)
                    }
                }
                add(passage.title)
                let titleCount = found.count
                add(passage.text)
                lengths.append(Float(found.count))
                // Sorted, equal words are neighbors. A word of the title is its number doubled, so it comes first.
                var keys = found.indices.map { UInt64(found[$0]) << 1 | ($0 < titleCount ? 0 : 1) }
                keys.sort()
                for key in keys {
                    let word = UInt32(key >> 1)
                    let weight = key & 1 == 0 ? titleWeight : 1
                    if words.count > starts.last!, words.last == word {
                        frequencies[frequencies.count - 1] += weight
                    } else {
                        words.append(word)
                        frequencies.append(weight)
                    }
                }
                starts.append(words.count)
            }
        }
    }

    /// Adds the passages of a batch behind all earlier ones.
    package mutating func add(_ batch: Batch) {
        let ids = batch.terms.map { word in
            let id = terms[word] ?? UInt32(terms.count)
            if Int(id) == terms.count { terms[word] = id }
            return id
        }
        for word in batch.words { words.append(ids[Int(word)]) }
        frequencies += batch.frequencies
        lengths += batch.lengths
        let offset = starts.last!
        for start in batch.starts.dropFirst() { starts.append(offset + start) }
        passageCount += batch.lengths.count
    }

    /// Returns the inverse document frequency (Robertson and Spärck Jones). For a word in at least half of the passages
    /// it would not be positive and is set to 10⁻⁶.
    private static func inverseDocumentFrequency(holders: Int, of count: Int) -> Double {
        max(1e-6, log((Double(count - holders) + 0.5) / (Double(holders) + 0.5)))
    }

    /// Returns the files of the index, by name.
    package func files() -> [String: Data] {
        let order = terms.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        var places = [UInt32](repeating: 0, count: terms.count)
        for (place, term) in order.enumerated() { places[Int(term.value)] = UInt32(place) }
        var next = [Int](repeating: 0, count: terms.count)
        for word in words { next[Int(places[Int(word)])] += 1 }
        let weights = next.map { Float(Self.inverseDocumentFrequency(holders: $0, of: passageCount)) }
        var sum = 0
        for place in next.indices { (next[place], sum) = (sum, sum + next[place]) }
        let firsts = (next + [sum]).map(UInt64.init)
        let mean = lengths.reduce(0.0) { $0 + Double($1) } / Double(max(1, lengths.count))
        var holders = [UInt32](repeating: 0, count: words.count)
        var codes = [UInt32](repeating: 0, count: words.count)
        var factors: [Float] = []
        var known: [Fraction: UInt32] = [:]
        var peaks = [Float](repeating: 0, count: terms.count)
        for passage in 0..<passageCount {
            let length = lengths[passage]
            let norm = BM25Index.k1 * (1 - BM25Index.b + BM25Index.b * Double(length) / mean)
            var last: (frequency: Float, code: UInt32)?
            for pair in starts[passage]..<starts[passage + 1] {
                let frequency = frequencies[pair]
                let code: UInt32
                if let last, last.frequency == frequency {
                    code = last.code
                } else {
                    let fraction = Fraction(frequency: frequency, length: length)
                    code = known[fraction] ?? UInt32(factors.count)
                    if Int(code) == factors.count {
                        known[fraction] = code
                        factors.append(Float(Double(frequency) / (Double(frequency) + norm)))
                    }
                    last = (frequency, code)
                }
                let place = Int(places[Int(words[pair])])
                holders[next[place]] = UInt32(passage)
                codes[next[place]] = code
                peaks[place] = max(peaks[place], weights[place] * factors[Int(code)])
                next[place] += 1
            }
        }
        // The numbers of the fractions must not depend on the order in which they were met.
        let sorted = known.sorted { ($0.key.frequency, $0.key.length) < ($1.key.frequency, $1.key.length) }
        var numbers = [UInt32](repeating: 0, count: factors.count)
        for (number, fraction) in sorted.enumerated() { numbers[Int(fraction.value)] = UInt32(number) }
        for posting in codes.indices { codes[posting] = numbers[Int(codes[posting])] }
        factors = sorted.map { factors[Int($0.value)] }
        let sizes = [passageCount, terms.count, holders.count, factors.count].map(UInt64.init)
        let isWide = factors.count > 1 << 16
        return WordList.files(order.lazy.map(\.key)).merging([
            BM25Index.sizes: Data(of: sizes), BM25Index.starts: Data(of: firsts),
            BM25Index.passages: Data(of: holders),
            BM25Index.codes: isWide ? Data(of: codes) : Data(of: codes.map { UInt16($0) }),
            BM25Index.factors: Data(of: factors), BM25Index.weights: Data(of: weights),
            BM25Index.peaks: Data(of: peaks),
        ]) { first, _ in first }
    }

    /// What the score of a word in a passage depends on, besides the word.
    private struct Fraction: Hashable {
        let frequency: Float
        let length: Float
    }
}
