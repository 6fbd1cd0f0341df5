import Interpreter
import Keys
import Models
import Output
import StepwiseRL
import Trajectories

extension ObjectType {
    package static let policy = ObjectType("policy")
    package static let questions = ObjectType("questions")
    package static let tools = ObjectType("tools")
    package static let trajectories = ObjectType("trajectories")
    package static let judgements = ObjectType("judgements")
    package static let selection = ObjectType("selection")
    package static let evaluation = ObjectType(
        "evaluation", columns: EvaluationObject.columns)
    package static let score = ObjectType("score", columns: ScoreObject.columns)
}

/// The policy slot.
package struct PolicyObject: WorkspaceObject {
    package static let type = ObjectType.policy
    package let policy: any TrainablePolicy
    /// What its training went through; empty for a base.
    package let updates: [UpdateMetrics]

    package var summary: String { "policy \(policy.name) (\(policy.key.short))" }
}

/// The questions slot.
package struct QuestionsObject: WorkspaceObject {
    package static let type = ObjectType.questions
    package let set: QuestionSet
    package let split: Split

    package var summary: String {
        "\(set.questions.count) \(split.rawValue) questions of \(set.worlds.joined(separator: ", "))"
    }
}

/// Which tools are offered.
package struct ToolsObject: WorkspaceObject {
    package static let type = ObjectType.tools
    package let names: [String]

    package var summary: String {
        names.isEmpty ? "no tools" : "tools: \(names.joined(separator: ", "))"
    }
}

/// Which policy generated trajectories, and what its token ids mean.
package struct Generator: Hashable, Sendable, Codable {
    package let policy: ContentKey
    package let tokenizer: ContentKey
}

/// The trajectories slot.
package struct TrajectoriesObject: WorkspaceObject {
    package static let type = ObjectType.trajectories
    package let trajectories: [Trajectory]
    package let answers: AnswerKey
    /// The policy that generated them.
    package let generator: Generator

    package var summary: String { "\(trajectories.count) trajectories" }
}

/// The judgements slot.
package struct JudgementsObject: WorkspaceObject {
    package static let type = ObjectType.judgements
    package let judgements: Judgements
    package let judge: JudgeChoice
    package let generator: Generator
    /// The key of the trajectories slot that was judged.
    package let trajectoriesKey: ContentKey

    package var summary: String {
        "\(judgements.trajectories.count) trajectories judged by \(judgements.judge)"
    }
}

/// The selection slot.
package struct SelectionObject: WorkspaceObject {
    package static let type = ObjectType.selection
    package let selection: Selection
    package let judge: JudgeChoice
    package let generator: Generator
    /// The key of the trajectories that it selects from.
    package let trajectoriesKey: ContentKey

    package var summary: String {
        "'\(selection.rule)': \(selection.stepCount) steps of \(selection.trajectoryCount) trajectories"
    }
}

/// The evaluation slot.
package struct EvaluationObject: WorkspaceObject {
    package static let type = ObjectType.evaluation
    package let evaluation: Evaluation

    /// The first two tell rows apart; the others are metrics.
    package static let columns = [
        "world", "question", "accuracy", "process", "steps", "termination",
    ]

    package var summary: String {
        "evaluation of \(evaluation.policy) on \(evaluation.outcomes.count) questions"
    }

    package var frame: Frame? {
        Frame(
            columns: Self.columns,
            rows: evaluation.outcomes.map { outcome in
                [
                    .text(outcome.world), .text(outcome.question),
                    outcome.isCorrect.map { .number($0 ? 1 : 0) } ?? .empty,
                    outcome.processScore.map { .number($0) } ?? .empty,
                    .number(Double(outcome.steps)), .text(outcome.termination),
                ]
            })
    }
}

/// How likely a policy finds a text.
package struct ScoreObject: WorkspaceObject {
    package static let type = ObjectType.score
    static let columns = ["position", "token", "logprob"]
    /// As they stand in the vocabulary.
    package let tokens: [String]
    /// Of every token but the first, nats.
    package let logProbabilities: [Float]

    package var summary: String { "\(logProbabilities.count) scored tokens" }

    package var frame: Frame? {
        Frame(
            columns: Self.columns,
            rows: zip(1..., logProbabilities).map { position, logProbability in
                [
                    .number(Double(position)), .text(tokens[position].escaped),
                    .number(Double(logProbability)),
                ]
            })
    }
}

extension String {
    /// With control characters written out, so that a token stays in its cell.
    fileprivate var escaped: String {
        unicodeScalars.map {
            $0.properties.generalCategory == .control ? $0.escaped(asASCII: true) : String($0)
        }
        .joined()
    }
}
