import CommandKit
import Foundation
import Models
import Persistence
import StepwiseRL
import Trajectories

extension ObjectType {
    package static let policy = ObjectType("policy")
}

/// The object in the policy slot: a policy and its training history, the result of `model` or `train`.
package struct PolicyObject: StoredObject {
    package static let type = ObjectType.policy
    package let policy: any Policy
    /// The metrics of the updates that trained the policy; empty for a base.
    package let updates: [UpdateMetrics]

    package init(policy: any Policy, updates: [UpdateMetrics] = []) {
        self.policy = policy
        self.updates = updates
    }

    private struct Facts: Codable {
        let engine: String
        let updates: [UpdateMetrics]
    }

    /// The name of the file that records the updates, and the engine that the other files belong to.
    private static let facts = "training.json"

    package func files(_ codecs: [any PolicyCodec.Type]) throws -> [String: Data] {
        for codec in codecs {
            guard var files = try codec.files(policy) else { continue }
            files[Self.facts] = try JSONCoding.data(Facts(engine: codec.engine, updates: updates))
            return files
        }
        throw DamagedObject("policy '\(policy.name)' can't be stored as files")
    }

    package init(_ files: StoredFiles, _ library: ObjectLibrary) throws {
        let facts = try files.json(Self.facts, as: Facts.self)
        guard let codec = library.codecs.first(where: { $0.engine == facts.engine }) else {
            throw DamagedObject("the policy needs the engine '\(facts.engine)', which is not in this program")
        }
        self.init(policy: try codec.policy(files.all), updates: facts.updates)
    }

    package var summary: String { "policy \(policy.name) (\(policy.key.short))" }
    package var label: String? { policy.name }
}
