import CommandKit
import Foundation
import Judges
import Keys
import Models
import Persistence
import Trajectories

extension ObjectType {
    package static let trajectories = ObjectType("trajectories")
}

/// The object in the trajectories slot: recorded episodes, the result of `rollout`, `branch` or `import`.
package struct TrajectoriesObject: StoredObject {
    package static let type = ObjectType.trajectories
    package let trajectories: [Trajectory]
    package let answers: AnswerKey
    package let plans: PlanKey
    /// The policy that generated the trajectories, with its tokenizer and limits.
    package let generator: BehaviorPolicy
    /// The trajectory that `branch` changed; `nil` for the trajectories of a rollout.
    package var origin: Origin?

    /// What came along with imported trajectories; `nil` for all others.
    package var imported: Imported?

    /// What `import` reads besides the trajectories.
    package struct Imported: Hashable, Sendable, Codable {
        /// The split of the questions.
        package var split: Split
        /// What the file has and a trajectory can't hold, with counts.
        package var dropped: [String: Int]
        /// The judge of the verdicts; `nil` if the file has none.
        package var judge: JudgeIdentity?
        /// The verdicts on each trajectory's steps.
        package var verdicts: [[Verdict]]?
        package var outcomes: [Bool?]?
        /// The number of questions that the data set of `questions:` has; `nil` without it.
        package var matched: Int?
    }

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
        origin: Origin? = nil, imported: Imported? = nil
    ) {
        self.trajectories = trajectories
        self.answers = answers
        self.plans = plans
        self.generator = generator
        self.origin = origin
        self.imported = imported
    }

    private struct Facts: Codable {
        let answers: AnswerKey
        let plans: PlanKey
        let generator: BehaviorPolicy
        let origin: Origin?
        let imported: Imported?
    }

    package func files(_ codecs: [any PolicyCodec.Type]) throws -> [String: Data] {
        [
            "trajectories.jsonl": try JSONCoding.lines(trajectories),
            "rollout.json": try JSONCoding.data(
                Facts(
                    answers: answers, plans: plans, generator: generator, origin: origin,
                    imported: imported)),
        ]
    }

    package init(_ files: StoredFiles, _ library: ObjectLibrary) throws {
        let facts = try files.json("rollout.json", as: Facts.self)
        self.init(
            trajectories: try files.lines("trajectories.jsonl", of: Trajectory.self), answers: facts.answers,
            plans: facts.plans, generator: facts.generator, origin: facts.origin, imported: facts.imported)
    }

    package func companion(_ type: ObjectType, key: ContentKey) -> (any WorkspaceObject)? {
        guard let imported else { return nil }
        switch type {
        case .questions: return QuestionsObject(set: questions, split: imported.split)
        case .judgements:
            guard let judge = imported.judge, let verdicts = imported.verdicts,
                let outcomes = imported.outcomes
            else { return nil }
            return JudgementsObject(
                judgements: Judgements(
                    judge: judge, trajectories: trajectories, verdicts: verdicts, outcomes: outcomes),
                judge: JudgeSpecification(judge.options.isEmpty ? judge.name : "imported"), answers: answers,
                plans: plans, generator: generator,
                trajectoriesKey: key)
        default: return nil
        }
    }

    /// The questions of the trajectories, each once, by their numbers.
    private var questions: QuestionSet {
        var seen: Set<String> = []
        let questions = trajectories.map(\.question).filter { seen.insert($0.id).inserted }
        return QuestionSet(
            questions: questions.sorted { $0.number < $1.number }, answers: answers, plans: plans)
    }

    package func names(beginningWith text: String) -> [String] { trajectories.names(beginningWith: text) }

    package var summary: String {
        let count = trajectories.count == 1 ? "1 trajectory" : "\(trajectories.count) trajectories"
        return count + (origin.map { ", forked from \($0.id) at step \($0.step)" } ?? "")
    }
}
