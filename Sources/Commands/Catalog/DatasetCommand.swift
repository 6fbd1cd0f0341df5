import Datasets
import Foundation
import Interpreter
import Keys
import Output
import Trajectories

/// `dataset hop-nano split:train limit:600`
struct DatasetCommand: Command {
    static let name = "dataset"
    static let summary = "takes questions from one or more worlds"
    static let discussion =
        "Splits share no question, whatever the world or the phrasing. Training questions depend on the seed; validation and test questions never change. The limit is shared evenly by the worlds."
    static let split = Parameter<String>.keyword(
        "split", Laboratory.splits, default: "train", "which part of the worlds")
    static let limit = Parameter<Int>.integer(
        "limit", default: 600, in: 1...1_000_000, "how many questions in all")
    static let result = CommandResult.object(.questions)
    static let examples = [
        CommandExample("dataset hop-nano limit:20", "twenty training questions"),
        CommandExample(
            "dataset hop-nano gsm-nano split:validation limit:40", "two worlds, evenly mixed"),
    ]
    static let worlds = Parameter<[String]>.keywords(
        "worlds", Laboratory.sources, "which worlds", positional: true, required: true)
    static let data = Parameter<String?>.text(
        "data", "the file behind gsm8k or hotpotqa, in its official format")
    static let parameters = [
        worlds.declaration, split.declaration, limit.declaration, data.declaration,
    ]

    let laboratory: Laboratory

    func usesSeed(_ call: Call) -> Bool { call[Self.split] == "train" }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let split = Split(rawValue: call[Self.split])!
        let limit = call[Self.limit]
        let worlds = call[Self.worlds]
        guard let path = call[Self.data] else {
            let set = try await Laboratory.questions(worlds, split, limit: limit, seed: call.seed)
            return .object(QuestionsObject(set: set, split: split))
        }
        do {
            let set: QuestionSet
            if worlds == ["hotpotqa"] {
                let file = HotpotQAFile(path)
                laboratory.load(try file.corpus())
                set = try await file.questions(split, limit: limit, seed: call.seed)
            } else {
                set = try await GSM8KFile(path).questions(split, limit: limit, seed: call.seed)
            }
            return .object(QuestionsObject(set: set, split: split))
        } catch let error as DatasetError {
            throw CommandFailure(error.message, hint: error.hint)
        }
    }

    func problems(_ call: Call) -> [CallProblem] {
        let files = call[Self.worlds].filter { !Laboratory.worlds.contains($0) }
        let repeated = Laboratory.repeated(call[Self.worlds], parameter: "worlds")
        guard repeated.isEmpty else { return repeated }
        if files.isEmpty, call.isGiven(Self.data) {
            return [
                CallProblem(
                    "no-effect", parameter: "data", "generated worlds read no file",
                    hint: "leave data out, or take gsm8k or hotpotqa")
            ]
        }
        guard let file = files.first else { return [] }
        if call[Self.worlds].count > 1 {
            return [
                CallProblem(
                    "contradiction", parameter: "worlds", "'\(file)' stands alone",
                    hint: "one dataset for each file")
            ]
        }
        guard call[Self.data] == nil else { return [] }
        return [
            CallProblem(
                "missing-argument", parameter: "worlds", "'\(file)' needs its file",
                hint: "dataset \(file) data:\"…\"")
        ]
    }

    func inputs(_ call: Call) throws -> [String] {
        try call[Self.data].map { ["file:\(try Laboratory.fileKey($0).hex)"] } ?? []
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let questions = output.object as? QuestionsObject else { return }
        let counts = questions.set.worlds.map { world in
            (world, questions.set.questions.count { $0.world == world })
        }
        context.say(
            "questions",
            [
                .init("split", .text(questions.split.rawValue)),
                .init("questions", .number(Double(questions.set.questions.count))),
            ] + counts.map { Event.Field($0.0, .number(Double($0.1))) }, [questions.summary])
    }
}
