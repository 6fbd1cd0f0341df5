import CommandKit
import Events
import Judges
import Statistics
import StepwiseRL
import Trajectories

/// The command `eval`: fills the evaluation slot with the graded answers of the policy under greedy decoding.
///
/// Example: `eval on:[hop-nano gsm-nano] limit:250`.
struct EvalCommand: CatalogCommand {
    static let name = "eval"
    static let group = CommandGroup.evaluate
    static let summary = "measures greedy multi-step inference with tools"
    static let discussion = """
        Reports accuracy with a 95 % interval, the mean process score by a named judge (preferably not the \
        one that was used in training), the mean number of steps, and failures by kind. Questions that \
        failed because of the environment are counted separately. grader: selects how answers are graded. \
        official compares as the data set's own evaluation script does (HotpotQA and 2WikiMultihopQA: \
        normalized exact match and F1; GSM8K: the strings without commas, and no F1). equal compares values. \
        The column grader names the grader. The result has one row for each question.
        """
    static let questions = Parameter<QuestionsObject?>.object(
        "questions", "the questions to use instead of worlds, for example those of a file")
    static let split = Parameter<String>.keyword(
        "split", Split.words, default: "validation", "the part of the worlds' questions")
    static let limit = Parameter<Int>.integer(
        "limit", default: 250, in: 1...1_000_000, "the number of questions per world")
    static let grader = Parameter<String?>.keyword(
        "grader",
        Vocabulary(
            "grader",
            [
                ("official", "compares as the data set's own evaluation script does"),
                (
                    "equal",
                    "compares numbers in any notation, and texts without case, punctuation and articles"
                ),
            ]),
        "the grader of answers; without it official if the data set has published rules, else equal")
    static let steps = Parameter<Int?>.integer(
        "steps", in: 1...100,
        "the number of tool calls allowed; without it 5 for question answering and 10 for math")
    static let policy = Parameter<PolicyObject>.slot("policy", "the policy that answers")
    static let tools = Parameter<ToolsObject?>.optionalSlot("tools", "the tools that are offered")
    static let length = Parameter<Int>.integer(
        "length", default: 32, in: 1...10_000, "the maximum length of an action, in tokens")
    private let services: Services
    private let on: Parameter<[String]?>
    private let judge: Parameter<JudgeReference>

    init(_ services: Services) {
        self.services = services
        on = .keywords(
            "on", services.registry.worldWords,
            "the worlds to evaluate on; without it \(services.registry.defaultWorlds.joined(separator: ", "))"
        )
        judge = .judge(
            "judge", services.registry.automaticJudgeWords, default: StrictRules.name,
            "the judge that gives the process score")
    }

    var parameters: [ParameterDeclaration] {
        [
            Self.length.declaration, on.declaration, Self.questions.declaration, Self.split.declaration,
            Self.limit.declaration, judge.declaration, Self.grader.declaration, Self.steps.declaration,
            Self.policy.declaration, Self.tools.declaration,
        ]
    }

    static let result = CommandResult.object(.evaluation)

    func result(_ call: Call) -> CommandResult {
        if let key = call.key(Self.questions) {
            return .object(.evaluation.refined(values: [:], questions: key.hex))
        }
        let worlds = worldNames(call)
        let chosen = [worlds.canonical, call[Self.split], "\(call[Self.limit])"]
        return .object(
            .evaluation.refined(values: ["world": worlds], questions: chosen.joined(separator: " ")))
    }
    static let examples = [
        CommandExample(
            "model nano tokens:20k; eval on:[hop-nano gsm-nano] limit:20", "two worlds",
            shows: ["world…n…accuracy %…process %…steps…not answered"])
    ]
    static let isCached = true
    /// Version 2: the engine's arithmetic and the search index changed.
    /// Version 3: outcomes have the overlap with the gold answer and the number of calls of a wrong tool.
    /// Version 4: graders have names; the calculator and the tag grammar read more notations.
    /// Version 5: keys have a canonical form.
    /// Version 6: a result that does not fit into the context is cut.
    static let version = 6

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let worlds = worldNames(call)
        let questions: QuestionSet
        if let given = call[Self.questions]?.set {
            questions = given
        } else {
            questions = try await services.questions(
                worlds, Split(rawValue: call[Self.split])!, limit: call[Self.limit] * worlds.count,
                seed: call.seed)
        }
        if call[Self.grader] == "official" { try Self.checkRules(questions) }
        var evaluating = EvaluationRun()
        evaluating.grading = Self.grading(call)
        evaluating.stepLimit = Services.stepLimit(call[Self.steps])
        evaluating.maximumActionTokens = call[Self.length]
        evaluating.tools = call[Self.tools]?.names
        let policy = call[Self.policy].policy
        let judging = try services.judging(call[judge].specification, questions.plans)
        let (outcomes, _) = try await evaluating.run(
            policy, questions, services.tools(call[Self.tools]), judging, parts: context.parts
        ) { context.progress($0.finished, of: $0.total, "questions") }
        return .object(
            EvaluationObject(
                evaluation: Evaluation(
                    policy: policy.name, judge: judging.judge.identity, outcomes: outcomes)))
    }

    private func worldNames(_ call: Call) -> [String] {
        call[on] ?? services.registry.defaultWorlds
    }

    func inputs(_ call: Call) throws -> [String] {
        let judge = try services.judge(call[judge].specification)
        let graders = Grading.graders.map { "\($0.name)-version:\($0.version)" }
        // Without `on:`, all worlds are evaluated. Their names are part of the key, because a later version of the
        // program may have more worlds.
        let worlds =
            call[on] == nil && call[Self.questions] == nil ? ["worlds:\(worldNames(call).canonical)"] : []
        return worlds + ["judge-version:\(judge.identity.canonical)"] + graders
    }

    private static func grading(_ call: Call) -> Grading {
        switch call[grader] {
        case "official": .official
        case "equal": .equal
        default: .perDataset
        }
    }

    /// Checks that every question comes from a data set with published grading rules, as `grader:official` requires.
    ///
    /// - Throws: `CommandFailure` if a question has no published rules.
    private static func checkRules(_ questions: QuestionSet) throws {
        let without = QuestionSet(
            questions: questions.questions.filter { questions.answers[$0]?.rules == nil }, answers: .empty
        ).worlds
        guard without.isEmpty else {
            throw CommandFailure(
                .noRules,
                "\(without.joined(separator: ", ")): these questions have no published grading rules",
                hint: "leave grader out, or use grader:equal")
        }
    }

    func problems(_ call: Call) -> [CallProblem] {
        var repeated = Registry.repeated(call[on] ?? [], parameter: "on")
        if call[Self.grader] == "official", !call.isGiven(Self.questions) {
            repeated.append(
                CallProblem(
                    .noEffect, parameter: "grader", "generated worlds have no published grading rules",
                    hint: "leave grader out, or evaluate questions:$name of a published data set"))
        }
        guard call.isGiven(Self.questions) else { return repeated }
        let without = [
            (call.isGiven(on), "on"), (call.isGiven(Self.split), "split"),
            (call.isGiven(Self.limit), "limit"),
        ]
        return repeated
            + without.filter(\.0).map { _, name in
                CallProblem(
                    .contradiction, parameter: name, "'\(name)' and 'questions' can't be given together",
                    hint: "leave \(name) out: the command dataset has already chosen the questions")
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
            .reportItem(
                .counts(
                    title: "endings",
                    counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { .init($0.key, $0.value) })
            ))
    }

    static func table(_ evaluation: Evaluation) -> Table {
        let rows = evaluation.worlds.map { world -> [TableCell] in
            let outcomes = evaluation.outcomes.filter { $0.world == world }
            let graded = outcomes.compactMap(\.isCorrect)
            let estimate = CrossedMean(
                graded.enumerated().map { index, isCorrect in
                    ClusteredValue(
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
        let cut = evaluation.outcomes.reduce(0) { $0 + ($1.cutResults ?? 0) }
        return Table(
            name: "evaluation of \(evaluation.policy)",
            columns: ["world", "n", "accuracy %", "process %", "steps", "not answered"],
            rows: rows.map { row in
                // The column n has counts, not shares, so its numbers are shown as they are.
                row.enumerated().map { $0 == 1 ? .text($1.text) : $1 }
            },
            notes: [
                "accuracy by grader \(evaluation.graders.joined(separator: ", ")) with 95 % interval over questions; process score by \(evaluation.judge)"
            ] + (cut > 0 ? ["\(cut.grouped) results were cut to fit the context"] : []), isShare: true)
    }
}
