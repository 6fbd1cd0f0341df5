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
        words.reserveCapacity(words.count + batch.words.count)
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
        let idf = next.map { Self.inverseDocumentFrequency(holders: $0, of: passageCount) }
        var sum = 0
        for place in next.indices { (next[place], sum) = (sum, sum + next[place]) }
        let firsts = (next + [sum]).map(UInt64.init)
        var holders = [UInt32](repeating: 0, count: words.count)
        var gains = [Float](repeating: 0, count: words.count)
        var peaks = [Float](repeating: 0, count: terms.count)
        let mean = lengths.reduce(0.0) { $0 + Double($1) } / Double(max(1, lengths.count))
        for passage in 0..<passageCount {
            let norm =
                BM25Index.k1 * (1 - BM25Index.b + BM25Index.b * Double(lengths[passage]) / mean)
            for pair in starts[passage]..<starts[passage + 1] {
                let place = Int(places[Int(words[pair])])
                let frequency = Double(frequencies[pair])
                let gain = Float(idf[place] * frequency / (frequency + norm))
                holders[next[place]] = UInt32(passage)
                gains[next[place]] = gain
                peaks[place] = max(peaks[place], gain)
                next[place] += 1
            }
        }
        return WordList.files(order.lazy.map(\.key)).merging([
            BM25Index.starts: Data(of: firsts), BM25Index.passages: Data(of: holders),
            BM25Index.gains: Data(of: gains), BM25Index.peaks: Data(of: peaks),
        ]) { first, _ in first }
    }
}
