import Foundation

/// Reading and writing of tokenizer.json. A part that affects the tokens but is not supported is an error.
extension Tokenizer {
    /// Parses tokenizer.json.
    ///
    /// - Throws: ``Malformed`` if the bytes are not valid JSON, or if a part is missing or not supported. The message
    ///   contains the part's name.
    package init(json data: Data) throws {
        let file: OrderedJSON
        do {
            file = try OrderedJSON(data)
        } catch let error as OrderedJSON.SyntaxError {
            throw Self.refusal("invalid JSON at byte \(error.offset)")
        }
        try self.init(Self.description(file))
    }

    fileprivate static func refusal(_ message: String) -> Malformed {
        Malformed(message: "tokenizer.json: \(message)")
    }

    // MARK: Reading

    private static func description(_ file: OrderedJSON) throws -> Description {
        guard let model = file["model"] else { throw refusal("the model is missing") }
        var vocabulary = try vocabulary(model)
        let added = try added(file["added_tokens"], &vocabulary)
        var description = Description(
            vocabulary: vocabulary, model: try self.model(model), added: added,
            pretokenizers: try parts(file["pre_tokenizer"], "pretokenizers").map(pretokenizer))
        description.marksSpaces = try marksSpaces(file["normalizer"])
        try check(decoder: file["decoder"], description)
        (description.prefix, description.suffix) = try template(file["post_processor"], vocabulary)
        return description
    }

    private static func vocabulary(_ model: OrderedJSON) throws -> [String] {
        guard let entries = model["vocab"]?.members else { throw refusal("the model has no vocab") }
        var vocabulary = [String?](repeating: nil, count: entries.count)
        for entry in entries {
            guard let id = entry.value.integer, vocabulary.indices.contains(id), vocabulary[id] == nil else {
                throw refusal("the id of '\(entry.key)' is missing, out of range or used twice")
            }
            vocabulary[id] = entry.key
        }
        return vocabulary.map { $0! }
    }

    private static func model(_ model: OrderedJSON) throws -> Model {
        switch model["type"]?.string {
        case "WordLevel":
            guard let unknown = model["unk_token"]?.string else {
                throw refusal("the model has no unk_token")
            }
            return .words(unknown: unknown)
        case "BPE":
            guard model["byte_fallback"]?.boolean == true else {
                throw refusal("the model is BPE without byte_fallback, which is not supported")
            }
            for field in ["dropout", "continuing_subword_prefix", "end_of_word_suffix"]
            where model[field] != nil && model[field]?.string != "" {
                throw refusal("model.\(field) is not supported")
            }
            guard let merges = model["merges"]?.array else { throw refusal("model.merges is not a list") }
            return .bytePairs(
                merges: try merges.map(pair),
                ignoresMerges: model["ignore_merges"]?.boolean ?? false)
        case let other:
            throw refusal("the model's type is \(other ?? "missing"); only BPE and WordLevel are supported")
        }
    }

    /// Reads a merge in either notation: ["a", "b"] or "a b".
    private static func pair(_ merge: OrderedJSON) throws -> Pair {
        let parts =
            merge.all(\.string) ?? merge.string.map { $0.utf8.split(separator: 0x20).map { String($0)! } }
        guard let parts, parts.count == 2 else { throw refusal("a merge is not a pair of tokens") }
        return Pair(parts[0], parts[1])
    }

    private static func added(_ list: OrderedJSON?, _ vocabulary: inout [String]) throws -> [AddedToken] {
        guard let list = list == nil ? [] : list?.array else { throw refusal("added_tokens is not a list") }
        return try list.sorted { ($0["id"]?.integer ?? 0) < ($1["id"]?.integer ?? 0) }.map { token in
            guard let content = token["content"]?.string, let id = token["id"]?.integer else {
                throw refusal("an added token has no content or no id")
            }
            for flag in ["single_word", "lstrip", "rstrip"] where token[flag]?.boolean == true {
                throw refusal("added token '\(content)': \(flag) is not supported")
            }
            if id == vocabulary.count { vocabulary.append(content) }
            guard vocabulary.indices.contains(id), vocabulary[id].utf8.elementsEqual(content.utf8) else {
                throw refusal(
                    "added token '\(content)' has the id \(id), which belongs to another token or is out of order"
                )
            }
            return AddedToken(
                content, isSpecial: token["special"]?.boolean ?? false,
                isNormalized: token["normalized"]?.boolean ?? false)
        }
    }

    /// Returns the elements of a part with the type `Sequence`; any other part is its own only element.
    ///
    /// - Parameter members: the name of the field that contains the elements.
    private static func parts(_ part: OrderedJSON?, _ members: String) -> [OrderedJSON] {
        guard let part else { return [] }
        return part["type"] == "Sequence" ? part[members]?.array ?? [] : [part]
    }

    private static func marksSpaces(_ normalizer: OrderedJSON?) throws -> Bool {
        let parts = parts(normalizer, "normalizers")
        for part in parts where !part.hasMembers(spacesToMarks) {
            throw refusal(
                "normalizer \(part["type"]?.string ?? "") is not supported; only the replacement of spaces by ▁ is"
            )
        }
        return !parts.isEmpty
    }

    private static func pretokenizer(_ part: OrderedJSON) throws -> Pretokenizer {
        for (known, pretokenizer) in pretokenizers where part.hasMembers(known) { return pretokenizer }
        throw refusal("pre_tokenizer \(part["type"]?.string ?? "") is not supported with these settings")
    }

    /// Checks that the decoder is the one that ``decode(_:)`` implements.
    ///
    /// - Throws: ``Malformed`` if it is any other decoder.
    private static func check(decoder: OrderedJSON?, _ description: Description) throws {
        let parts = parts(decoder, "decoders")
        switch description.model {
        case .words:
            guard parts.isEmpty else {
                throw refusal("decoder \(parts[0]["type"]?.string ?? "") is not supported with WordLevel")
            }
        case .bytePairs:
            let wanted = (description.marksSpaces ? [marksToSpaces] : []) + byteDecoders
            guard parts.count == wanted.count, zip(parts, wanted).allSatisfy({ $0.hasMembers($1) }) else {
                throw refusal(
                    "the decoder is not supported; it must be Gemma's: Replace ▁ by space, ByteFallback, Fuse"
                )
            }
        }
    }

    private static func template(
        _ processor: OrderedJSON?, _ vocabulary: [String]
    ) throws -> ([String], [String]) {
        guard let processor else { return ([], []) }
        guard processor["type"] == "TemplateProcessing", let single = processor["single"]?.array else {
            throw refusal("post_processor \(processor["type"]?.string ?? "") is not supported")
        }
        let special = single.map { $0["SpecialToken"]?["id"]?.string }
        guard let text = special.firstIndex(of: nil), special.count(where: { $0 == nil }) == 1,
            single[text]["Sequence"] != nil
        else { throw refusal("post_processor's template must be special tokens around one text") }
        for name in special.compactMap(\.self) {
            let ids = processor["special_tokens"]?[name]?["ids"]?.all(\.integer) ?? []
            guard ids.count == 1, vocabulary.indices.contains(ids[0]),
                vocabulary[ids[0]].utf8.elementsEqual(name.utf8)
            else {
                throw refusal(
                    "post_processor's \(name) does not match the token of that name in the vocabulary")
            }
        }
        return (special[..<text].compactMap(\.self), special[(text + 1)...].compactMap(\.self))
    }

    // MARK: The supported parts

    private static let spacesToMarks: OrderedJSON = [
        "type": "Replace", "pattern": ["String": " "], "content": "▁",
    ]
    private static let marksToSpaces: OrderedJSON = [
        "type": "Replace", "pattern": ["String": "▁"], "content": " ",
    ]
    private static let byteDecoders: [OrderedJSON] = [["type": "ByteFallback"], ["type": "Fuse"]]
    private static let pretokenizers: [(OrderedJSON, Pretokenizer)] = [
        (
            [
                "type": "Split", "pattern": ["String": "▁"], "behavior": "MergedWithNext", "invert": false,
            ], .words
        ),
        (
            [
                "type": "Split", "pattern": ["String": " "], "behavior": "MergedWithPrevious",
                "invert": false,
            ], .spaces
        ),
        (["type": "Punctuation", "behavior": "Isolated"], .punctuation),
        (["type": "Digits", "individual_digits": true], .digits),
        (["type": "WhitespaceSplit"], .whitespace),
        (["type": "Whitespace"], .wordsAndSymbols),
    ]

    // MARK: Writing

    /// Returns the bytes of tokenizer.json. Equal tokenizers produce equal bytes.
    package func json() -> Data {
        let pretokenizers = description.pretokenizers.map { wanted in
            Self.pretokenizers.first { $0.1 == wanted }!.0
        }
        let added = description.added.map { token -> OrderedJSON in
            [
                "id": .integer(Int(id(of: token.content)!)), "content": .string(token.content),
                "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": .boolean(token.isNormalized), "special": .boolean(token.isSpecial),
            ]
        }
        let vocabulary = OrderedJSON.object(
            description.vocabulary.enumerated().map { .init($1, .integer($0)) })
        var decoder: OrderedJSON = nil
        let model: OrderedJSON
        switch description.model {
        case .words(let unknown):
            model = ["type": "WordLevel", "vocab": vocabulary, "unk_token": .string(unknown)]
        case .bytePairs(let merges, let ignoresMerges):
            decoder = [
                "type": "Sequence",
                "decoders": .array((description.marksSpaces ? [Self.marksToSpaces] : []) + Self.byteDecoders),
            ]
            model = [
                "type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": nil,
                "end_of_word_suffix": nil, "fuse_unk": false, "byte_fallback": true,
                "ignore_merges": .boolean(ignoresMerges), "vocab": vocabulary,
                "merges": .array(merges.map { [.string($0.left), .string($0.right)] }),
            ]
        }
        let file: OrderedJSON = [
            "version": "1.0", "truncation": nil, "padding": nil, "added_tokens": .array(added),
            "normalizer": description.marksSpaces ? Self.spacesToMarks : nil,
            "pre_tokenizer": pretokenizers.isEmpty
                ? nil : ["type": "Sequence", "pretokenizers": .array(pretokenizers)],
            "post_processor": template, "decoder": decoder, "model": model,
        ]
        return file.data
    }

    private var template: OrderedJSON {
        guard !description.prefix.isEmpty || !description.suffix.isEmpty else { return nil }
        func special(_ tokens: [String]) -> [OrderedJSON] {
            tokens.map { ["SpecialToken": ["id": .string($0), "type_id": 0]] }
        }
        func around(_ sequences: [OrderedJSON]) -> OrderedJSON {
            .array(special(description.prefix) + sequences + special(description.suffix))
        }
        let used = Set(description.prefix + description.suffix).sorted()
        return [
            "type": "TemplateProcessing", "single": around([["Sequence": ["id": "A", "type_id": 0]]]),
            "pair": around([
                ["Sequence": ["id": "A", "type_id": 0]], ["Sequence": ["id": "B", "type_id": 1]],
            ]),
            "special_tokens": .object(
                used.map { token in
                    .init(
                        token,
                        [
                            "id": .string(token), "ids": [.integer(Int(id(of: token)!))],
                            "tokens": [.string(token)],
                        ])
                }),
        ]
    }
}

extension OrderedJSON {
    /// Returns true if this object has all members of `other`, in any order, and all its additional members are null.
    fileprivate func hasMembers(_ other: OrderedJSON) -> Bool {
        guard let mine = members, let theirs = other.members else { return self == other }
        return theirs.allSatisfy { self[$0.key]?.hasMembers($0.value) == true }
            && mine.allSatisfy { $0.value == .null || other[$0.key] != nil }
    }
}
