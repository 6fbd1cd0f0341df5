import CommandKit
import Datasets
import Events
import Foundation
import Keys
import Trajectories

/// `dataset hop-nano split:train limit:600`
struct DatasetCommand: CatalogCommand {
    static let name = "dataset"
    static let group = CommandGroup.data
    static let summary = "takes questions from one or more worlds"
    static let discussion =
        "Splits of worlds share no question, whatever the world or the phrasing. Training questions depend on the seed; validation and test questions never change. The limit is shared evenly by the worlds. A file is taken as it is: all of its questions, and split: only says what they are used as; one undivided file can't be two splits in one session, nor be what a base was pretrained on. divide:[40% 40% 10% 10%] gives shares of one file for pretraining, train, validation and test, the same for model data:."
    static let split = Parameter<String>.keyword(
        "split", Split.words, default: "train", "which part of the worlds")
    static let limit = Parameter<Int>.integer(
        "limit", default: 600, in: 1...1_000_000,
        "how many questions in all; a file without a limit gives all of its own")
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
        "data", "the file behind gsm8k or hotpotqa, in its official format")
    private let services: Services
    private let worlds: Parameter<[String]>

    init(_ services: Services) {
        self.services = services
        worlds = .keywords(
            "worlds", services.registry.sourceWords, "which worlds", positional: true, required: true)
    }

    var parameters: [ParameterDeclaration] {
        [
            worlds.declaration, Self.split.declaration, Self.limit.declaration, Self.data.declaration,
            FileDividing.divide.declaration,
        ]
    }

    func usesSeed(_ call: Call) -> Bool { call[Self.split] == "train" }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let split = Split(rawValue: call[Self.split])!
        let worlds = call[worlds]
        guard let path = call[Self.data], let reader = services.registry.dataset(worlds[0]).reader else {
            let set = try await services.registry.questions(
                worlds, split, limit: call[Self.limit], seed: call.seed)
            return .object(QuestionsObject(set: set, split: split))
        }
        let file = try reader(path).read()
        if let corpus = file.corpus { services.load(corpus) }
        let (set, available) = try file.set(
            split, FileDividing.division(call), limit: Self.fileLimit(call), seed: call.seed)
        return .object(
            QuestionsObject(
                set: set, split: split, available: available, repeats: file.repeats,
                withoutPassages: file.withoutPassages, lacksPassages: file.lacksPassages,
                wanted: Self.fileLimit(call),
                inFile: FileDividing.division(call) == nil ? nil : file.questions.count))
    }

    /// A file is taken whole unless the statement says otherwise.
    private static func fileLimit(_ call: Call) -> Int? { call.isWritten(limit) ? call[limit] : nil }

    func problems(_ call: Call) -> [CallProblem] {
        if call[Self.limit] < call[worlds].count {
            return [
                CallProblem(
                    .outOfRange, parameter: "limit",
                    "a limit of \(call[Self.limit]) leaves some of the \(call[worlds].count) worlds without a question",
                    hint: "the limit is shared by the worlds; raise it, or name fewer")
            ]
        }
        let files = call[worlds].filter { services.registry.dataset($0).world == nil }
        let repeated = Registry.repeated(call[worlds], parameter: "worlds")
        guard repeated.isEmpty else { return repeated }
        let split = Split(rawValue: call[Self.split])!
        let division = FileDividing.problems(call, hasFile: call.isGiven(Self.data), split: split)
        guard division.isEmpty else { return division }
        if files.isEmpty, call.isGiven(Self.data) {
            return [
                CallProblem(
                    .noEffect, parameter: "data", "generated worlds read no file",
                    hint: "leave data out, or take gsm8k or hotpotqa")
            ]
        }
        guard let file = files.first else { return [] }
        if call[worlds].count > 1 {
            return [
                CallProblem(
                    .contradiction, parameter: "worlds", "'\(file)' stands alone",
                    hint: "one dataset for each file")
            ]
        }
        guard call[Self.data] == nil else { return [] }
        return [
            CallProblem(
                .missingArgument, parameter: "worlds", "'\(file)' needs its file",
                hint: "dataset \(file) data:\"…\"")
        ]
    }

    func inputs(_ call: Call) throws -> [String] {
        guard let path = call[Self.data] else { return [] }
        let key = try FileKey.of(path)
        try services.files.check(
            path, key, FileDividing.division(call), Split(rawValue: call[Self.split])!)
        return ["file:\(key.hex)", "limit:\(Self.fileLimit(call).map(String.init) ?? "all")"]
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let questions = output.object as? QuestionsObject else { return }
        if let path = call[Self.data] {
            services.files.note(path, FileDividing.division(call), questions.split)
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
                "no question comes with passages: search will find nothing; give a file with contexts, or: tools none"
            )
        }
    }
}
