import CommandKit
import Foundation
import Gemma
import Judges
import Keys
import Models
import StepwiseRL
import Trajectories

/// How objects are kept: as named files, and back. References to other objects are keys.
enum Coding {
    /// - Throws: when a value can't be encoded.
    static func files(_ object: any WorkspaceObject) throws -> [String: Data] {
        switch object {
        case let object as PolicyObject: return try policy(object)
        case let object as TrajectoriesObject:
            return [
                "trajectories.jsonl": try lines(object.trajectories),
                "rollout.json": try json(
                    RolloutFacts(
                        answers: object.answers, plans: object.plans, generator: object.generator,
                        origin: object.origin)),
            ]
        case let object as JudgementsObject:
            let facts = JudgingFacts(
                identity: object.judgements.judge, judge: object.judge, generator: object.generator,
                trajectories: object.trajectoriesKey, outcomes: object.judgements.outcomes)
            return [
                "verdicts.jsonl": try lines(object.judgements.verdicts), "judging.json": try json(facts),
            ]
        case let object as EvaluationObject: return ["evaluation.json": try json(object.evaluation)]
        default: preconditionFailure("\(type(of: object)) is not kept")
        }
    }

    /// - Parameter resolve: another object by its key.
    /// - Throws: when the files are not what was written.
    static func object(
        _ type: ObjectType, _ files: [String: Data], resolve: (ContentKey) throws -> any WorkspaceObject
    ) throws -> any WorkspaceObject {
        func file(_ name: String) throws -> Data {
            guard let data = files[name] else { throw Damaged(message: "\(name) is missing") }
            return data
        }
        switch type {
        case .policy:
            let facts = try value(PolicyFacts.self, file("policy.json"))
            let checkpoint = try Checkpoint(
                PublishedConfiguration(facts.configuration, begin: facts.begin, ends: facts.ends ?? []),
                files: [(try file("model.safetensors"), "model.safetensors")])
            return PolicyObject(
                policy: GemmaPolicy(
                    name: facts.name, weights: try Weights(checkpoint),
                    tokenizer: try Tokenizer(json: file("tokenizer.json")), begin: facts.begin,
                    ends: facts.ends ?? []), updates: facts.updates)
        case .trajectories:
            let facts = try value(RolloutFacts.self, file("rollout.json"))
            return TrajectoriesObject(
                trajectories: try values(Trajectory.self, file("trajectories.jsonl")),
                answers: facts.answers, plans: facts.plans, generator: facts.generator, origin: facts.origin)
        case .judgements:
            let facts = try value(JudgingFacts.self, file("judging.json"))
            guard let rolled = try resolve(facts.trajectories) as? TrajectoriesObject else {
                throw Damaged(message: "its trajectories are something else")
            }
            return JudgementsObject(
                judgements: Judgements(
                    judge: facts.identity, trajectories: rolled.trajectories,
                    verdicts: try values([Verdict].self, file("verdicts.jsonl")), outcomes: facts.outcomes),
                judge: facts.judge, answers: rolled.answers, plans: rolled.plans, generator: facts.generator,
                trajectoriesKey: facts.trajectories)
        case .evaluation:
            return EvaluationObject(evaluation: try value(Evaluation.self, file("evaluation.json")))
        default: throw Damaged(message: "\(type.name) is not kept")
        }
    }

    struct Damaged: Error, CustomStringConvertible {
        let message: String
        var description: String { message }
    }

    private struct PolicyFacts: Codable {
        let name: String
        let configuration: GemmaConfiguration
        let begin: Int32?
        let ends: [Int32]?
        let updates: [UpdateMetrics]
    }

    private struct RolloutFacts: Codable {
        let answers: AnswerKey
        let plans: PlanKey
        let generator: Generator
        let origin: TrajectoriesObject.Origin?
    }

    private struct JudgingFacts: Codable {
        let identity: JudgeIdentity
        let judge: JudgeChoice
        let generator: Generator
        let trajectories: ContentKey
        let outcomes: [Bool?]
    }

    private static func policy(_ object: PolicyObject) throws -> [String: Data] {
        guard let policy = object.policy as? GemmaPolicy else {
            preconditionFailure("only embedded policies are made here")
        }
        let facts = PolicyFacts(
            name: policy.name, configuration: policy.weights.configuration, begin: policy.begin,
            ends: policy.ends, updates: object.updates)
        return [
            "model.safetensors": try policy.weights.safetensors(),
            "tokenizer.json": policy.tokenizer.json(), "policy.json": try json(facts),
        ]
    }

    private static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }

    private static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }

    private static func json(_ value: some Encodable) throws -> Data { try encoder().encode(value) }

    private static func value<T: Decodable>(_ type: T.Type, _ data: Data) throws -> T {
        try decoder().decode(type, from: data)
    }

    /// One JSON value a line.
    private static func lines(_ values: [some Encodable]) throws -> Data {
        let encoder = encoder()
        var data = Data()
        for value in values {
            data += try encoder.encode(value)
            data.append(0x0A)
        }
        return data
    }

    private static func values<T: Decodable>(_ type: T.Type, _ data: Data) throws -> [T] {
        let decoder = decoder()
        return try data.split(separator: 0x0A).map { try decoder.decode(type, from: Data($0)) }
    }
}
