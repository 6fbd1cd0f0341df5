import CommandKit
import Events
import Judges
import Keys
import Models
import Paper
import StepwiseRL
import Trajectories

extension ObjectType {
    package static let policy = ObjectType("policy")
    package static let questions = ObjectType("questions")
    package static let tools = ObjectType("tools")
    package static let trajectories = ObjectType("trajectories")
    package static let judgements = ObjectType("judgements")
    package static let selection = ObjectType("selection")
    package static let labels = ObjectType("labels")
    package static let evaluation = ObjectType(
        "evaluation", columns: EvaluationObject.columns)
    package static let audit = ObjectType("audit", isSlot: false, columns: AuditObject.columns)
    package static let paper = ObjectType("paper", isSlot: false, columns: PaperObject.columns)
    package static let score = ObjectType("score", columns: ScoreObject.columns)
}

/// The policy slot.
package struct PolicyObject: WorkspaceObject {
    package static let type = ObjectType.policy
    package let policy: any Policy
    /// What its training went through; empty for a base.
    package let updates: [UpdateMetrics]

    package var summary: String { "policy \(policy.name) (\(policy.key.short))" }
    package var label: String? { policy.name }
}

/// The questions slot.
package struct QuestionsObject: WorkspaceObject {
    package static let type = ObjectType.questions
    package let set: QuestionSet
    package let split: Split
    /// The number of questions without a limit; `nil` for generated worlds, which have no end.
    package var available: Int?
    /// Rows of a file that repeat an earlier question, and questions without passages.
    package var repeats = 0
    package var withoutPassages = 0
    /// True if a search can't find anything, since no row of the file has passages.
    package var lacksPassages = false

    package var summary: String {
        let count = set.questions.count
        let part = available.flatMap { $0 > count ? " of \($0.grouped)" : nil } ?? ""
        return "\(count.grouped)\(part) \(split.rawValue) questions of \(set.worlds.joined(separator: ", "))"
    }

    /// The limit, where it is more than there are.
    package var wanted: Int?
    /// The number of questions of the whole file, where it is divided.
    package var inFile: Int?

    /// Notes for the reader of the result.
    var remarks: [String] {
        var remarks: [String] = []
        if let wanted, wanted > set.questions.count {
            remarks.append("\(wanted.grouped) were asked for, there are no more")
        }
        if let inFile { remarks.append("the file has \(inFile.grouped) in all its parts") }
        if repeats > 0 { remarks.append("\(repeats.grouped) repeated rows left out") }
        if withoutPassages > 0 { remarks.append("\(withoutPassages.grouped) rows without passages") }
        return remarks
    }
}

/// Which tools are offered.
package struct ToolsObject: WorkspaceObject {
    package static let type = ObjectType.tools
    /// `nil`: each question its world's own.
    package let names: [String]?

    package var summary: String {
        guard let names else { return "tools: each world's own" }
        return names.isEmpty ? "no tools" : "tools: \(names.joined(separator: ", "))"
    }
}

/// Which policy generated trajectories, what its token ids mean, and under which limits it acted.
package struct Generator: Hashable, Sendable, Codable {
    package var policy: ContentKey
    /// `nil` where the policy's tokens are not known.
    package let tokenizer: ContentKey?
    /// Tool calls allowed, and the longest action in tokens; `nil` where nobody noted it.
    package var stepLimit: Int?
    package var actionTokens: Int?

    package init(_ policy: any Policy, stepLimit: Int? = nil, actionTokens: Int? = nil) {
        self.policy = policy.key
        tokenizer = (policy as? any TokenPolicy)?.tokenizerKey
        self.stepLimit = stepLimit
        self.actionTokens = actionTokens
    }

    /// Token ids of the trajectories must mean the same to a policy that is to read them.
    ///
    /// - Throws: `CommandFailure` where they don't.
    func check(_ policy: any Policy) throws {
        guard (policy as? any TokenPolicy)?.tokenizerKey != tokenizer else { return }
        throw CommandFailure(
            "policy '\(policy.name)' has another tokenizer than the one that generated these trajectories",
            hint: "take the policy that rolled them out, or roll out with this one")
    }

    /// Trajectories that another policy went on with: no policy's log-probabilities are all of theirs.
    func continued(by policy: any Policy) -> Generator {
        var generator = self
        if policy.key != self.policy {
            generator.policy = ContentKey(parts: ["fork", self.policy.hex, policy.key.hex])
        }
        return generator
    }
}

/// The trajectories slot.
package struct TrajectoriesObject: WorkspaceObject {
    package static let type = ObjectType.trajectories
    package let trajectories: [Trajectory]
    package let answers: AnswerKey
    package let plans: PlanKey
    /// The policy that generated them.
    package let generator: Generator
    /// The trajectory that they were forked from.
    package var origin: Origin?

    /// Where forks come from.
    package struct Origin: Hashable, Sendable, Codable {
        /// The key of the rollout.
        package let trajectories: ContentKey
        package let id: TrajectoryID
        /// The step that changed, from 1.
        package let step: Int
    }

    package var summary: String {
        let count = trajectories.count == 1 ? "1 trajectory" : "\(trajectories.count) trajectories"
        return count + (origin.map { ", forked from \($0.id) at step \($0.step)" } ?? "")
    }
}

/// The labels slot: verdicts of people.
package struct LabelsObject: WorkspaceObject {
    package static let type = ObjectType.labels
    package let verdicts: [HumanVerdict]

    package var summary: String { verdicts.count == 1 ? "1 label" : "\(verdicts.count) labels" }
}

/// The judgements slot.
package struct JudgementsObject: WorkspaceObject {
    package static let type = ObjectType.judgements
    package let judgements: Judgements
    package let judge: JudgeChoice
    /// Of the questions that were answered.
    package let answers: AnswerKey
    package let plans: PlanKey
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
    /// Of the questions that were answered.
    package let plans: PlanKey
    package let generator: Generator
    /// The key of the trajectories that it selects from.
    package let trajectoriesKey: ContentKey
    /// The key of the judgements that it was made from.
    package let judgementsKey: ContentKey

    package var label: String? { selection.rule }
    package var contentKey: ContentKey? { selection.contentKey }

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
        "world", "question", "accuracy", "grader", "f1", "precision", "recall", "process", "steps",
        "wrong_tools",
        "termination", "answer", "asked",
    ]
    /// The columns whose values are shares of one.
    package static let shares: Set = ["accuracy", "f1", "precision", "recall", "process"]

    /// The columns that a grader decides about.
    package static let graded: Set = ["accuracy", "f1", "precision", "recall"]

    package var summary: String {
        "evaluation of \(evaluation.policy) on \(evaluation.outcomes.count) questions"
    }

    package var frame: Frame? {
        Frame(
            columns: Self.columns,
            rows: evaluation.outcomes.map { outcome in
                func share(_ value: Double?) -> Cell { value.map { .number($0) } ?? .empty }
                return [
                    .text(outcome.world), .text(outcome.question),
                    share(outcome.isCorrect.map { $0 ? 1 : 0 }), .text(outcome.grader),
                    share(outcome.overlap?.f1),
                    share(outcome.overlap?.precision), share(outcome.overlap?.recall),
                    share(outcome.processScore), .number(Double(outcome.steps)),
                    .number(Double(outcome.wrongTools)), .text(outcome.termination),
                    .text(outcome.answer ?? ""), .text(outcome.text),
                ]
            })
    }
}

/// Where a judge and the truth part.
package struct AuditObject: WorkspaceObject {
    package static let type = ObjectType.audit
    /// The first four tell rows apart; the others are metrics.
    package static let columns = [
        "world", "question", "judged_step", "kind", "good", "false_good", "false_bad", "errors",
    ]
    package static let shares: Set = ["good", "false_good", "false_bad", "errors"]
    package let judge: JudgeIdentity
    package let truth: JudgeIdentity
    package let rows: [Row]

    /// One judged action.
    package struct Row: Hashable, Sendable {
        package let world: String
        package let question: String
        /// The trajectory's sample and the step's number, such as `s2.1`.
        package let part: String
        /// `query`, `calculation` or `answer`.
        package let kind: String
        package let isGood: Bool
        package let isTrulyGood: Bool
    }

    package var summary: String { "\(rows.count) verdicts of \(judge) held against \(truth)" }

    package var frame: Frame? {
        func share(_ value: Bool) -> Cell { .number(value ? 1 : 0) }
        return Frame(
            columns: Self.columns,
            rows: rows.map { row in
                [
                    .text(row.world), .text(row.question), .text(row.part), .text(row.kind),
                    share(row.isGood), share(row.isGood && !row.isTrulyGood),
                    share(!row.isGood && row.isTrulyGood), share(row.isGood != row.isTrulyGood),
                ]
            })
    }
}

/// A table or figure of the paper.
package struct PaperObject: WorkspaceObject {
    package static let type = ObjectType.paper
    package static let columns = ["label", "dataset", "world", "metric", "value", "margin"]
    package let table: PaperTable

    package var summary: String { "\(table.source) of the paper: \(table.caption)" }

    package var frame: Frame? {
        Frame(
            columns: Self.columns,
            rows: table.rows.flatMap { row in
                table.worlds.indices.compactMap { index in
                    row.values[index].map { value -> [Cell] in
                        [
                            .text(row.labels.joined(separator: " ")),
                            .text(PaperTable.dataset(table.worlds[index])), .text(table.worlds[index]),
                            .text(row.metric), .number(value),
                            row.margins[index].map { .number($0) } ?? .empty,
                        ]
                    }
                }
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
