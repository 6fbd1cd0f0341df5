import CommandKit
import Trajectories

extension Registry {
    /// Returns questions of several worlds, in even shares and numbered consecutively.
    ///
    /// - Throws: `CommandFailure` if a world is a file; the world's error if it has too few questions.
    func questions(_ worlds: [String], _ split: Split, limit: Int, seed: UInt64) async throws -> QuestionSet {
        var questions: [Question] = []
        var answers = AnswerKey.empty
        var plans = PlanKey.empty
        for (index, world) in worlds.enumerated() {
            let share = limit / worlds.count + (index < limit % worlds.count ? 1 : 0)
            guard let dataset = dataset(world).world?.dataset else {
                throw CommandFailure(
                    .wrongType, "'\(world)' reads its questions from a file, so none can be drawn from it",
                    hint: "name a generated world")
            }
            let set = try await dataset.questions(split, limit: share, seed: seed)
            questions += set.questions.map { $0.numbered(questions.count + $0.number) }
            answers = answers.merging(set.answers)
            plans = plans.merging(set.plans)
        }
        return QuestionSet(questions: questions, answers: answers, plans: plans)
    }

    /// Reports worlds that are named twice, since their questions would count twice.
    static func repeated(_ worlds: [String], parameter: String) -> [CallProblem] {
        var seen: Set<String> = []
        return worlds.filter { !seen.insert($0).inserted }.map {
            CallProblem(
                .duplicateOption, parameter: parameter, "'\($0)' is named twice",
                hint: "name each world once")
        }
    }
}

extension Split {
    /// The parts of a data set that an experiment may name.
    static let words = Vocabulary(
        "split",
        [
            (train.rawValue, "questions to learn from"),
            (validation.rawValue, "questions to choose settings by"),
            (test.rawValue, "questions that recipes report on"),
        ])
}
