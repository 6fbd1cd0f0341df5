import Datasets
import Interpreter
import Keys
import Models
import Output
import Tools
import Trajectories

/// `model nano`
struct ModelCommand: Command {
    static let name = "model"
    static let summary = "takes a base policy; a base of the embedded engine is pretrained on first use"
    static let discussion =
        "nano is a Gemma 2 network of about 220 thousand parameters. It reads 2.5 million tokens of scripted, imperfect demonstrations (about a minute on two cores); the seed decides its weights to the bit on one machine. The result is kept."
    static let base = Parameter<String>.required(
        "name", .keyword(Vocabulary("model", [("nano", "the embedded default, pretrained here")])),
        "which base")
    static let tokens = Parameter<Int>.integer(
        "tokens", default: Pretraining.nano.tokens, in: 1_000...1_000_000_000,
        "how many tokens of demonstrations it is pretrained on")
    static let data = Parameter<String?>.text(
        "data", "a file in the GSM8K format: its annotated solutions are the demonstrations")
    static let vocabulary = Parameter<Int>.integer(
        "vocabulary", default: 1_024, in: 512...65_536, "tokens of the vocabulary learned from data")
    static let parameters = [
        base.declaration, tokens.declaration, data.declaration, vocabulary.declaration,
    ]
    static let result = CommandResult.object(.policy)
    static let examples = [
        CommandExample(
            "model nano tokens:20k", "a base that has seen too little, for trying things out")
    ]
    static let isKept = true

    let laboratory: Laboratory

    func usesSeed(_ call: Call) -> Bool { true }

    func problems(_ call: Call) -> [CallProblem] {
        guard call.isGiven(Self.vocabulary), !call.isGiven(Self.data) else { return [] }
        return [
            CallProblem(
                "no-effect", parameter: "vocabulary", "a vocabulary is learned only from data",
                hint: "add data:\"…\", or leave vocabulary out")
        ]
    }

    func inputs(_ call: Call) throws -> [String] {
        let recipe = "recipe:\(ContentKey(Pretraining.nano.canonical).hex)"
        if let path = call[Self.data] {
            return [recipe, "file:\(try Laboratory.fileKey(path).hex)"]
        }
        return [recipe, "demonstrations:\(nanoDemonstrations.key.hex)"]
    }

    private var nanoDemonstrations: NanoDemonstrations {
        NanoDemonstrations(tools: laboratory.toolbox.tools)
    }

    private func demonstrations(_ call: Call) async throws -> any DemonstrationSource {
        guard let path = call[Self.data] else { return nanoDemonstrations }
        do {
            return try await GSM8KDemonstrations(path, calculator: CalculatorTool())
        } catch let error as DatasetError {
            throw CommandFailure(error.message, hint: error.hint)
        }
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let pretraining = Pretraining.nano.reading(
            call[Self.tokens], vocabularySize: call[Self.vocabulary])
        let policy = try await pretraining.run(
            name: call[Self.base], demonstrations(call), seed: call.seed
        ) { progress in
            context.progress(
                progress.tokens, of: pretraining.tokens, "tokens",
                note: "loss \(progress.loss.fixed(3))")
        }
        return .object(PolicyObject(policy: policy, updates: []))
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let policy = (output.object as? PolicyObject)?.policy as? GemmaPolicy else { return }
        let parameters = policy.weights.configuration.parameterCount
        context.say(
            "policy",
            [
                .init("name", .text(policy.name)), .init("key", .text(policy.key.hex)),
                .init("parameters", .number(Double(parameters))),
                .init("seed", .number(Double(call.seed))),
            ],
            [
                "policy \(policy.name): \(parameters.grouped) parameters, pretrained on \(call[Self.tokens].grouped) tokens, seed \(call.seed) (\(policy.key.short))"
            ])
    }
}
