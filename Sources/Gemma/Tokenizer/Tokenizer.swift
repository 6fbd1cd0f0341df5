import Failures

/// A tokenizer in the format of Hugging Face's tokenizer.json: byte-pair encoding with byte fallback, as in Gemma, or a
/// plain word list.
///
/// Encoding splits the text at added tokens, replaces spaces by `▁`, and splits the rest into pieces with the
/// pre-tokenizers. Byte-pair encoding then merges the characters of each piece; characters without a token are encoded
/// as bytes, so any text can be encoded. Tokens are compared byte for byte, never by Unicode equivalence.
///
/// ```swift
/// let tokenizer = try Tokenizer(json: Data(contentsOf: URL(filePath: "gemma-2-2b-it/tokenizer.json")))
/// let tokens = tokenizer.encodeWhole("2 + 2 = 4")  // begins with <bos>
/// tokenizer.decode(tokens.dropFirst())             // "2 + 2 = 4"
/// ```
package struct Tokenizer: Sendable {
    /// The parts of tokenizer.json that determine the tokens.
    package struct Description: Sendable, Equatable {
        /// The tokens, indexed by id.
        package var vocabulary: [String]
        package var model: Model
        /// The tokens that are recognized in a text before it is split into pieces, such as `<bos>`.
        package var added: [AddedToken]
        /// True if encoding replaces spaces by `▁` and decoding reverses this.
        package var marksSpaces = true
        package var pretokenizers: [Pretokenizer]
        /// The tokens before a whole text, such as `<bos>`.
        package var prefix: [String] = []
        /// The tokens after a whole text.
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
        /// Byte-pair encoding with its merges in the order of their ranks. Characters without a token are encoded as
        /// bytes.
        ///
        /// - Parameter ignoresMerges: true if a piece that is in the vocabulary becomes one token, even if the merges
        ///   do not produce it.
        case bytePairs(merges: [Pair], ignoresMerges: Bool)
        /// A word list. A piece that is not in the vocabulary becomes the token `unknown`.
        case words(unknown: String)
    }

    /// A merge of two neighboring tokens.
    package struct Pair: Hashable, Sendable {
        package let left, right: String

        package init(_ left: String, _ right: String) {
            self.left = left
            self.right = right
        }
    }

    /// A token that is recognized in a text as a whole and never split.
    package struct AddedToken: Hashable, Sendable {
        package let content: String
        /// True for a control token such as `<bos>`, false for ordinary text.
        package let isSpecial: Bool
        /// True if the token is searched for in the text with replaced spaces; false if in the raw text.
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

    /// The error that a tokenizer's description is invalid or not supported.
    package struct Malformed: Explained, Hashable {
        package let message: String
        package var code: FailureCode { .unreadableModel }
    }

    /// Creates a tokenizer from its description.
    ///
    /// - Throws: ``Malformed`` if a token occurs twice, or if a token that encoding needs is missing.
    package init(_ description: Description) throws {
        let table = try TokenTable(description.vocabulary)
        func id(_ token: String, _ role: String) throws -> Int32 {
            guard let id = table[token] else {
                throw Malformed(message: "the \(role) '\(token)' is not in the vocabulary")
            }
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
            byteIDs = try (0..<256).map { try id(Self.byteToken($0), "byte token") }
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

    /// Returns the id of a token; `nil` if it is not in the vocabulary.
    ///
    /// - Parameter token: the token in the vocabulary's notation, such as `▁the`.
    package func id(of token: String) -> Int32? { vocabulary[token] }

    /// Returns the tokens of a whole text, between the tokenizer's prefix (such as `<bos>`) and its suffix.
    package func encodeWhole(_ text: String) -> [Int32] { prefix + encode(text) + suffix }

    /// The ids of the added tokens that are marked as special.
    package var specialTokens: [Int32] {
        description.added.filter(\.isSpecial).compactMap { id(of: $0.content) }
    }

    /// Returns the tokens of a text, without prefix and suffix.
    ///
    /// - Parameter findsAdded: true to recognize added tokens in the text. Use false for untrusted text (questions,
    ///   tool results), so that it can't contain control tokens.
    package func encode(_ text: String, findsAdded: Bool = true) -> [Int32] {
        encode(text, forbidding: findsAdded ? [] : addedSet)
    }

    /// Returns the tokens of a text, without prefix and suffix.
    ///
    /// - Parameter forbidden: added tokens that the text must not produce. They are encoded as ordinary characters.
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

    /// Returns the text of tokens, including added tokens. A run of byte tokens that is not valid UTF-8 becomes one
    /// U+FFFD per byte. With a word list, words are separated by spaces.
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

    /// Returns the bytes that a token adds to a text. Spaces remain `▁`, as in the vocabulary.
    func bytes(of token: Int32) -> [UInt8] {
        bytes[token].map { [$0] } ?? Array((piece(token) ?? "").utf8)
    }

    /// Returns a token in the vocabulary's notation; `nil` for ids outside the vocabulary. A network can have such ids
    /// if its embedding is padded.
    package func piece(_ token: Int32) -> String? {
        description.vocabulary.indices.contains(Int(token)) ? description.vocabulary[Int(token)] : nil
    }
}

/// A table from the UTF-8 bytes of tokens to their ids.
struct TokenTable: Sendable {
    private let ids: [ArraySlice<UInt8>: Int32]

    /// Creates the table from the tokens in the order of their ids.
    ///
    /// - Throws: ``Tokenizer/Malformed`` if a token occurs twice.
    init(_ vocabulary: [String]) throws {
        var ids: [ArraySlice<UInt8>: Int32] = [:]
        ids.reserveCapacity(vocabulary.count)
        for (id, token) in vocabulary.enumerated() {
            guard ids.updateValue(Int32(id), forKey: Array(token.utf8)[...]) == nil else {
                throw Tokenizer.Malformed(message: "the token '\(token)' occurs twice in the vocabulary")
            }
        }
        self.ids = ids
    }

    subscript(_ token: String) -> Int32? { ids[Array(token.utf8)[...]] }
    subscript(_ bytes: ArraySlice<UInt8>) -> Int32? { ids[bytes] }
}
