import Interpreter
import Output
import Trajectories

/// `dataset hop-nano split:train limit:600`
struct DatasetCommand: Command {
    static let name = "dataset"
    static let summary = "takes questions from one or more worlds"
    static let discussion =
        "Splits share no question, whatever the world or the phrasing. Training questions depend on the seed; validation and test questions never change. The limit is shared evenly by the worlds."
    static let split = Parameter<String>.keyword(
        "split",
        Vocabulary(
            "split",
            [
                ("train", "questions to learn from"),
                ("validation", "questions to choose settings by"),
                ("test", "questions that recipes report on"),
            ]), default: "train", "which part of the worlds")
    static let limit = Parameter<Int>.integer(
        "limit", default: 600, in: 1...1_000_000, "how many questions in all")
    static let result = CommandResult.object(.questions)
    static let examples = [
        CommandExample("dataset hop-nano limit:20", "twenty training questions"),
        CommandExample(
            "dataset hop-nano gsm-nano split:validation limit:40", "two worlds, evenly mixed"),
    ]
    static let worlds = Parameter<[String]>.keywords(
        "worlds", Laboratory.worlds, "which worlds", positional: true, required: true)
    static let parameters = [worlds.declaration, split.declaration, limit.declaration]

    func usesSeed(_ call: Call) -> Bool { call[Self.split] == "train" }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let split = Split(rawValue: call[Self.split])!
        let set = try await Laboratory.questions(
            call[Self.worlds], split, limit: call[Self.limit], seed: call.seed)
        return .object(QuestionsObject(set: set, split: split))
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
