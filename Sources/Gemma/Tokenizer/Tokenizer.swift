/// Byte-pair encoding as Hugging Face's tokenizer.json describes it, with byte fallback.
///
/// Text is cut at added tokens, spaces become `▁`, pieces are found by the pre-tokenizer, and each
/// piece is looked up whole, or merged, or spelt in bytes. Any text can be encoded.
package struct Tokenizer: Sendable {
    /// The file's parts that decide about tokens.
    package struct Description: Sendable, Equatable {
        /// Token by id.
        package var vocabulary: [String]
        /// Pairs in order of priority.
        package var merges: [Pair]
        /// Tokens that are found in raw text before anything else.
        package var added: [AddedToken]
        package var pretokenizers: [Pretokenizer]
        /// Whether a piece that stands in the vocabulary is taken whole, merges or no merges.
        package var ignoresMerges: Bool

        package init(
            vocabulary: [String], merges: [Pair], added: [AddedToken],
            pretokenizers: [Pretokenizer], ignoresMerges: Bool
        ) {
            self.vocabulary = vocabulary
            self.merges = merges
            self.added = added
            self.pretokenizers = pretokenizers
            self.ignoresMerges = ignoresMerges
        }
    }

    package struct Pair: Hashable, Sendable {
        package let left, right: String

        package init(_ left: String, _ right: String) {
            self.left = left
            self.right = right
        }
    }

    package struct AddedToken: Hashable, Sendable {
        package let content: String
        package let isSpecial: Bool

        package init(_ content: String, isSpecial: Bool = true) {
            self.content = content
            self.isSpecial = isSpecial
        }
    }

    /// How text is cut before pieces are looked up.
    package enum Pretokenizer: Hashable, Sendable {
        /// A piece begins at every `▁`.
        case words
        /// Every punctuation character is a piece of its own.
        case punctuation
        /// Every digit is a piece of its own.
        case digits
    }

    static let space: Character = "▁"

    package let description: Description
    private let ids: [String: Int32]
    private let ranks: [Pair: Int]
    private let byteIDs: [Int32]
    private let bytes: [Int32: UInt8]
    private let addedIDs: [(content: [UInt8], id: Int32)]
    private let addedSet: Set<Int32>

    /// What is wrong with a description.
    package struct Malformed: Error, Hashable, Sendable {
        package let message: String
    }

    /// - Throws: ``Malformed`` when a token is missing that encoding needs.
    package init(_ description: Description) throws {
        var ids: [String: Int32] = [:]
        for (id, token) in description.vocabulary.enumerated() {
            guard ids.updateValue(Int32(id), forKey: token) == nil else {
                throw Malformed(message: "token '\(token)' stands twice in the vocabulary")
            }
        }
        byteIDs = try (0..<256).map { byte in
            guard let id = ids[Self.byteToken(byte)] else {
                throw Malformed(message: "no token \(Self.byteToken(byte)) for byte fallback")
            }
            return id
        }
        addedIDs = try description.added.map { token in
            guard let id = ids[token.content] else {
                throw Malformed(message: "added token '\(token.content)' has no id")
            }
            return (Array(token.content.utf8), id)
        }.sorted { $0.0.count > $1.0.count }
        self.description = description
        self.ids = ids
        ranks = Dictionary(
            description.merges.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
        bytes = Dictionary(
            uniqueKeysWithValues: byteIDs.enumerated().map { ($1, UInt8($0)) })
        addedSet = Set(addedIDs.map(\.id))
    }

    static func byteToken(_ byte: Int) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "<0x\(byte < 16 ? "0" : "")\(digits)>"
    }

    package var vocabularySize: Int { description.vocabulary.count }

    /// The id of a token as it stands in the vocabulary.
    package func id(of token: String) -> Int32? { ids[token] }

    /// - Parameter findsAdded: whether added tokens are recognised in the text. Text from outside
    ///   (questions, tool results) is encoded without, so that it can't forge a tag.
    package func encode(_ text: String, findsAdded: Bool = true) -> [Int32] {
        guard findsAdded, !addedIDs.isEmpty else { return encodePlain(text) }
        let all = Array(text.utf8)
        var tokens: [Int32] = []
        var start = 0
        var index = 0
        while index < all.count {
            if let hit = addedIDs.first(where: { all[index...].starts(with: $0.content) }) {
                tokens += encodePlain(String(decoding: all[start..<index], as: UTF8.self))
                tokens.append(hit.id)
                index += hit.content.count
                start = index
            } else {
                index += 1
            }
        }
        return tokens + encodePlain(String(decoding: all[start...], as: UTF8.self))
    }

    private func encodePlain(_ text: String) -> [Int32] {
        var normalised = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            normalised.append(scalar == " " ? Self.space.unicodeScalars.first! : scalar)
        }
        var pieces = [Array(normalised)]
        for pretokenizer in description.pretokenizers {
            pieces = pieces.flatMap(pretokenizer.split)
        }
        return pieces.flatMap(encodePiece)
    }

    private func encodePiece(_ scalars: [Unicode.Scalar]) -> [Int32] {
        guard !scalars.isEmpty else { return [] }
        if description.ignoresMerges {
            var whole = String.UnicodeScalarView()
            whole.append(contentsOf: scalars)
            if let id = ids[String(whole)] { return [id] }
        }
        return merge(scalars).flatMap { symbol in
            ids[symbol].map { [$0] } ?? symbol.utf8.map { byteIDs[Int($0)] }
        }
    }

    /// Joins the pair of lowest rank, leftmost first, until no pair is left to join.
    private func merge(_ scalars: [Unicode.Scalar]) -> [String] {
        var symbols = scalars.map { String($0) }
        guard !ranks.isEmpty else { return symbols }
        while symbols.count > 1 {
            var best: (rank: Int, at: Int)?
            for at in 0..<symbols.count - 1 {
                if let rank = ranks[Pair(symbols[at], symbols[at + 1])], rank < best?.rank ?? .max {
                    best = (rank, at)
                }
            }
            guard let (_, at) = best else { break }
            symbols[at] += symbols.remove(at: at + 1)
        }
        return symbols
    }

    /// The text of tokens, added tokens included. Bytes that are not UTF-8 become U+FFFD.
    package func decode(_ tokens: some Sequence<Int32>) -> String {
        var text = ""
        var pending: [UInt8] = []
        func flush() {
            guard !pending.isEmpty else { return }
            if let valid = String(validating: pending, as: UTF8.self) {
                text += valid
            } else {
                text += String(repeating: "\u{FFFD}", count: pending.count)
            }
            pending = []
        }
        for token in tokens {
            if let byte = bytes[token] {
                pending.append(byte)
                continue
            }
            flush()
            guard description.vocabulary.indices.contains(Int(token)) else { continue }
            let piece = description.vocabulary[Int(token)]
            var scalars = String.UnicodeScalarView()
            for scalar in piece.unicodeScalars {
                scalars.append(scalar == Self.space.unicodeScalars.first! ? " " : scalar)
            }
            text.unicodeScalars.append(contentsOf: scalars)
        }
        flush()
        return text
    }

    /// One token as text.
    package func text(of token: Int32) -> String { decode([token]) }
}

extension Tokenizer.Pretokenizer {
    func split(_ piece: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var pieces: [[Unicode.Scalar]] = []
        var current: [Unicode.Scalar] = []
        func cut() {
            if !current.isEmpty { pieces.append(current) }
            current = []
        }
        for scalar in piece {
            switch self {
            case .words:
                if scalar == Tokenizer.space.unicodeScalars.first! { cut() }
                current.append(scalar)
            case .punctuation where Self.isPunctuation(scalar), .digits where Self.isDigit(scalar):
                cut()
                pieces.append([scalar])
            case .punctuation, .digits:
                current.append(scalar)
            }
        }
        cut()
        return pieces
    }

    /// ASCII punctuation and symbols, and Unicode's general category P.
    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }
}
