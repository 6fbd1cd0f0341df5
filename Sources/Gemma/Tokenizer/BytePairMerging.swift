/// The merge table of a byte-pair encoding (Sennrich et al. 2016). A merge joins two neighboring tokens; merges are
/// applied by rank, and from left to right among equal ranks.
struct BytePairMerging: Sendable {
    private struct Merge {
        let rank: Int32
        let id: Int32
    }

    private let merges: [UInt64: Merge]

    /// Creates the table from merges in the order of their ranks.
    ///
    /// - Throws: ``Tokenizer/Malformed`` if a part or the result of a merge is not in the vocabulary.
    init(_ pairs: [Tokenizer.Pair], _ table: TokenTable) throws {
        var merges: [UInt64: Merge] = [:]
        merges.reserveCapacity(pairs.count)
        for (rank, pair) in pairs.enumerated() {
            guard let left = table[pair.left], let right = table[pair.right],
                let id = table[pair.left + pair.right]
            else {
                throw Tokenizer.Malformed(
                    message:
                        "the merge of '\(pair.left)' and '\(pair.right)' uses a token that is not in the vocabulary"
                )
            }
            // If a pair occurs twice, its last rank counts, as in the library `tokenizers`.
            merges[Self.key(left, right)] = Merge(rank: Int32(rank), id: id)
        }
        self.merges = merges
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// Applies all possible merges to the tokens of one piece, in O(n log n) for n tokens. Pieces can be long: Gemma's
    /// published tokenizer does not split a text into words.
    func merge(_ symbols: [Int32]) -> [Int32] {
        guard !merges.isEmpty, symbols.count > 1 else { return symbols }
        var symbols = symbols
        // A doubly linked list over positions, with −1 at both ends. A symbol that was merged into its left neighbor
        // is −1.
        var next = symbols.indices.map { $0 + 1 < symbols.count ? $0 + 1 : -1 }
        var previous = symbols.indices.map { $0 - 1 }
        var heap = MergeHeap()
        func offer(_ at: Int) {
            guard at >= 0, next[at] >= 0,
                let merge = merges[Self.key(symbols[at], symbols[next[at]])]
            else { return }
            heap.push(.init(rank: merge.rank, place: Int32(at), id: merge.id))
        }
        for at in symbols.indices { offer(at) }
        while let candidate = heap.pop() {
            let at = Int(candidate.place)
            guard symbols[at] >= 0, next[at] >= 0,
                // The pair may have changed since it was pushed.
                let merge = merges[Self.key(symbols[at], symbols[next[at]])], merge.id == candidate.id
            else { continue }
            let gone = next[at]
            symbols[at] = candidate.id
            symbols[gone] = -1
            next[at] = next[gone]
            if next[at] >= 0 { previous[next[at]] = at }
            offer(previous[at])
            offer(at)
        }
        return symbols.filter { $0 >= 0 }
    }
}

/// A min-heap of candidate merges, ordered by rank and position.
private struct MergeHeap {
    struct Candidate {
        let rank: Int32
        let place: Int32
        let id: Int32

        func precedes(_ other: Candidate) -> Bool { (rank, place) < (other.rank, other.place) }
    }

    private var items: [Candidate] = []

    mutating func push(_ candidate: Candidate) {
        items.append(candidate)
        var child = items.count - 1
        while child > 0, items[child].precedes(items[(child - 1) / 2]) {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Candidate? {
        guard let top = items.first else { return nil }
        let last = items.removeLast()
        guard !items.isEmpty else { return top }
        items[0] = last
        var parent = 0
        while true {
            var first = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count {
                if items[child].precedes(items[first]) { first = child }
            }
            if first == parent { return top }
            items.swapAt(parent, first)
            parent = first
        }
    }
}
