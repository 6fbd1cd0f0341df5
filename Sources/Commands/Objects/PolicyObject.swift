import CommandKit
import Foundation
import Keys
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
    /// The actions that its training sampled anew at recorded states.
    package let resampled: [ResampledAction]
    /// The key of the trajectories to which these states belong; `nil` for a base.
    package let trajectoriesKey: ContentKey?

    package init(
        policy: any Policy, updates: [UpdateMetrics] = [], resampled: [ResampledAction] = [],
        trajectoriesKey: ContentKey? = nil
    ) {
        self.policy = policy
        self.updates = updates
        self.resampled = resampled
        self.trajectoriesKey = trajectoriesKey
    }

    private struct Facts: Codable {
        let engine: String
        let updates: [UpdateMetrics]
        let trajectories: ContentKey?
    }

    /// The name of the file with the actions sampled in training.
    private static let actions = "resampled.jsonl"

    /// The name of the file that records the updates, and the engine that the other files belong to.
    private static let facts = "training.json"

    package func files(_ codecs: [any PolicyCodec.Type]) throws -> [String: Data] {
        for codec in codecs {
            guard var files = try codec.files(policy) else { continue }
            files[Self.facts] = try JSONCoding.data(
                Facts(engine: codec.engine, updates: updates, trajectories: trajectoriesKey))
            if !resampled.isEmpty { files[Self.actions] = try JSONCoding.lines(resampled) }
            return files
        }
        throw DamagedObject("policy '\(policy.name)' can't be stored as files")
    }

    package init(_ files: StoredFiles, _ library: ObjectLibrary) throws {
        let facts = try files.json(Self.facts, as: Facts.self)
        guard let codec = library.codecs.first(where: { $0.engine == facts.engine }) else {
            throw DamagedObject("the policy needs the engine '\(facts.engine)', which is not in this program")
        }
        let actions = Self.actions
        self.init(
            policy: try codec.policy(files.all.filter { $0.key != actions }), updates: facts.updates,
            resampled: files.all[actions] == nil ? [] : try files.lines(actions, of: ResampledAction.self),
            trajectoriesKey: facts.trajectories)
    }

    package var summary: String { "policy \(policy.name) (\(policy.key.short))" }
    package var label: String? { policy.name }
}
