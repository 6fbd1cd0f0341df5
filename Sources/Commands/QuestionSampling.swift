import CommandKit
import Trajectories

extension Registry {
    /// Questions of several worlds, evenly, numbered through.
    ///
    /// - Throws: `CommandFailure` when a world can't give as many.
    func questions(_ worlds: [String], _ split: Split, limit: Int, seed: UInt64) async throws -> QuestionSet {
        var questions: [Question] = []
        var answers = AnswerKey.empty
        var plans = PlanKey.empty
        for (index, world) in worlds.enumerated() {
            let share = limit / worlds.count + (index < limit % worlds.count ? 1 : 0)
            guard let dataset = dataset(world).world?.dataset else {
                throw CommandFailure(
                    .wrongType, "'\(world)' is a file: there is nothing to draw",
                    hint: "name a generated world")
            }
            let set = try await dataset.questions(split, limit: share, seed: seed)
            questions += set.questions.map { $0.numbered(questions.count + $0.number) }
            answers = answers.merging(set.answers)
            plans = plans.merging(set.plans)
        }
        return QuestionSet(questions: questions, answers: answers, plans: plans)
    }

    /// A world that is named twice would count twice.
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
