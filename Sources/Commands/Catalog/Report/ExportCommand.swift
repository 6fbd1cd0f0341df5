import CommandKit
import Events
import Failures
import Foundation
import Keys
import Models
import StepwiseRL
import Trajectories

/// The command `export`: writes the policy as a directory that transformers and `model` can load, or questions,
/// trajectories and what was judged of them for other programs.
///
/// Example: `export policy to:"models/tuned"`.
struct ExportCommand: CatalogCommand {
    static let name = "export"
    static let group = CommandGroup.report
    static let summary = "writes the policy, or questions and trajectories, for other programs"
    static let discussion = """
        export policy writes config.json, model.safetensors (32-bit floats), tokenizer.json and the other files \
        that transformers needs. AutoModelForCausalLM and AutoTokenizer can load the directory, and so can \
        model. Everything else is written as JSON Lines in a format: swirl (all of it), messages, steps and \
        pairs (to train with TRL or axolotl), verl. The directory must be new, empty or an earlier export. An \
        export with other content is overwritten only with replace:true.
        """
    private static let policyWord = "policy"
    static let what = Parameter<String>.required(
        "what",
        .keyword(
            Vocabulary(
                "object",
                [(policyWord, "weights and tokenizer")]
                    + ExportSubject.allCases.map { ($0.rawValue, $0.meaning) }
            )), "what to write")
    static let to = Parameter<String>.required("to", .text, "the directory", positional: false)
    static let format = Parameter<String>.keyword(
        "format", ExportFormats.words, default: SwirlFormat.name, "the form of everything but a policy")
    static let replace = Parameter<Bool>.boolean(
        "replace", default: false, "true: overwrite an earlier export with other content")
    static let policy = Parameter<PolicyObject?>.optionalSlot("policy", "the policy to export")
    static let questions = Parameter<QuestionsObject?>.optionalSlot("questions", "the questions to export")
    static let trajectories = Parameter<TrajectoriesObject?>.optionalSlot(
        "trajectories", "the trajectories to export")
    static let judgements = Parameter<JudgementsObject?>.optionalSlot(
        "judgements", "the judgements to export")
    static let selection = Parameter<SelectionObject?>.optionalSlot("selection", "the selection to export")
    static let labels = Parameter<LabelsObject?>.optionalSlot("labels", "the labels to export")
    static let tools = Parameter<ToolsObject?>.optionalSlot(
        "tools", "the tools that the prompts describe, among those that were offered")
    var parameters: [ParameterDeclaration] {
        [
            Self.what.declaration, Self.to.declaration, Self.format.declaration, Self.replace.declaration,
            Self.policy.declaration, Self.questions.declaration, Self.trajectories.declaration,
            Self.judgements.declaration, Self.selection.declaration, Self.labels.declaration,
            Self.tools.declaration, objective.declaration,
        ]
    }

    private let services: Services
    private let objective: Parameter<String?>

    init(_ services: Services) {
        self.services = services
        objective = .keyword(
            "objective", services.registry.objectiveWords,
            "with format:steps: the objective whose advantages of the recorded actions are written")
    }

    static let result = CommandResult.nothing
    static let examples = [
        CommandExample(
            "model nano tokens:20k; export policy to:\".swirl/example-export\" replace:true",
            "a policy for other programs", shows: ["nano (…) … .swirl/example-export"]),
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge; filter none; export selection to:\".swirl/example-steps\" format:steps replace:true",
            "states, actions and rewards, to train elsewhere",
            shows: ["… step examples … .swirl/example-steps"]),
    ]

    func problems(_ call: Call) -> [CallProblem] {
        if !call.isGiven(call[Self.what]) {
            return [
                CallProblem(
                    .missingInput, parameter: "what", "there is no \(call[Self.what]) to export",
                    hint: "make it before, or give \(call[Self.what]):$name")
            ]
        }
        guard let subject = ExportSubject(rawValue: call[Self.what]) else {
            guard call.isWritten(Self.format) else { return [] }
            return [
                CallProblem(
                    .noEffect, parameter: "format", "'format' has no effect on a policy",
                    hint: "a policy is always a Hugging Face directory; leave format out")
            ]
        }
        let format = ExportFormats.named(call[Self.format])
        if call[objective] != nil, format.name != StepsFormat.name {
            return [
                CallProblem(
                    .noEffect, parameter: "objective", "'objective' has no effect with format:\(format.name)",
                    hint: "add format:\(StepsFormat.name), or leave objective out")
            ]
        }
        guard format.subjects.contains(subject) else {
            let fitting = ExportSubject.allCases.filter(format.subjects.contains).map(\.rawValue)
            return [
                CallProblem(
                    .contradiction, parameter: "format", "'\(format.name)' can't hold \(subject.rawValue)",
                    hint: "it holds \(fitting.joined(separator: ", "))")
            ]
        }
        return []
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        if let subject = ExportSubject(rawValue: call[Self.what]) {
            try export(subject, call, context)
        } else {
            try exportPolicy(call, context)
        }
        return .nothing
    }

    private func exportPolicy(_ call: Call, _ context: Context) throws {
        guard let policy = call[Self.policy]?.policy as? any PublishablePolicy else {
            throw CommandFailure(
                .weightsElsewhere, "this policy's weights are not available here",
                hint: "export an embedded policy")
        }
        let path = call[Self.to]
        let files: [(name: String, data: Data)]
        do {
            files = try policy.publishedFiles()
        } catch {
            throw CommandFailure(.notWritten, "\(path): \(error.localizedDescription)")
        }
        let marker = try JSONEncoder().encode(["policy": policy.key.hex, "name": policy.name])
        let isNew = try ExportDirectory(path: path).write(
            files, marker: marker, what: "another policy", replaces: call[Self.replace])
        context.say(
            "export", [.init("directory", .text(path)), .init("policy", .text(policy.key.hex))],
            ["\(policy.name) (\(policy.key.short)) \(isNew ? "written to" : "is already in") \(path)"])
    }

    private func export(_ subject: ExportSubject, _ call: Call, _ context: Context) throws {
        let format = ExportFormats.named(call[Self.format])
        let exported = try format.export(content(subject, call))
        let marker = JSON.object([
            "format": .text(format.name), "version": .integer(SwirlFormat.version),
            "subject": .text(subject.rawValue), "files": .list(exported.files.map { .text($0.name) }),
        ])
        let path = call[Self.to]
        let isNew = try ExportDirectory(path: path).write(
            exported.files, marker: marker.data, what: "another export", replaces: call[Self.replace])
        let verb = isNew ? "written to" : "are already in"
        let remarks = exported.remarks
        context.say(
            "export",
            [
                .init("directory", .text(path)), .init("subject", .text(subject.rawValue)),
                .init("format", .text(format.name)),
            ],
            [
                (["\(remarks.first ?? subject.rawValue) \(verb) \(path)"] + remarks.dropFirst()).joined(
                    separator: "; ")
            ])
    }

    /// Returns the values of the slot that a call exports.
    private func content(_ subject: ExportSubject, _ call: Call) -> ExportContent {
        func make(
            _ questions: [Question], _ answers: AnswerKey, split: Split? = nil,
            _ trajectories: [Trajectory] = [],
            judgements: Judgements? = nil, selection: Selection? = nil, by generator: BehaviorPolicy? = nil,
            of key: ContentKey? = nil
        ) -> ExportContent {
            let trained = call[Self.policy].flatMap { $0.trajectoriesKey == key ? $0 : nil }
            return ExportContent(
                subject: subject, questions: questions, answers: answers, split: split,
                trajectories: trajectories,
                judgements: judgements, selection: selection, labels: call[Self.labels]?.verdicts ?? [],
                resampled: trained?.resampled ?? [],
                objective: call[objective].map(services.registry.objective), generator: generator,
                offered: call[Self.tools]?.names,
                tools: services.tools(call[Self.tools]))
        }
        switch subject {
        case .questions:
            let object = call[Self.questions]!
            return make(object.set.questions, object.set.answers, split: object.split)
        case .trajectories:
            let object = call[Self.trajectories]!
            return make(
                object.trajectories.questions, object.answers, object.trajectories, by: object.generator)
        case .judgements:
            let object = call[Self.judgements]!
            let trajectories = object.judgements.trajectories
            return make(
                trajectories.questions, object.answers, trajectories, judgements: object.judgements,
                by: object.generator, of: object.trajectoriesKey)
        case .selection:
            let object = call[Self.selection]!
            let trajectories = object.selection.judgements.trajectories
            let chosen = trajectories.indices.filter { !object.selection.steps[$0].isEmpty }
            return make(
                chosen.map { trajectories[$0] }.questions, object.answers, trajectories,
                judgements: object.selection.judgements, selection: object.selection, by: object.generator,
                of: object.trajectoriesKey)
        case .labels: return make([], .empty)
        }
    }
}

extension [Trajectory] {
    /// The questions, each once, in order of first appearance.
    fileprivate var questions: [Question] {
        var seen: Set<String> = []
        return map(\.question).filter { seen.insert($0.id).inserted }
    }
}
