import CommandKit
import Datasets
import Events
import Foundation
import Keys
import Trajectories

/// The command `dataset`: fills the questions slot from generated worlds or from a file.
///
/// Example: `dataset hop-nano split:train limit:600`.
struct DatasetCommand: CatalogCommand {
    static let name = "dataset"
    static let group = CommandGroup.data
    static let summary = "takes questions from one or more worlds"
    static let discussion = """
        Different splits share no question, in any world and any phrasing. Training questions depend on the \
        seed; validation and test questions never change. The limit is divided evenly among the worlds. A \
        file (data:) is used as it is: without limit: all of its questions are loaded, and split: only \
        states what they are used for. In one session, an undivided file can't serve as two splits, and it \
        can't give questions if a base was pretrained on it. divide:[40% 40% 10% 10%] divides one file into \
        shares for pretraining, train, validation and test; model data: takes the same option.
        """
    static let split = Parameter<String>.keyword(
        "split", Split.words, default: "train", "the part of the worlds' questions")
    static let limit = Parameter<Int>.integer(
        "limit", default: 600, in: 1...1_000_000,
        "the total number of questions; without it a file gives all of its questions")
    static let result = CommandResult.object(.questions)
    static let examples = [
        CommandExample(
            "dataset hop-nano limit:20", "twenty training questions",
            shows: ["20 train questions of hop-nano"]),
        CommandExample(
            "dataset hop-nano gsm-nano split:validation limit:40", "two worlds, evenly mixed",
            shows: ["40 validation questions of hop-nano, gsm-nano"]),
    ]
    static let data = Parameter<String?>.text(
        "data", "the file for gsm8k or hotpotqa, in its official format")
    private let services: Services
    private let worlds: Parameter<[String]>
    /// The options of all generated worlds. Worlds that declare the same name share the option of the first of them.
    private let options: [Parameter<Double>]

    init(_ services: Services) {
        self.services = services
        worlds = .keywords(
            "worlds", services.registry.sourceWords, "the worlds that give the questions", positional: true,
            required: true)
        var names: Set<String> = []
        options = services.registry.datasets.flatMap { $0.options }.filter { names.insert($0.name).inserted }
            .map { .number($0.name, default: $0.defaultValue, in: $0.range, $0.summary) }
    }

    var parameters: [ParameterDeclaration] {
        [
            worlds.declaration, Self.split.declaration, Self.limit.declaration, Self.data.declaration,
            DivideOption.divide.declaration,
        ] + options.map(\.declaration)
    }

    /// Returns the values of the worlds' options by their names.
    private func settings(_ call: Call) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: options.map { ($0.declaration.name, call[$0]) })
    }

    func usesSeed(_ call: Call) -> Bool { call[Self.split] == "train" }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let split = Split(rawValue: call[Self.split])!
        let worlds = call[worlds]
        guard let path = call[Self.data], let reader = services.registry.dataset(worlds[0]).reader else {
            let set = try await services.questions(
                worlds, split, limit: call[Self.limit], seed: call.seed, settings: settings(call))
            return .object(QuestionsObject(set: set, split: split))
        }
        let file = try reader(path).read()
        if let corpus = file.corpus { services.load(corpus) }
        let (set, available) = try file.set(
            split, DivideOption.division(call), limit: Self.fileLimit(call), seed: call.seed)
        return .object(
            QuestionsObject(
                set: set, split: split, available: available, repeats: file.repeats,
                withoutPassages: file.withoutPassages, lacksPassages: file.lacksPassages,
                wanted: Self.fileLimit(call),
                inFile: DivideOption.division(call) == nil ? nil : file.questions.count))
    }

    /// Returns the limit for a file. It is `nil`, which means all questions of the file, unless the statement has
    /// `limit:`.
    private static func fileLimit(_ call: Call) -> Int? { call.isWritten(limit) ? call[limit] : nil }

    func problems(_ call: Call) -> [CallProblem] {
        if call[Self.limit] < call[worlds].count {
            return [
                CallProblem(
                    .outOfRange, parameter: "limit",
                    "a limit of \(call[Self.limit]) leaves some of the \(call[worlds].count) worlds without questions",
                    hint: "the limit is divided among the worlds; raise it, or name fewer worlds")
            ]
        }
        let known = Set(call[worlds].flatMap { services.registry.dataset($0).options.map(\.name) })
        let idle = options.filter { call.isWritten($0) }.map(\.declaration.name).filter {
            !known.contains($0)
        }
        guard idle.isEmpty else {
            return idle.map { name in
                let owners = services.registry.datasets.filter { $0.options.contains { $0.name == name } }
                return CallProblem(
                    .noEffect, parameter: name,
                    "'\(name)' has no effect on \(call[worlds].joined(separator: ", "))",
                    hint: "it is an option of \(owners.map { $0.name }.joined(separator: ", "))")
            }
        }
        let files = call[worlds].filter { services.registry.dataset($0).world == nil }
        let repeated = Registry.repeated(call[worlds], parameter: "worlds")
        guard repeated.isEmpty else { return repeated }
        let split = Split(rawValue: call[Self.split])!
        let division = DivideOption.problems(call, hasFile: call.isGiven(Self.data), split: split)
        guard division.isEmpty else { return division }
        if files.isEmpty, call.isGiven(Self.data) {
            return [
                CallProblem(
                    .noEffect, parameter: "data",
                    "'data' has no effect on generated worlds, which are not read from a file",
                    hint: "leave data out, or use gsm8k or hotpotqa")
            ]
        }
        guard let file = files.first else { return [] }
        if call[worlds].count > 1 {
            return [
                CallProblem(
                    .contradiction, parameter: "worlds", "'\(file)' can't be combined with other worlds",
                    hint: "use one dataset statement for each file")
            ]
        }
        guard call[Self.data] == nil else { return [] }
        return [
            CallProblem(
                .missingArgument, parameter: "worlds", "'\(file)' needs a file",
                hint: "dataset \(file) data:\"…\"")
        ]
    }

    func inputs(_ call: Call) throws -> [String] {
        guard let path = call[Self.data] else { return [] }
        let key = try FileKey.of(path)
        try services.files.check(
            path, key, DivideOption.division(call), Split(rawValue: call[Self.split])!)
        return ["file:\(key.hex)", "limit:\(Self.fileLimit(call).map(String.init) ?? "all")"]
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let questions = output.object as? QuestionsObject else { return }
        if let path = call[Self.data] {
            services.files.note(path, DivideOption.division(call), questions.split)
        }
        let counts = questions.set.worlds.map { world in
            (world, questions.set.questions.count { $0.world == world })
        }
        context.say(
            "questions",
            [
                .init("split", .text(questions.split.rawValue)),
                .init("questions", .number(Double(questions.set.questions.count))),
                .init("available", .number(Double(questions.available ?? questions.set.questions.count))),
            ] + counts.map { Event.Field($0.0, .number(Double($0.1))) },
            [([questions.summary] + questions.remarks).joined(separator: "; ")])
        if questions.lacksPassages {
            context.warn(
                "no question has passages, so search finds nothing; use a file with contexts, or turn tools off: tools none"
            )
        }
    }
}
