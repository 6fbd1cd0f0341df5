import CommandKit
import Events
import StepwiseRL
import Trajectories

/// The command `rollout`: fills the trajectories slot with several episodes of the policy for each question.
///
/// Example: `rollout samples:5`.
struct RolloutCommand: CatalogCommand {
    static let name = "rollout"
    static let group = CommandGroup.rollout
    static let summary = "lets the policy answer every question several times, step by step, with tools"
    static let discussion = """
        This is stage 1 of the paper: 5 trajectories per question, with at most 5 tool calls for question \
        answering and 10 for math, plus one turn for the answer. For a given policy and options, a \
        trajectory depends only on the seed, its question and its sample number.
        """
    static let samples = Parameter<Int>.integer(
        "samples", default: 5, in: 1...1_000, "the number of trajectories per question")
    static let temperature = Parameter<Double>.number(
        "temperature", default: 1, in: 0...10, "the sampling temperature; 0 is greedy")
    static let steps = Parameter<Int?>.integer(
        "steps", in: 1...100,
        "the number of tool calls allowed; without it 5 for question answering and 10 for math")
    static let policy = Parameter<PolicyObject>.slot("policy", "the policy that acts")
    static let questions = Parameter<QuestionsObject>.slot("questions", "the questions to answer")
    static let tools = Parameter<ToolsObject?>.optionalSlot("tools", "the tools that are offered")
    static let length = Parameter<Int>.integer(
        "length", default: 32, in: 1...10_000, "the maximum length of an action, in tokens")
    var parameters: [ParameterDeclaration] {
        [
            Self.length.declaration,
            Self.samples.declaration, Self.temperature.declaration, Self.steps.declaration,
            Self.policy.declaration,
            Self.questions.declaration, Self.tools.declaration,
        ]
    }

    private let services: Services

    init(_ services: Services) {
        self.services = services
    }

    static let result = CommandResult.object(.trajectories)
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2",
            "twenty trajectories", shows: ["20 trajectories: …; … tool calls, … with an error"])
    ]
    static let isCached = true
    /// Version 2: the engine's arithmetic and the search index changed.
    /// Version 3: the calculator and the tag grammar read more notations.
    /// Version 4: keys have a canonical form.
    /// Version 5: a result that does not fit into the context is cut.
    static let version = 5

    func usesSeed(_ call: Call) -> Bool { true }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        var rollout = Rollout()
        rollout.samplesPerQuestion = call[Self.samples]
        rollout.temperature = call[Self.temperature]
        rollout.stepLimit = Services.stepLimit(call[Self.steps])
        rollout.maximumActionTokens = call[Self.length]
        rollout.tools = call[Self.tools]?.names
        rollout.seed = call.seed
        let policy = call[Self.policy].policy
        let questions = call[Self.questions].set
        let trajectories = try await rollout.run(
            policy, questions.questions, services.tools(call[Self.tools]), parts: context.parts
        ) {
            context.progress($0.finished, of: $0.total, "trajectories")
        }
        return .object(
            TrajectoriesObject(
                trajectories: trajectories, answers: questions.answers, plans: questions.plans,
                generator: BehaviorPolicy(
                    policy, stepLimit: call[Self.steps], actionTokens: call[Self.length])))
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let rolled = output.object as? TrajectoriesObject else { return }
        let trajectories = rolled.trajectories
        let kinds = Dictionary(grouping: trajectories, by: \.termination.kind).mapValues(\.count)
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let calls = trajectories.reduce(0) { $0 + $1.toolCallCount }
        let problems = trajectories.reduce(0) { sum, trajectory in
            sum + trajectory.steps.count { $0.observation?.problem != nil }
        }
        let cut = trajectories.reduce(0) { $0 + $1.cutCount }
        let ended = kinds.map { "\($0.value.grouped) \($0.key)" }.joined(separator: ", ")
        context.say(
            "trajectories",
            [
                .init("trajectories", .number(Double(trajectories.count))),
                .init("tool_calls", .number(Double(calls))),
                .init("tool_errors", .number(Double(problems))),
                .init("cut_results", .number(Double(cut))),
            ] + kinds.map { Event.Field($0.key, .number(Double($0.value))) },
            [
                "\(trajectories.count.grouped) trajectories: \(ended); \(calls.grouped) tool calls, \(problems.grouped) with an error"
                    + (cut > 0 ? "; \(cut.grouped) results cut to fit the context" : "")
            ])
    }
}
