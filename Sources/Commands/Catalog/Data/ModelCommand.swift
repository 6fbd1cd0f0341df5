import CommandKit
import Datasets
import Events
import Foundation
import Gemma
import Keys
import Models
import Tools
import Trajectories

/// The command `model`: fills the policy slot with a base that is pretrained here, or with a Hugging Face directory.
///
/// Examples: `model nano`, `model "models/gemma-2-2b-it"`.
struct ModelCommand: CatalogCommand {
    static let name = "model"
    static let group = CommandGroup.data
    static let summary =
        "loads a base policy: a model that is pretrained here on first use, or a Hugging Face directory"
    static let discussion = """
        nano is a Gemma 2 network of about 220 thousand parameters; nano-xs and nano-l are smaller and \
        larger versions of it. Each is pretrained on 2.5 million tokens of scripted, imperfect \
        demonstrations (nano in less than a minute on two cores). On one machine, the same seed gives the \
        same weights bit for bit. The pretrained model is cached. A path in quotes names the directory of a \
        Gemma 2 network with config.json, model.safetensors (or its shards; F32, BF16 or F16) and \
        tokenizer.json; large weights are memory-mapped. If the tokenizer has <start_of_turn>, questions are \
        asked in Gemma's chat turns, even if the model was not tuned for them. An action is then one turn of \
        the model and needs a larger length: than rollout's default.
        """
    static let tokens = Parameter<Int>.integer(
        "tokens", default: Nano.pretraining.tokens, in: 1_000...1_000_000_000,
        "the number of demonstration tokens for pretraining")
    static let data = Parameter<String?>.text(
        "data",
        "a file in the GSM8K format; its annotated solutions are the demonstrations (all of them without divide:)"
    )
    static let vocabulary = Parameter<Int>.integer(
        "vocabulary", default: 1_024, in: 512...65_536,
        "the size, in tokens, of the vocabulary that is learned from data")
    static let style = Parameter<String>.keyword(
        "style",
        Vocabulary(
            "style",
            [
                ("plain", "calls and answers only"),
                ("marker", "\"next step\" before the actions of most careful and few careless annotators"),
                (
                    "hasty",
                    "only chains, over the passages of luck-nano; careless annotators often skip the first look-up"
                ),
            ]), default: "plain", "the writing style of the demonstrations")
    private let services: Services
    private let base: Parameter<String>

    init(_ services: Services) {
        self.services = services
        base = .required(
            "name", .keywordOrText(services.registry.modelWords), "the base, or the directory of one")
    }

    var parameters: [ParameterDeclaration] {
        [
            base.declaration, Self.tokens.declaration, Self.data.declaration, DivideOption.divide.declaration,
            Self.vocabulary.declaration, Self.style.declaration,
        ]
    }

    static let result = CommandResult.object(.policy)
    static let examples = [
        CommandExample(
            "model nano tokens:20k", "a base with very little pretraining, for trying things out",
            shows: ["policy nano: 223,744 parameters, pretrained on 20,000 tokens, seed 1 (…)"]),
        CommandExample(
            "model nano-xs tokens:5k; export policy to:\".swirl/example-model\" replace:true; model \".swirl/example-model\"",
            "a policy from a directory",
            shows: ["policy example-model: 65,792 parameters, from .swirl/example-model (…)"]),
    ]
    static let isCached = true
    /// Version 2: the engine's arithmetic and the search index changed.
    /// Version 3: keys have a canonical form.
    static let version = 3

    /// Returns true if the model is pretrained here. A model from a directory is not cached, because the directory
    /// already stores it.
    func caches(_ call: Call) -> Bool { pretraining(call) != nil }

    func usesSeed(_ call: Call) -> Bool { pretraining(call) != nil }

    /// Returns the pretraining of the named base; `nil` if the call names a directory.
    private func pretraining(_ call: Call) -> Pretraining? {
        services.registry.model(call[base]).map {
            $0.pretraining.reading(call[Self.tokens], vocabularySize: call[Self.vocabulary])
        }
    }

    func problems(_ call: Call) -> [CallProblem] {
        if pretraining(call) == nil {
            let given = [
                ("data", call.isGiven(Self.data)), ("divide", call.isGiven(DivideOption.divide)),
                ("vocabulary", call.isGiven(Self.vocabulary)), ("style", call.isGiven(Self.style)),
            ].filter(\.1).map(\.0)
            return given.map {
                CallProblem(
                    .noEffect, parameter: $0, "a directory is read as it is; nothing is pretrained",
                    hint: "leave \($0) out, or name a base: "
                        + services.registry.modelWords.words.map(\.word).joined(separator: ", "))
            }
        }
        let division = DivideOption.problems(call, hasFile: call.isGiven(Self.data), split: .pretraining)
        guard division.isEmpty else { return division }
        if call.isGiven(Self.style), call.isGiven(Self.data) {
            return [
                CallProblem(
                    .noEffect, parameter: "style", "a file's solutions have a style of their own",
                    hint: "leave out either style or data")
            ]
        }
        guard call.isGiven(Self.vocabulary), !call.isGiven(Self.data) else { return [] }
        return [
            CallProblem(
                .noEffect, parameter: "vocabulary", "a vocabulary is learned only from data",
                hint: "add data:\"…\", or leave vocabulary out")
        ]
    }

    func inputs(_ call: Call) throws -> [String] {
        guard let pretraining = pretraining(call) else {
            return try refusing(call) { try GemmaPolicy.files(directory(call)) }.map { file in
                "\(file.lastPathComponent):\(try FileKey.of(file.path).hex)"
            }
        }
        let recipe = "recipe:\(ContentKey(pretraining.reading(0, vocabularySize: 1_024).canonical).hex)"
        if let path = call[Self.data] {
            let key = try FileKey.of(path)
            try services.files.check(path, key, DivideOption.partition(call), .pretraining)
            return [recipe, "file:\(key.hex)", "demonstrations:gsm8k \(GSM8KDemonstrations.version)"]
        }
        return [recipe, "demonstrations:\(nanoDemonstrations(call).key.hex)"]
    }

    private func directory(_ call: Call) -> URL { URL(fileURLWithPath: call[base]) }

    /// Runs `body`, which reads the model's directory.
    ///
    /// - Throws: `CommandFailure` with the path if the directory is missing or its files are not a valid checkpoint.
    private func refusing<Result>(_ call: Call, _ body: () throws -> Result) throws -> Result {
        let path = call[base]
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue
        else {
            throw CommandFailure(
                .noSuchFile, "\(path): no such directory",
                hint:
                    "give a path on this machine (download a model from a hub first), or a base that is pretrained here: \(services.registry.modelWords.words.map(\.word).joined(separator: ", "))"
            )
        }
        do {
            return try body()
        } catch let error as CheckpointError {
            throw CommandFailure(error.code, "\(path): \(error.message)", hint: error.hint)
        } catch let error as Tokenizer.Malformed {
            throw CommandFailure(error.code, "\(path): \(error.message)")
        }
    }

    private func nanoDemonstrations(_ call: Call) -> NanoDemonstrations {
        NanoDemonstrations(tools: services.tools.tools, style: style(call))
    }

    private func style(_ call: Call) -> NanoDemonstrations.Style {
        .init(rawValue: call[Self.style]) ?? .plain
    }

    private func demonstrations(_ call: Call) async throws -> any DemonstrationSource {
        guard let path = call[Self.data] else {
            if let corpus = NanoDemonstrations.corpus(for: style(call)) { services.load(corpus) }
            return nanoDemonstrations(call)
        }
        return try await GSM8KDemonstrations(
            path, DivideOption.division(call), calculator: CalculatorTool())
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let pretraining = pretraining(call) else {
            let policy = try refusing(call) { try GemmaPolicy(directory: directory(call)) }
            return .object(PolicyObject(policy: policy, updates: []))
        }
        let policy = try await pretraining.run(
            name: call[base], demonstrations(call), seed: call.seed, parts: context.parts
        ) { progress in
            context.progress(
                progress.tokens, of: pretraining.tokens, "tokens",
                note: "loss \(progress.loss.fixed(3))")
        }
        return .object(PolicyObject(policy: policy, updates: []))
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let policy = (output.object as? PolicyObject)?.policy as? any TokenPolicy else { return }
        if let path = call[Self.data] {
            services.files.note(path, DivideOption.partition(call), .pretraining)
        }
        if pretraining(call) == nil, call.isGiven(Self.tokens) {
            context.warn("a directory is read as it is: tokens has no effect")
        }
        if !policy.hasEnd {
            context.warn(
                "neither config.json nor the tokenizer defines an end-of-text token, so the length limit will cut every action"
            )
        }
        let parameters = policy.parameterCount
        let origin =
            pretraining(call).map { "pretrained on \($0.tokens.grouped) tokens, seed \(call.seed)" }
            ?? "from \(call[base])"
        context.say(
            "policy",
            [
                .init("name", .text(policy.name)), .init("key", .text(policy.key.hex)),
                .init("parameters", .number(Double(parameters))),
                .init("seed", .number(Double(call.seed))),
            ],
            ["policy \(policy.name): \(parameters.grouped) parameters, \(origin) (\(policy.key.short))"])
    }
}
