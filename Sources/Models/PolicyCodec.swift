import Foundation
import Gemma
import Trajectories

/// A codec that encodes the policies of one engine as files and decodes them again. ``GemmaCodec`` is an example.
package protocol PolicyCodec: Sendable {
    /// The engine's name, which is stored with the files.
    static var engine: String { get }

    /// Returns the files of a policy; `nil` for a policy of another engine.
    ///
    /// - Throws: an error if the policy can't be encoded.
    static func files(_ policy: any Policy) throws -> [String: Data]?

    /// Decodes a policy.
    ///
    /// - Throws: an error if the files differ from those that ``files(_:)`` returned.
    static func policy(_ files: [String: Data]) throws -> any Policy
}

/// The codec for policies on the embedded engine. The files are the weights, the tokenizer, and policy.json with the
/// name, the configuration and the tokens that begin and end a text.
package enum GemmaCodec: PolicyCodec {
    package static let engine = "gemma2"

    private struct Facts: Codable {
        let name: String
        let configuration: GemmaConfiguration
        let begin: Int32?
        let ends: [Int32]
    }

    package static func files(_ policy: any Policy) throws -> [String: Data]? {
        guard let policy = policy as? GemmaPolicy else { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let facts = Facts(
            name: policy.name, configuration: policy.weights.configuration, begin: policy.begin,
            ends: policy.ends)
        return [
            "model.safetensors": try policy.weights.safetensors(), "tokenizer.json": policy.tokenizer.json(),
            "policy.json": try encoder.encode(facts),
        ]
    }

    package static func policy(_ files: [String: Data]) throws -> any Policy {
        func file(_ name: String) throws -> Data {
            guard let data = files[name] else { throw CheckpointError("\(name) is missing") }
            return data
        }
        let facts = try JSONDecoder().decode(Facts.self, from: file("policy.json"))
        let checkpoint = try Checkpoint(
            HuggingFaceConfiguration(facts.configuration, begin: facts.begin, ends: facts.ends),
            files: [(try file("model.safetensors"), "model.safetensors")])
        return GemmaPolicy(
            name: facts.name, weights: try Weights(checkpoint),
            tokenizer: try Tokenizer(json: file("tokenizer.json")), begin: facts.begin, ends: facts.ends)
    }
}
