import Foundation
import Gemma
import Testing

/// What is refused, and that the refusal names it.
@Suite struct CheckpointTests {
    private static func config(_ changes: [String: Any?]) throws -> Data {
        let data = try Golden.data("networks/every-head-its-own-keys/config.json")
        var fields = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        for (name, value) in changes { fields[name] = value }
        return try JSONSerialization.data(withJSONObject: fields)
    }

    @Test(arguments: [
        ("model_type", "llama"), ("hidden_activation", "silu"), ("rope_scaling", "linear"),
        ("quantization_config", "int4"), ("num_experts", "8"), ("vocab_size", "many"),
    ])
    func `fields that would change the computation are refused by name`(_ name: String, _ value: String)
        throws
    {
        let error = #expect(throws: CheckpointError.self) {
            try PublishedConfiguration(json: Self.config([name: value]))
        }
        #expect(error?.description.contains(name) == true)
    }

    @Test func `other refusals`() throws {
        let cases: [([String: Any?], String)] = [
            (["attention_bias": true], "attention_bias"), (["tie_word_embeddings": false], "tie_word"),
            (["num_key_value_heads": 3], "num_key_value_heads"), (["head_dim": 7], "head_dim"),
            (["hidden_size": 0], "hidden_size"), (["num_hidden_layers": 1.5], "num_hidden_layers"),
            (["layer_types": ["full_attention", "full_attention", "full_attention"]], "layer_types"),
            (["architectures": ["Gemma2ForSequenceClassification"]], "Gemma2ForSequenceClassification"),
            (["rope_parameters": ["rope_type": "yarn", "rope_theta": 10_000.0]], "rope_type"),
            (["final_logit_softcapping": -1.0], "final_logit_softcapping"),
        ]
        for (changes, name) in cases {
            let error = #expect(throws: CheckpointError.self) {
                try PublishedConfiguration(json: Self.config(changes))
            }
            #expect(error?.description.contains(name) == true, "\(name)")
        }
        #expect(throws: CheckpointError.self) { try PublishedConfiguration(json: Data("[1]".utf8)) }
    }

    /// The fields that Google's own files carry, older and newer ones.
    @Test(
        arguments: [
            ["hidden_act": "gelu_pytorch_tanh", "cache_implementation": "hybrid", "torch_dtype": "float32"],
            ["sliding_window_size": 4096, "torch_dtype": "bfloat16", "eos_token_id": [1, 7]],
            ["_attn_implementation": "eager", "sliding_window_size": 4096, "use_cache": true],
        ] as [[String: any Sendable]])
    func `published files are accepted`(_ fields: [String: any Sendable]) throws {
        _ = try PublishedConfiguration(json: Self.config(fields))
    }

    @Test(arguments: [-1, 40, 50_256])
    func `tokens outside the vocabulary are refused`(_ id: Int) throws {
        for name in ["bos_token_id", "eos_token_id"] {
            let error = #expect(throws: CheckpointError.self) {
                try PublishedConfiguration(json: Self.config([name: id]))
            }
            #expect(error?.description.contains(name) == true)
        }
    }

    @Test func `absurd sizes are refused, not computed`() throws {
        for name in ["num_hidden_layers", "max_position_embeddings", "hidden_size", "head_dim", "vocab_size"]
        {
            #expect(throws: CheckpointError.self, "\(name)") {
                try PublishedConfiguration(json: Self.config([name: 1 << 30]))
            }
        }
    }

    @Test func `what is written is read again`() throws {
        let published = try PublishedConfiguration(
            json: Self.config(["rope_theta": 500.0, "rope_parameters": nil]))
        #expect(published.network.ropeBase == 500)
        let again = try PublishedConfiguration(json: published.json())
        #expect(again.network == published.network && again.begin == 2 && again.ends == [1])
        let uncapped = try PublishedConfiguration(json: Self.config(["attn_logit_softcapping": NSNull()]))
        #expect(uncapped.network.attentionSoftcap == 0)
        #expect(try PublishedConfiguration(json: uncapped.json()).network == uncapped.network)
    }

    /// Every byte of the header matters, and so does the file's length.
    @Test func `damaged files are refused, never read past their end`() throws {
        let config = try PublishedConfiguration(json: Self.config([:]))
        let good = try Golden.data("networks/every-head-its-own-keys/model.safetensors")
        func open(_ data: Data) throws -> Weights {
            try Weights(Checkpoint(config, files: [(data, "model.safetensors")]), staysMapped: true)
        }
        _ = try open(good)
        for length in [0, 7, 8, 9, 100, good.count - 1] {
            #expect(throws: CheckpointError.self, "\(length) bytes") { try open(good.prefix(length)) }
        }
        let header = String(decoding: good.prefix(6000), as: UTF8.self)
        #expect(header.contains("self_attn.k_proj"))
        for (part, other, named) in [
            ("model.norm.weight", "model.gnorm.weigh", "model.norm.weight"), ("\"F32\"", "\"I32\"", "I32"),
            ("[40,24]", "[24,40]", "embed_tokens"),
        ] {
            var data = good
            let range = try #require(data.range(of: Data(part.utf8)))
            data.replaceSubrange(range, with: Data(other.utf8))
            let error = #expect(throws: CheckpointError.self) { try open(data) }
            #expect(error?.description.contains(named) == true, "\(error?.description ?? "")")
        }
    }

    @Test func `a missing shard is named`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(
            at: Golden.folder.appending(path: "networks/bfloat16-in-shards"), to: folder)
        try FileManager.default.removeItem(at: folder.appending(path: "model-00002-of-00003.safetensors"))
        let error = #expect(throws: CheckpointError.self) { try Checkpoint(folder) }
        #expect(error?.description.contains("model-00002-of-00003") == true)
    }
}
