import CommandKit
import Events
import Statistics
import StepwiseRL
import Trajectories

/// `eval on:[hop-nano gsm-nano] limit:250`
struct EvalCommand: Command {
    static let name = "eval"
    static let summary = "measures greedy multi-step inference with tools"
    static let discussion =
        "Accuracy with a 95 % interval, the mean process score by a named judge (better not the one that trained), steps, and failures by kind. Questions that the environment broke are counted apart. grader: decides what is right: official compares as the data set's own evaluation script does (HotpotQA and 2WikiMultihopQA: normalized exact match and F1; GSM8K: the strings without commas, and no F1), equal compares values; the column grader names it. Outcomes of single questions are kept: the value has rows."
    static let on = Parameter<[String]?>.keywords(
        "on", Laboratory.worlds, "which worlds; without it all of them")
    static let questions = Parameter<QuestionsObject?>.object(
        "questions", "these questions, such as a file's, in the place of worlds")
    static let split = Parameter<String>.keyword(
        "split", Laboratory.splits, default: "validation", "which part of the worlds")
    static let limit = Parameter<Int>.integer(
        "limit", default: 250, in: 1...1_000_000, "questions a world")
    static let judge = Parameter<String>.keyword(
        "judge", JudgeChoice.automatic, default: "strict", "who gives the process score")
    static let grader = Parameter<String?>.keyword(
        "grader",
        Vocabulary(
            "grader",
            [
                ("official", "as the data set's own evaluation script compares"),
                ("equal", "equal numbers in any notation, texts up to case, punctuation and articles"),
            ]),
        "what is a right answer; without it official where the data set has published rules, else equal")
    static let steps = Parameter<Int?>.integer(
        "steps", in: 1...100, "tool calls allowed; without it 5 for questions and 10 for math")
    static let policy = Parameter<PolicyObject>.slot("policy", "who answers")
    static let tools = Parameter<ToolsObject?>.optionalSlot("tools", "which tools are offered")
    static let length = Parameter<Int>.integer(
        "length", default: 32, in: 1...10_000, "the longest action in tokens")
    static let parameters = [
        length.declaration,
        on.declaration, questions.declaration, split.declaration, limit.declaration, judge.declaration,
        grader.declaration, steps.declaration,
        policy.declaration, tools.declaration,
    ]
    static let result = CommandResult.object(.evaluation)
    static let examples = [
        CommandExample("model nano tokens:20k; eval on:[hop-nano gsm-nano] limit:20", "two worlds")
    ]
    static let isKept = true
    /// 2: the engine's arithmetic and the search index are new.
    /// 3: overlap with gold and calls of the wrong tool.
    /// 4: graders with names; calculator and tags read more notations.
    static let version = 4

    let laboratory: Laboratory

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let worlds = call[Self.on] ?? Laboratory.worlds.words.map(\.word)
        let questions: QuestionSet
        if let given = call[Self.questions]?.set {
            questions = given
        } else {
            questions = try await Laboratory.questions(
                worlds, Split(rawValue: call[Self.split])!, limit: call[Self.limit] * worlds.count,
                seed: call.seed)
        }
        if call[Self.grader] == "official" { try Self.checkRules(questions) }
        var evaluating = EvaluationRun()
        evaluating.grading = Self.grading(call)
        evaluating.stepLimit = Laboratory.stepLimit(call[Self.steps])
        evaluating.maximumActionTokens = call[Self.length]
        evaluating.tools = call[Self.tools]?.names
        let policy = call[Self.policy].policy
        let choice = JudgeChoice(name: call[Self.judge])
        let (outcomes, _) = try await evaluating.run(
            policy, questions, laboratory.toolbox, choice.judging(questions.plans)
        ) { context.progress($0.finished, of: $0.total, "questions") }
        return .object(
            EvaluationObject(
                evaluation: Evaluation(
                    policy: policy.name, judge: choice.make().identity, outcomes: outcomes)))
    }

    func inputs(_ call: Call) throws -> [String] {
        let choice = JudgeChoice(name: call[Self.judge])
        let graders = Grading.graders.map { "\($0.name)-version:\($0.version)" }
        return ["judge-version:\(choice.make().identity.canonical)"] + graders
    }

    private static func grading(_ call: Call) -> Grading {
        switch call[grader] {
        case "official": .official
        case "equal": .equal
        default: .own
        }
    }

    /// - Throws: `CommandFailure` where a question comes without published rules.
    private static func checkRules(_ questions: QuestionSet) throws {
        let without = QuestionSet(
            questions: questions.questions.filter { questions.answers[$0]?.rules == nil }, answers: .empty
        ).worlds
        guard without.isEmpty else {
            throw CommandFailure(
                "\(without.joined(separator: ", ")): no rules of grading were published for these questions",
                hint: "leave grader out, or take grader:equal")
        }
    }

    func problems(_ call: Call) -> [CallProblem] {
        var repeated = Laboratory.repeated(call[Self.on] ?? [], parameter: "on")
        if call[Self.grader] == "official", !call.isGiven(Self.questions) {
            repeated.append(
                CallProblem(
                    "no-effect", parameter: "grader", "generated worlds have no published rules of grading",
                    hint: "leave grader out, or evaluate questions:$name of a published data set"))
        }
        guard call.isGiven(Self.questions) else { return repeated }
        let without = [
            (call.isGiven(Self.on), "on"), (call.isGiven(Self.split), "split"),
            (call.isGiven(Self.limit), "limit"),
        ]
        return repeated
            + without.filter(\.0).map { _, name in
                CallProblem(
                    "contradiction", parameter: name, "'\(name)' and questions exclude each other",
                    hint: "dataset decides which questions there are")
            }
    }

    func usesSeed(_ call: Call) -> Bool { call[Self.split] == "train" }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let evaluation = (output.object as? EvaluationObject)?.evaluation else { return }
        context.emit(.table(Self.table(evaluation)))
        let endings = evaluation.outcomes.map { outcome in
            outcome.isCorrect == true
                ? "right" : outcome.termination == "answered" ? "wrong answer" : outcome.termination
        }
        let counts = Dictionary(grouping: endings, by: \.self).mapValues(\.count)
        context.emit(
            .exhibit(
                .counts(
                    title: "endings",
                    counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { .init($0.key, $0.value) })
            ))
    }

    static func table(_ evaluation: Evaluation) -> Table {
        let rows = evaluation.worlds.map { world -> [Cell] in
            let outcomes = evaluation.outcomes.filter { $0.world == world }
            let graded = outcomes.compactMap(\.isCorrect)
            let estimate = CrossedMean(
                graded.enumerated().map { index, isCorrect in
                    Statistics.Observation(
                        cluster: "", stratum: "", unit: String(index), value: isCorrect ? 1 : 0)
                }
            ).estimate
            let scores = outcomes.compactMap(\.processScore)
            let failures = Dictionary(grouping: outcomes, by: \.termination).mapValues(\.count)
                .filter { $0.key != "answered" }.sorted { $0.key < $1.key }
                .map { "\($0.value) \($0.key)" }
            return [
                .text(world), .number(Double(graded.count)),
                estimate.map { .estimate($0, isShare: true) } ?? .empty,
                scores.isEmpty ? .empty : .number(scores.reduce(0, +) / Double(scores.count)),
                .text(
                    (Double(outcomes.reduce(0) { $0 + $1.steps }) / Double(max(1, outcomes.count)))
                        .fixed(2)),
                .text(failures.joined(separator: ", ")),
            ]
        }
        return Table(
            name: "evaluation of \(evaluation.policy)",
            columns: ["world", "n", "accuracy %", "process %", "steps", "not answered"],
            rows: rows.map { row in
                // Counts are no shares: shown as they are.
                row.enumerated().map { $0 == 1 ? .text($1.text) : $1 }
            },
            notes: [
                "accuracy by grader \(evaluation.graders.joined(separator: ", ")) with 95 % interval over questions; process score by \(evaluation.judge)"
            ], isShare: true)
    }
}
