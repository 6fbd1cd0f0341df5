import CommandKit
import Foundation
import Judges
import Keys
import Models
import Persistence
import Trajectories

extension ObjectType {
    package static let judgements = ObjectType("judgements")
}

/// The object in the judgements slot: the verdicts of one judge on trajectories, the result of `judge`.
package struct JudgementsObject: StoredObject {
    package static let type = ObjectType.judgements
    package let judgements: Judgements
    package let judge: JudgeSpecification
    /// The right answers of the questions.
    package let answers: AnswerKey
    package let plans: PlanKey
    package let generator: BehaviorPolicy
    /// The key of the trajectories that were judged.
    package let trajectoriesKey: ContentKey

    package init(
        judgements: Judgements, judge: JudgeSpecification, answers: AnswerKey, plans: PlanKey,
        generator: BehaviorPolicy,
        trajectoriesKey: ContentKey
    ) {
        self.judgements = judgements
        self.judge = judge
        self.answers = answers
        self.plans = plans
        self.generator = generator
        self.trajectoriesKey = trajectoriesKey
    }

    private struct Facts: Codable {
        let identity: JudgeIdentity
        let judge: JudgeSpecification
        let generator: BehaviorPolicy
        let trajectories: ContentKey
        let outcomes: [Bool?]
    }

    package func files(_ codecs: [any PolicyCodec.Type]) throws -> [String: Data] {
        let facts = Facts(
            identity: judgements.judge, judge: judge, generator: generator, trajectories: trajectoriesKey,
            outcomes: judgements.outcomes)
        return [
            "verdicts.jsonl": try JSONCoding.lines(judgements.verdicts),
            "judging.json": try JSONCoding.data(facts),
        ]
    }

    package init(_ files: StoredFiles, _ library: ObjectLibrary) throws {
        let facts = try files.json("judging.json", as: Facts.self)
        let rolled = try library.object(facts.trajectories, as: TrajectoriesObject.self)
        let verdicts = try files.lines("verdicts.jsonl", of: [Verdict].self)
        guard verdicts.count == rolled.trajectories.count, facts.outcomes.count == verdicts.count else {
            throw DamagedObject("the numbers of verdicts and trajectories differ")
        }
        self.init(
            judgements: Judgements(
                judge: facts.identity, trajectories: rolled.trajectories, verdicts: verdicts,
                outcomes: facts.outcomes),
            judge: facts.judge, answers: rolled.answers, plans: rolled.plans, generator: facts.generator,
            trajectoriesKey: facts.trajectories)
    }

    package func names(beginningWith text: String) -> [String] {
        judgements.trajectories.names(beginningWith: text)
    }

    package var summary: String {
        "\(judgements.trajectories.count) trajectories judged by \(judgements.judge)"
    }
}
