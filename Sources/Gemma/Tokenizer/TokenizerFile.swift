import Foundation

/// tokenizer.json, read and written. Parts that would change tokens and that are not understood
/// are refused by name.
extension Tokenizer {
    /// - Throws: ``Malformed`` naming the part that is missing or not supported.
    package init(json data: Data) throws {
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: data)
        } catch let error as DecodingError {
            throw Malformed(message: "tokenizer.json: \(error.place)")
        }
        try self.init(file.description())
    }

    /// The file's bytes; equal tokenizers write equal bytes.
    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(File(description))
    }

    fileprivate struct File: Codable {
        var version = "1.0"
        var added_tokens: [Added]
        var normalizer: Part?
        var pre_tokenizer: Part?
        var decoder: Part?
        var model: Model

        struct Added: Codable {
            var id: Int32
            var content: String
            var single_word = false
            var lstrip = false
            var rstrip = false
            var normalized = false
            var special = true
        }

        struct Pattern: Codable, Equatable {
            var String: String
        }

        struct Part: Codable, Equatable {
            var type: String
            var pattern: Pattern?
            var content: String?
            var behavior: String?
            var invert: Bool?
            var individual_digits: Bool?
            var pretokenizers: [Part]?
            var decoders: [Part]?
        }

        struct Model: Codable {
            var type = "BPE"
            var byte_fallback = true
            var ignore_merges: Bool?
            var fuse_unk: Bool? = false
            var vocab: [String: Int32]
            var merges: [[String]]
        }
    }
}

extension Tokenizer.File.Part {
    fileprivate static let words = Self(
        type: "Split", pattern: .init(String: "▁"), behavior: "MergedWithNext", invert: false)
    fileprivate static let punctuation = Self(type: "Punctuation", behavior: "Isolated")
    fileprivate static let digits = Self(type: "Digits", individual_digits: true)
    fileprivate static let spaces = Self(type: "Replace", pattern: .init(String: " "), content: "▁")
    fileprivate static let decoding = Self(
        type: "Sequence",
        decoders: [
            Self(type: "Replace", pattern: .init(String: "▁"), content: " "),
            Self(type: "ByteFallback"), Self(type: "Fuse"),
        ])
}

extension Tokenizer.File {
    fileprivate init(_ description: Tokenizer.Description) {
        let ids = Dictionary(
            uniqueKeysWithValues: description.vocabulary.enumerated().map { ($1, Int32($0)) })
        added_tokens = description.added.map {
            Added(id: ids[$0.content]!, content: $0.content, special: $0.isSpecial)
        }
        normalizer = .spaces
        let parts = description.pretokenizers.map { pretokenizer -> Part in
            switch pretokenizer {
            case .words: .words
            case .punctuation: .punctuation
            case .digits: .digits
            }
        }
        pre_tokenizer = parts.isEmpty ? nil : Part(type: "Sequence", pretokenizers: parts)
        decoder = .decoding
        model = Model(
            ignore_merges: description.ignoresMerges, vocab: ids,
            merges: description.merges.map { [$0.left, $0.right] })
    }

    fileprivate func description() throws -> Tokenizer.Description {
        guard model.type == "BPE", model.byte_fallback else {
            throw Tokenizer.Malformed(
                message: "tokenizer.json: model is \(model.type), BPE with byte_fallback is read")
        }
        guard normalizer == .spaces else {
            throw Tokenizer.Malformed(
                message: "tokenizer.json: normalizer \(normalizer?.type ?? "none") is not supported")
        }
        let parts = pre_tokenizer.map { $0.type == "Sequence" ? $0.pretokenizers ?? [] : [$0] } ?? []
        let pretokenizers = try parts.map { part -> Tokenizer.Pretokenizer in
            switch part {
            case .words: .words
            case .punctuation: .punctuation
            case .digits: .digits
            default:
                throw Tokenizer.Malformed(
                    message: "tokenizer.json: pre_tokenizer \(part.type) is not supported")
            }
        }
        var vocabulary = [String?](repeating: nil, count: model.vocab.count)
        for (token, id) in model.vocab {
            guard vocabulary.indices.contains(Int(id)), vocabulary[Int(id)] == nil else {
                throw Tokenizer.Malformed(
                    message: "tokenizer.json: id \(id) of '\(token)' is out of order")
            }
            vocabulary[Int(id)] = token
        }
        let merges = try model.merges.map { merge -> Tokenizer.Pair in
            guard merge.count == 2 else {
                throw Tokenizer.Malformed(message: "tokenizer.json: a merge is not a pair")
            }
            return Tokenizer.Pair(merge[0], merge[1])
        }
        return Tokenizer.Description(
            vocabulary: vocabulary.map { $0! }, merges: merges,
            added: added_tokens.map { .init($0.content, isSpecial: $0.special) },
            pretokenizers: pretokenizers, ignoresMerges: model.ignore_merges ?? false)
    }
}

extension DecodingError {
    /// Where decoding stopped, and why, in a line.
    fileprivate var place: String {
        switch self {
        case .keyNotFound(let key, let context): "\(context.path) has no '\(key.stringValue)'"
        case .valueNotFound(_, let context), .typeMismatch(_, let context):
            "\(context.path): \(context.debugDescription)"
        case .dataCorrupted(let context): "\(context.path): \(context.debugDescription)"
        @unknown default: "\(self)"
        }
    }
}

extension DecodingError.Context {
    fileprivate var path: String {
        codingPath.isEmpty ? "the file" : codingPath.map(\.stringValue).joined(separator: ".")
    }
}
