import Failures

/// A tokenizer as described by Hugging Face's tokenizer.json: byte-pair encoding with byte fallback, as in Gemma, or a
/// plain word list.
///
/// Encoding splits the text at added tokens, replaces spaces by `▁` and splits the rest into pieces with the
/// pre-tokenizers. Each piece is looked up whole, merged, or spelled in bytes. Byte-pair encoding can encode any text.
/// Tokens are compared byte for byte, never by Unicode equivalence.
package struct Tokenizer: Sendable {
    /// The parts of the file that determine the tokens.
    package struct Description: Sendable, Equatable {
        /// The tokens, indexed by id.
        package var vocabulary: [String]
        package var model: Model
        /// Tokens that are found in text before anything else.
        package var added: [AddedToken]
        /// True if spaces become `▁` before pieces are looked up, and spaces again when tokens are decoded.
        package var marksSpaces = true
        package var pretokenizers: [Pretokenizer]
        /// The tokens before and after a whole text, such as `<bos>`.
        package var prefix: [String] = []
        package var suffix: [String] = []

        package init(
            vocabulary: [String], model: Model, added: [AddedToken], pretokenizers: [Pretokenizer],
            prefix: [String] = []
        ) {
            self.vocabulary = vocabulary
            self.model = model
            self.added = added
            self.pretokenizers = pretokenizers
            self.prefix = prefix
        }
    }

    /// The method that turns a piece into tokens.
    package enum Model: Sendable, Equatable {
        /// Merges in order of priority. Characters without a token are spelled in bytes.
        ///
        /// - Parameter ignoresMerges: true if a piece that is in the vocabulary becomes one token, regardless of the
        ///   merges.
        case bytePairs(merges: [Pair], ignoresMerges: Bool)
        /// Every piece is one token or the unknown token.
        case words(unknown: String)
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
        /// True if the token is searched for after spaces were replaced, not in the raw text.
        package let isNormalized: Bool

        package init(_ content: String, isSpecial: Bool = true, isNormalized: Bool = false) {
            self.content = content
            self.isSpecial = isSpecial
            self.isNormalized = isNormalized
        }
    }

    /// The character that replaces a space.
    static let space: Unicode.Scalar = "▁"

    package let description: Description
    private let vocabulary: TokenTable
    private let merging: BytePairMerging?
    private let unknown: Int32?
    private let byteIDs: [Int32]
    private let bytes: [Int32: UInt8]
    private let addedSet: Set<Int32>
    private let rawAdded: AddedTokens
    private let normalizedAdded: AddedTokens
    private let prefix: [Int32]
    private let suffix: [Int32]

    /// A problem in the description of a tokenizer.
    package struct Malformed: Explained, Hashable {
        package let message: String
        package var code: FailureCode { .unreadableModel }
    }

    /// - Throws: ``Malformed`` if a token that encoding needs is missing.
    package init(_ description: Description) throws {
        let table = try TokenTable(description.vocabulary)
        func id(_ token: String, _ role: String) throws -> Int32 {
            guard let id = table[token] else { throw Malformed(message: "\(role) '\(token)' has no id") }
            return id
        }
        func added(_ isNormalized: Bool) throws -> AddedTokens {
            AddedTokens(
                try description.added.filter { $0.isNormalized == isNormalized }.map { token in
                    let content =
                        isNormalized && description.marksSpaces ? Self.marked(token.content) : token.content
                    return (content, try id(token.content, "added token"))
                })
        }
        switch description.model {
        case .bytePairs(let merges, _):
            byteIDs = try (0..<256).map { try id(Self.byteToken($0), "byte fallback:") }
            merging = try BytePairMerging(merges, table)
            unknown = nil
        case .words(let token):
            byteIDs = []
            merging = nil
            unknown = try id(token, "unknown token")
        }
        self.description = description
        vocabulary = table
        bytes = Dictionary(uniqueKeysWithValues: byteIDs.enumerated().map { ($1, UInt8($0)) })
        addedSet = Set(description.added.compactMap { table[$0.content] })
        rawAdded = try added(false)
        normalizedAdded = try added(true)
        prefix = try description.prefix.map { try id($0, "leading token") }
        suffix = try description.suffix.map { try id($0, "closing token") }
    }

    static func byteToken(_ byte: Int) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "<0x\(byte < 16 ? "0" : "")\(digits)>"
    }

    package var vocabularySize: Int { description.vocabulary.count }

    /// Returns the id of a token, given as it is written in the vocabulary.
    package func id(of token: String) -> Int32? { vocabulary[token] }

    /// Returns the tokens of a whole text, with the prefix and the suffix around them.
    package func encodeWhole(_ text: String) -> [Int32] { prefix + encode(text) + suffix }

    /// The ids of the added tokens that are marked as special.
    package var specialTokens: [Int32] {
        description.added.filter(\.isSpecial).compactMap { id(of: $0.content) }
    }

    /// - Parameter findsAdded: true if added tokens are recognized in the text. Text from outside (questions, tool
    ///   results) is encoded with false, so that it can't forge a tag.
    package func encode(_ text: String, findsAdded: Bool = true) -> [Int32] {
        encode(text, forbidding: findsAdded ? [] : addedSet)
    }

    /// - Parameter forbidden: added tokens that the text must not produce; their text is encoded as ordinary
    ///   characters.
    package func encode(_ text: String, forbidding forbidden: Set<Int32>) -> [Int32] {
        rawAdded.split(text, except: forbidden).flatMap { part -> [Int32] in
            switch part {
            case .token(let id): [id]
            case .text(let text):
                normalizedAdded.split(normalized(text), except: forbidden).flatMap { part -> [Int32] in
                    switch part {
                    case .token(let id): [id]
                    case .text(let text): encodeNormalized(text, forbidden)
                    }
                }
            }
        }
    }

    private func normalized(_ text: String) -> String { description.marksSpaces ? Self.marked(text) : text }

    private static func marked(_ text: String) -> String {
        var marked = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { marked.append(scalar == " " ? space : scalar) }
        return String(marked)
    }

    private func encodeNormalized(_ text: String, _ forbidden: Set<Int32>) -> [Int32] {
        var pieces = [Array(text.unicodeScalars)]
        for pretokenizer in description.pretokenizers {
            pieces = pieces.flatMap(pretokenizer.split)
        }
        return pieces.flatMap { encodePiece($0, forbidden) }
    }

    private func encodePiece(_ scalars: [Unicode.Scalar], _ forbidden: Set<Int32>) -> [Int32] {
        guard !scalars.isEmpty else { return [] }
        var whole: [UInt8] = []
        for scalar in scalars { whole += UTF8.encode(scalar)! }
        guard case .bytePairs(_, let ignoresMerges) = description.model, let merging else {
            return [vocabulary[whole[...]].flatMap { forbidden.contains($0) ? nil : $0 } ?? unknown!]
        }
        if ignoresMerges, let id = vocabulary[whole[...]], !forbidden.contains(id) { return [id] }
        var symbols: [Int32] = []
        symbols.reserveCapacity(scalars.count)
        for scalar in scalars {
            let bytes = UTF8.encode(scalar)!
            if let id = vocabulary[Array(bytes)[...]] {
                symbols.append(id)
            } else {
                symbols += bytes.map { byteIDs[Int($0)] }
            }
        }
        return merging.merge(symbols)
    }

    /// Returns the text of tokens, including added tokens. Bytes that are not UTF-8 become U+FFFD.
    package func decode(_ tokens: some Sequence<Int32>) -> String {
        if case .words = description.model {
            return tokens.compactMap { piece($0) }.joined(separator: " ")
        }
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
            guard let piece = piece(token) else { continue }
            guard description.marksSpaces else {
                text.unicodeScalars.append(contentsOf: piece.unicodeScalars)
                continue
            }
            for scalar in piece.unicodeScalars {
                text.unicodeScalars.append(scalar == Self.space ? " " : scalar)
            }
        }
        flush()
        return text
    }

    /// Returns the bytes that a token adds to a text. Spaces remain marked as in the vocabulary.
    func bytes(of token: Int32) -> [UInt8] {
        bytes[token].map { [$0] } ?? Array((piece(token) ?? "").utf8)
    }

    /// Returns a token as it is written in the vocabulary; `nil` for the additional ids of a padded network.
    package func piece(_ token: Int32) -> String? {
        description.vocabulary.indices.contains(Int(token)) ? description.vocabulary[Int(token)] : nil
    }
}

/// A lookup table from the bytes of tokens to ids.
struct TokenTable: Sendable {
    private let ids: [ArraySlice<UInt8>: Int32]

    /// - Throws: ``Tokenizer/Malformed`` if a token occurs twice.
    init(_ vocabulary: [String]) throws {
        var ids: [ArraySlice<UInt8>: Int32] = [:]
        ids.reserveCapacity(vocabulary.count)
        for (id, token) in vocabulary.enumerated() {
            guard ids.updateValue(Int32(id), forKey: Array(token.utf8)[...]) == nil else {
                throw Tokenizer.Malformed(message: "token '\(token)' occurs twice in the vocabulary")
            }
        }
        self.ids = ids
    }

    subscript(_ token: String) -> Int32? { ids[Array(token.utf8)[...]] }
    subscript(_ bytes: ArraySlice<UInt8>) -> Int32? { ids[bytes] }
}
