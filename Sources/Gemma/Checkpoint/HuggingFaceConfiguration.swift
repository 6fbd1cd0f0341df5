import Failures
import Foundation

/// The contents of config.json in the form that Hugging Face publishes for `Gemma2ForCausalLM`.
///
/// The engine knows three kinds of fields: those that it reads, those of which it supports exactly one value, and those
/// that do not affect the computation. Any other field is rejected, so that a checkpoint is never computed as a
/// different network.
package struct HuggingFaceConfiguration: Sendable {
    package let network: GemmaConfiguration
    /// The token that begins a text (`bos_token_id`). A missing field means token 2, as in transformers; null means
    /// none.
    package let begin: Int32?
    /// The tokens that end a text (`eos_token_id`). A missing field means token 1, as in transformers; null means none.
    package let ends: [Int32]

    package init(_ network: GemmaConfiguration, begin: Int32?, ends: [Int32]) {
        self.network = network
        self.begin = begin
        self.ends = ends
    }

    /// Parses config.json.
    ///
    /// - Throws: ``CheckpointError`` if the bytes are not a JSON object, or if a field is missing, unknown or not
    ///   supported. The message contains the field's name.
    package init(json data: Data) throws {
        guard let members = (try? OrderedJSON(data))?.members else {
            throw CheckpointError("config.json can't be read as a JSON object")
        }
        let fields = Fields(members)
        try fields.require("model_type", is: "gemma2")
        if let architectures = fields["architectures"]?.all(\.string), architectures != ["Gemma2ForCausalLM"]
        {
            throw CheckpointError(
                "config.json: architectures is \(architectures.joined(separator: ", ")); only Gemma2ForCausalLM is supported"
            )
        }
        try fields.refuseOthers()
        network = try Self.network(fields)
        begin = try fields.tokens("bos_token_id", default: 2, below: network.vocabularySize).first
        ends = try fields.tokens("eos_token_id", default: 1, below: network.vocabularySize)
    }

    private static func network(_ fields: Fields) throws -> GemmaConfiguration {
        let layerCount = try fields.integer("num_hidden_layers")
        let headDimension = try fields.integer("head_dim", default: 256)
        var configuration = GemmaConfiguration(
            vocabularySize: try fields.integer("vocab_size"),
            hiddenSize: try fields.integer("hidden_size"), layerCount: layerCount,
            headCount: try fields.integer("num_attention_heads"),
            keyValueHeadCount: try fields.integer("num_key_value_heads"),
            headDimension: headDimension,
            intermediateSize: try fields.integer("intermediate_size"),
            slidingWindow: try fields.window(),
            queryPreAttentionScalar: try fields.number("query_pre_attn_scalar", default: 256),
            attentionSoftcap: try fields.cap("attn_logit_softcapping", default: 50),
            finalSoftcap: try fields.cap("final_logit_softcapping", default: 30),
            normEpsilon: try fields.number("rms_norm_eps", default: 1e-6),
            maximumPositions: try fields.integer("max_position_embeddings", default: 8_192))
        configuration.ropeBase = try fields.ropeBase()
        if let problem = configuration.problem { throw CheckpointError("config.json: \(problem)") }
        try fields.checkLayerTypes(layerCount)
        return configuration
    }

    /// Returns the bytes of config.json.
    package func json() -> Data {
        let c = network
        var fields: OrderedJSON = [
            "architectures": ["Gemma2ForCausalLM"], "model_type": "gemma2", "dtype": "float32",
            "vocab_size": .integer(c.vocabularySize), "hidden_size": .integer(c.hiddenSize),
            "intermediate_size": .integer(c.intermediateSize), "num_hidden_layers": .integer(c.layerCount),
            "num_attention_heads": .integer(c.headCount),
            "num_key_value_heads": .integer(c.keyValueHeadCount),
            "head_dim": .integer(c.headDimension), "sliding_window": .integer(c.slidingWindow),
            "query_pre_attn_scalar": Int(exactly: c.queryPreAttentionScalar).map(OrderedJSON.integer)
                ?? .number(c.queryPreAttentionScalar),
            "rms_norm_eps": .number(c.normEpsilon),
            "attn_logit_softcapping": c.attentionSoftcap == 0 ? nil : .number(c.attentionSoftcap),
            "final_logit_softcapping": c.finalSoftcap == 0 ? nil : .number(c.finalSoftcap),
            "max_position_embeddings": .integer(c.maximumPositions), "rope_theta": .number(c.ropeBase),
            "rope_parameters": ["rope_type": "default", "rope_theta": .number(c.ropeBase)],
            "layer_types": .array(Fields.layerTypes(c.layerCount).map(OrderedJSON.string)),
            "hidden_activation": "gelu_pytorch_tanh", "attention_bias": false,
            "attention_dropout": .number(0),
            "tie_word_embeddings": true, "use_cache": true,
        ]
        fields.append("bos_token_id", begin.map { .integer(Int($0)) })
        fields.append("eos_token_id", Self.ends(ends))
        return fields.data
    }

    /// Returns the bytes of generation_config.json for other programs: the tokens that begin and end a text, and
    /// settings that sample from the policy's own distribution. Without `top_k` and `top_p`, transformers truncates the
    /// distribution.
    package func generationJSON() -> Data {
        var fields: OrderedJSON = [
            "do_sample": true, "temperature": .number(1), "top_k": 0, "top_p": .number(1),
        ]
        fields.append("bos_token_id", begin.map { .integer(Int($0)) })
        fields.append("eos_token_id", Self.ends(ends))
        return fields.data
    }

    private static func ends(_ ids: [Int32]) -> OrderedJSON? {
        guard let first = ids.first else { return nil }
        return ids.count == 1 ? .integer(Int(first)) : .array(ids.map { .integer(Int($0)) })
    }
}

extension OrderedJSON {
    /// Adds a member to an object. A `nil` value is written as null, because a missing field would mean its default
    /// value.
    fileprivate mutating func append(_ key: String, _ value: OrderedJSON?) {
        self = .object((members ?? []) + [Member(key, value ?? .null)])
    }
}

/// The fields of config.json and the rules for them.
private struct Fields {
    private let values: [String: OrderedJSON]

    /// The fields that this engine reads.
    private static let read: Set<String> = [
        "model_type", "architectures", "vocab_size", "hidden_size", "intermediate_size",
        "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim",
        "max_position_embeddings", "sliding_window", "query_pre_attn_scalar",
        "rms_norm_eps", "attn_logit_softcapping", "final_logit_softcapping", "rope_theta",
        "rope_parameters", "rope_scaling", "partial_rotary_factor", "layer_types", "bos_token_id",
        "eos_token_id",
    ]
    /// The fields that do not affect the logits for given weights and tokens.
    private static let harmless: Set<String> = [
        "_name_or_path", "transformers_version", "dtype", "torch_dtype", "initializer_range",
        "use_cache", "cache_implementation", "pad_token_id", "attention_dropout", "id2label", "label2id",
        "output_attentions", "output_hidden_states", "return_dict", "_attn_implementation_autoset",
        "chunk_size_feed_forward", "problem_type", "is_encoder_decoder", "_attn_implementation",
        // Older files repeat sliding_window under this name; transformers does not read it.
        "sliding_window_size",
    ]
    /// The fields of which only one value is supported.
    private static let fixed: [String: String] = [
        "hidden_activation": "gelu_pytorch_tanh", "hidden_act": "gelu_pytorch_tanh",
        "attention_bias": "false", "tie_word_embeddings": "true", "use_bidirectional_attention": "false",
    ]

    init(_ members: [OrderedJSON.Member]) {
        values = Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }

    /// The value of a field; `nil` if the field is missing or null.
    subscript(_ name: String) -> OrderedJSON? {
        // A ternary expression would convert `nil` to `OrderedJSON.null`, which is not `nil`.
        guard let value = values[name], value != .null else { return .none }
        return value
    }

    func require(_ name: String, is wanted: String) throws {
        let found = self[name]?.string
        guard found == wanted else {
            throw CheckpointError(
                "config.json: \(name) is \(found ?? "missing"); only \(wanted) is supported")
        }
    }

    /// Checks the fields that the engine does not read.
    ///
    /// - Throws: ``CheckpointError`` if a field is unknown or has an unsupported value. The message contains its name.
    func refuseOthers() throws {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) where value != .null {
            if Self.read.contains(name) || Self.harmless.contains(name) { continue }
            guard let wanted = Self.fixed[name] else {
                throw CheckpointError(
                    "config.json: the field \(name) is unknown and could change the computation; remove it if it does not"
                )
            }
            let found: String
            switch value {
            // Older files write "gelu" in hidden_act for the tanh approximation; hidden_activation then decides.
            case .string(let text) where name == "hidden_act" && self["hidden_activation"] != nil:
                found = text == "gelu" ? wanted : text
            case .string(let text): found = text
            case .boolean(let flag): found = "\(flag)"
            default: found = String(decoding: value.data, as: UTF8.self)
            }
            guard found == wanted else {
                throw CheckpointError("config.json: \(name) is \(found); only \(wanted) is supported")
            }
        }
    }

    func integer(_ name: String, default fallback: Int? = nil) throws -> Int {
        guard let value = self[name] ?? fallback.map(OrderedJSON.integer) else {
            throw CheckpointError("config.json has no \(name)")
        }
        guard let integer = value.integer else {
            throw CheckpointError("config.json: \(name) is not an integer")
        }
        return integer
    }

    /// Returns the token ids of a field that is one id or a list of ids.
    ///
    /// - Parameters:
    ///   - fallback: the id if the field is missing and the vocabulary has this id.
    ///   - size: the number of ids in the vocabulary.
    /// - Returns: the ids; empty if the field is null.
    func tokens(_ name: String, default fallback: Int, below size: Int) throws -> [Int32] {
        let value = values[name] ?? (fallback < size ? .integer(fallback) : .null)
        if value == .null { return [] }
        guard let ids = value.all(\.integer) ?? value.integer.map({ [$0] }) else {
            throw CheckpointError("config.json: \(name) is not a token id or a list of token ids")
        }
        if let outside = ids.first(where: { !(0..<size).contains($0) }) {
            throw CheckpointError("config.json: \(name) is \(outside), but vocab_size is \(size)")
        }
        return ids.map(Int32.init)
    }

    func number(_ name: String, default fallback: Double) throws -> Double {
        guard let value = self[name] else { return fallback }
        guard let number = value.number else { throw CheckpointError("config.json: \(name) is not a number") }
        return number
    }

    /// Returns the sliding window. In transformers, `null` switches it off: every layer then attends to all positions.
    func window() throws -> Int {
        values["sliding_window"] == .null
            ? try integer("max_position_embeddings", default: 8_192)
            : try integer("sliding_window", default: 4_096)
    }

    /// Returns a soft cap. `null` switches it off, which is 0 in this engine.
    func cap(_ name: String, default fallback: Double) throws -> Double {
        if values[name] == .null { return 0 }
        let cap = try number(name, default: fallback)
        guard cap > 0 else {
            throw CheckpointError(
                "config.json: \(name) is \(cap), but must be positive; null switches the cap off")
        }
        return cap
    }

    /// Returns the base of the rotary embedding, from `rope_theta` (older files) or `rope_parameters` (newer files).
    func ropeBase() throws -> Double {
        if let scaling = self["rope_scaling"] {
            // In older files, `rope_type` or `type` with the value "default" means no scaling.
            let members = (scaling.members ?? []).filter { $0.value != .null }
            guard !members.isEmpty,
                members.allSatisfy({ ["rope_type", "type"].contains($0.key) && $0.value == "default" })
            else { throw CheckpointError("config.json: rope_scaling is not supported") }
        }
        if let factor = self["partial_rotary_factor"], factor.number != 1 {
            throw CheckpointError("config.json: partial_rotary_factor other than 1 is not supported")
        }
        var bases: [Double] = self["rope_theta"] == nil ? [] : [try number("rope_theta", default: 0)]
        for member in self["rope_parameters"]?.members ?? [] {
            switch (member.key, member.value) {
            case (_, .null), ("rope_type", "default"), ("type", "default"): continue
            case ("partial_rotary_factor", let value) where value.number == 1: continue
            case ("rope_theta", let value) where value.number != nil: bases.append(value.number!)
            default:
                throw CheckpointError(
                    "config.json: this value of rope_parameters.\(member.key) is not supported")
            }
        }
        if let first = bases.first, let last = bases.last, first != last {
            throw CheckpointError("config.json: rope_theta is \(first) in one place and \(last) in another")
        }
        return bases.first ?? 10_000
    }

    func checkLayerTypes(_ count: Int) throws {
        guard let types = self["layer_types"] else { return }
        guard types.all(\.string) == Self.layerTypes(count) else {
            throw CheckpointError(
                "config.json: layer_types must be Gemma 2's: \(count) layers that alternate between sliding and full attention"
            )
        }
    }

    static func layerTypes(_ count: Int) -> [String] {
        (0..<count).map { $0 % 2 == 0 ? "sliding_attention" : "full_attention" }
    }
}

/// The error that a checkpoint can't be read: it is incomplete, damaged or not supported.
package struct CheckpointError: Explained, Hashable {
    package let message: String

    package init(_ message: String) { self.message = message }

    package var code: FailureCode { .unreadableModel }
    package var hint: String? { "use a Gemma 2 directory in the format that transformers saves" }
}
