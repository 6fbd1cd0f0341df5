extension Tokenizer {
    /// Learns a byte-pair vocabulary by repeatedly merging the most frequent pair (Sennrich et al. 2016). Ties go to
    /// the pair that sorts first, so that equal texts give equal tokenizers.
    ///
    /// - Parameters:
    ///   - texts: the training texts. A word includes the space before it.
    ///   - special: added tokens, which are recognized in raw text. They have the first ids.
    ///   - prefix: the tokens before a whole text, such as `<bos>`.
    ///   - size: the number of tokens in the vocabulary, including the 256 bytes and all single characters. The
    ///     vocabulary is smaller if no pair occurs twice any more.
    package static func learned(
        from texts: [String], special: [String], prefix: [String] = [], size: Int
    ) -> Tokenizer {
        let pretokenizers: [Pretokenizer] = [.words, .digits, .punctuation]
        var words: [[String]: Int] = [:]
        var characters: Set<String> = []
        for text in texts {
            var pieces = [text.unicodeScalars.map { $0 == " " ? space : $0 }]
            for pretokenizer in pretokenizers { pieces = pieces.flatMap(pretokenizer.split) }
            for piece in pieces where !piece.isEmpty {
                let symbols = piece.map { String($0) }
                // Characters outside ASCII get no token and are encoded as bytes, so that rare letters do not fill the
                // vocabulary.
                characters.formUnion(symbols.filter { $0.utf8.count == 1 || $0 == String(Character(space)) })
                words[symbols, default: 0] += 1
            }
        }
        characters.formUnion((0x21...0x7E).map { String(UnicodeScalar(UInt8($0))) })
        var vocabulary = special + characters.sorted() + (0..<256).map(byteToken)
        // Only symbols with a token can be merged; characters outside ASCII have none.
        var known = Set(vocabulary)
        var merges: [Pair] = []
        var spelt = words.map { (symbols: $0.key, count: $0.value) }.sorted {
            $0.symbols.lexicographicallyPrecedes($1.symbols)
        }
        while vocabulary.count < size {
            var counts: [Pair: Int] = [:]
            for word in spelt where word.symbols.count > 1 {
                for (left, right) in zip(word.symbols, word.symbols.dropFirst()) {
                    guard left.utf8.count < 32, right.utf8.count < 32, known.contains(left),
                        known.contains(right)
                    else { continue }
                    counts[Pair(left, right), default: 0] += word.count
                }
            }
            guard
                let best = counts.max(by: { a, b in
                    (a.value, b.key.left, b.key.right) < (b.value, a.key.left, a.key.right)
                }), best.value > 1
            else { break }
            merges.append(best.key)
            let joined = best.key.left + best.key.right
            if known.insert(joined).inserted { vocabulary.append(joined) }
            for index in spelt.indices where spelt[index].symbols.count > 1 {
                spelt[index].symbols = join(spelt[index].symbols, best.key, joined)
            }
        }
        do {
            return try Tokenizer(
                Description(
                    vocabulary: vocabulary, model: .bytePairs(merges: merges, ignoresMerges: false),
                    added: special.map { AddedToken($0) }, pretokenizers: pretokenizers, prefix: prefix))
        } catch {
            preconditionFailure("a learned vocabulary holds all bytes and no token twice")
        }
    }

    private static func join(_ symbols: [String], _ pair: Pair, _ joined: String) -> [String] {
        var result: [String] = []
        var index = 0
        while index < symbols.count {
            if index + 1 < symbols.count, symbols[index] == pair.left, symbols[index + 1] == pair.right {
                result.append(joined)
                index += 2
            } else {
                result.append(symbols[index])
                index += 1
            }
        }
        return result
    }
}
