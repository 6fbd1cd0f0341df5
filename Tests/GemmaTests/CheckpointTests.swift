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
            try HuggingFaceConfiguration(json: Self.config([name: value]))
        }
        #expect(error?.description.contains(name) == true)
    }

    @Test func `unsupported and inconsistent configurations are refused by name`() throws {
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
                try HuggingFaceConfiguration(json: Self.config(changes))
            }
            #expect(error?.description.contains(name) == true, "\(name)")
        }
        #expect(throws: CheckpointError.self) { try HuggingFaceConfiguration(json: Data("[1]".utf8)) }
    }

    /// The fields that Google's own files carry, older and newer ones.
    @Test(
        arguments: [
            ["hidden_act": "gelu_pytorch_tanh", "cache_implementation": "hybrid", "torch_dtype": "float32"],
            ["sliding_window_size": 4096, "torch_dtype": "bfloat16", "eos_token_id": [1, 7]],
            ["_attn_implementation": "eager", "sliding_window_size": 4096, "use_cache": true],
            ["rope_scaling": ["rope_type": "default"]], ["rope_scaling": ["type": "default"]],
            ["partial_rotary_factor": 1.0], ["partial_rotary_factor": 1],
        ] as [[String: any Sendable]])
    func `published files are accepted`(_ fields: [String: any Sendable]) throws {
        _ = try HuggingFaceConfiguration(json: Self.config(fields))
    }

    @Test(arguments: [-1, 40, 50_256])
    func `tokens outside the vocabulary are refused`(_ id: Int) throws {
        for name in ["bos_token_id", "eos_token_id"] {
            let error = #expect(throws: CheckpointError.self) {
                try HuggingFaceConfiguration(json: Self.config([name: id]))
            }
            #expect(error?.description.contains(name) == true)
        }
    }

    @Test func `absurd sizes are refused, not computed`() throws {
        for name in ["num_hidden_layers", "max_position_embeddings", "hidden_size", "head_dim", "vocab_size"]
        {
            #expect(throws: CheckpointError.self, "\(name)") {
                try HuggingFaceConfiguration(json: Self.config([name: 1 << 30]))
            }
        }
    }

    @Test func `a written configuration is read back unchanged`() throws {
        let published = try HuggingFaceConfiguration(
            json: Self.config(["rope_theta": 500.0, "rope_parameters": nil]))
        #expect(published.network.ropeBase == 500)
        let again = try HuggingFaceConfiguration(json: published.json())
        #expect(again.network == published.network && again.begin == 2 && again.ends == [1])
        let uncapped = try HuggingFaceConfiguration(json: Self.config(["attn_logit_softcapping": NSNull()]))
        #expect(uncapped.network.attentionSoftcap == 0)
        #expect(try HuggingFaceConfiguration(json: uncapped.json()).network == uncapped.network)
    }

    /// Every byte of the header matters, and so does the file's length.
    @Test func `damaged files are refused, never read past their end`() throws {
        let config = try HuggingFaceConfiguration(json: Self.config([:]))
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

    @Test(arguments: [
        "rope_scaling", "rope_theta", "rope_parameters", "partial_rotary_factor", "head_dim",
        "query_pre_attn_scalar",
        "rms_norm_eps", "layer_types", "max_position_embeddings", "hidden_act", "architectures",
        "attention_bias", "pad_token_id",
    ])
    func `a null field equals an absent field`(_ name: String) throws {
        let data = try Golden.data("networks/every-head-its-own-keys/config.json")
        var fields = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        // Sizes that fit the defaults of what is left out.
        fields["rope_parameters"] = nil
        fields[name] = nil
        let absent = try HuggingFaceConfiguration(json: JSONSerialization.data(withJSONObject: fields))
        fields[name] = NSNull()
        let null = try HuggingFaceConfiguration(json: JSONSerialization.data(withJSONObject: fields))
        #expect(absent.network == null.network && absent.begin == null.begin)
    }

    @Test func `a disabled sliding window covers all positions`() throws {
        let network = try HuggingFaceConfiguration(json: Self.config(["sliding_window": NSNull()])).network
        #expect(network.slidingWindow == network.maximumPositions)
    }

    /// The cases of the reference library's own checks.
    @Test func `safetensors files are validated as strictly as in the reference library`() throws {
        func file(_ header: String, bytes: Int) -> Data {
            var data = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
            data.append(Data(header.utf8))
            data.append(Data(count: bytes))
            return data
        }
        func entry(_ name: String, _ from: Int, _ to: Int) -> String {
            #""\#(name)":{"dtype":"F32","shape":[\#((to - from) / 4)],"data_offsets":[\#(from),\#(to)]}"#
        }
        func opens(_ header: String, bytes: Int) -> Bool {
            (try? SafetensorsFile(file(header, bytes: bytes), name: "x")) != nil
        }
        #expect(opens("{\(entry("a", 0, 8)),\(entry("b", 8, 16))}", bytes: 16))
        #expect(opens("{\(entry("b", 8, 16)),\(entry("a", 0, 8))}  ", bytes: 16))
        #expect(opens("{}", bytes: 0))
        #expect(opens("{\"__metadata__\":{\"format\":\"pt\"},\(entry("a", 0, 8))}", bytes: 8))
        // Two tensors on one range, overlap, a hole, bytes before and behind, no object, other metadata.
        #expect(!opens("{\(entry("a", 0, 8)),\(entry("b", 0, 8))}", bytes: 8))
        #expect(!opens("{\(entry("a", 0, 8)),\(entry("b", 4, 12))}", bytes: 12))
        #expect(!opens("{\(entry("a", 0, 8)),\(entry("b", 12, 16))}", bytes: 16))
        #expect(!opens("{\(entry("a", 4, 8))}", bytes: 8))
        #expect(!opens("{\(entry("a", 0, 8))}", bytes: 9))
        #expect(!opens(" {\(entry("a", 0, 8))}", bytes: 8))
        #expect(!opens("{\"__metadata__\":{\"n\":1},\(entry("a", 0, 8))}", bytes: 8))
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity, .signalingNaN])
    func `a weight that is not a finite number is refused by name`(_ value: Float) throws {
        let config = try HuggingFaceConfiguration(json: Self.config([:]))
        var data = try Golden.data("networks/every-head-its-own-keys/model.safetensors")
        let place = data.count - 4 * 7
        withUnsafeBytes(of: value.bitPattern.littleEndian) {
            data.replaceSubrange(place..<place + 4, with: $0)
        }
        let checkpoint = try Checkpoint(config, files: [(data, "model.safetensors")])
        for staysMapped in [true, false] {
            let error = #expect(throws: CheckpointError.self) {
                try Weights(checkpoint, staysMapped: staysMapped)
            }
            #expect(error?.description.contains("model.") == true)
        }
    }

    @Test(arguments: ["networks/bfloat16-in-shards", "networks/float16"])
    func `a non-finite weight in half precision is refused`(_ name: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(at: Golden.folder.appending(path: name), to: folder)
        let file = try #require(
            try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .first { $0.lastPathComponent.hasPrefix("model") && $0.pathExtension == "safetensors" })
        _ = try Weights(Checkpoint(folder))
        var data = try Data(contentsOf: file)
        // Infinity and NaN in both formats.
        data.replaceSubrange(data.count - 2..<data.count, with: [0xFF, 0x7F])
        try data.write(to: file)
        #expect(throws: CheckpointError.self) { try Weights(Checkpoint(folder)) }
    }

    @Test(arguments: ["config.json", "model.safetensors"])
    func `the error for a Git LFS pointer contains the command to run`(_ name: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(
            at: Golden.folder.appending(path: "networks/every-head-its-own-keys"), to: folder)
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5000000000\n"
        try Data(pointer.utf8).write(to: folder.appending(path: name))
        let error = #expect(throws: CheckpointError.self) { try Checkpoint(folder) }
        #expect(error?.description.contains("\(name) is a Git LFS pointer") == true)
        #expect(error?.description.contains("git lfs pull") == true)
    }
}
