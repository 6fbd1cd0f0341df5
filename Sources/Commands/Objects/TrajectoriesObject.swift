import CommandKit
import Foundation
import Keys
import Models
import Persistence
import Trajectories

extension ObjectType {
    package static let trajectories = ObjectType("trajectories")
}

/// The object in the trajectories slot: recorded episodes, the result of `rollout` or `branch`.
package struct TrajectoriesObject: StoredObject {
    package static let type = ObjectType.trajectories
    package let trajectories: [Trajectory]
    package let answers: AnswerKey
    package let plans: PlanKey
    /// The policy that generated the trajectories, with its tokenizer and limits.
    package let generator: BehaviorPolicy
    /// The trajectory that `branch` changed; `nil` for the trajectories of a rollout.
    package var origin: Origin?

    /// The trajectory and step at which `branch` made a fork.
    package struct Origin: Hashable, Sendable, Codable {
        /// The key of the rollout.
        package let trajectories: ContentKey
        package let id: TrajectoryID
        /// The step that changed, from 1.
        package let step: Int
    }

    package init(
        trajectories: [Trajectory], answers: AnswerKey, plans: PlanKey, generator: BehaviorPolicy,
        origin: Origin? = nil
    ) {
        self.trajectories = trajectories
        self.answers = answers
        self.plans = plans
        self.generator = generator
        self.origin = origin
    }

    private struct Facts: Codable {
        let answers: AnswerKey
        let plans: PlanKey
        let generator: BehaviorPolicy
        let origin: Origin?
    }

    package func files(_ codecs: [any PolicyCodec.Type]) throws -> [String: Data] {
        [
            "trajectories.jsonl": try JSONCoding.lines(trajectories),
            "rollout.json": try JSONCoding.data(
                Facts(answers: answers, plans: plans, generator: generator, origin: origin)),
        ]
    }

    package init(_ files: StoredFiles, _ library: ObjectLibrary) throws {
        let facts = try files.json("rollout.json", as: Facts.self)
        self.init(
            trajectories: try files.lines("trajectories.jsonl", of: Trajectory.self), answers: facts.answers,
            plans: facts.plans, generator: facts.generator, origin: facts.origin)
    }

    package func names(beginningWith text: String) -> [String] { trajectories.names(beginningWith: text) }

    package var summary: String {
        let count = trajectories.count == 1 ? "1 trajectory" : "\(trajectories.count) trajectories"
        return count + (origin.map { ", forked from \($0.id) at step \($0.step)" } ?? "")
    }
}
