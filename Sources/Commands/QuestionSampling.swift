import CommandKit
import Trajectories

extension Services {
    /// Draws questions from several generated worlds, the same number from each (up to one more from the first ones),
    /// numbers them consecutively, and loads the passages that they need.
    ///
    /// - Parameters:
    ///   - limit: the total number of questions.
    ///   - settings: values of the worlds' options, by name.
    /// - Throws: `CommandFailure` if a name is not a generated world but a file format; the world's error if the world
    ///   has too few questions.
    func questions(
        _ worlds: [String], _ split: Split, limit: Int, seed: UInt64, settings: [String: Double] = [:]
    ) async throws -> QuestionSet {
        var questions: [Question] = []
        var answers = AnswerKey.empty
        var plans = PlanKey.empty
        for (index, world) in worlds.enumerated() {
            let share = limit / worlds.count + (index < limit % worlds.count ? 1 : 0)
            guard let (dataset, corpus) = registry.dataset(world).world(settings) else {
                throw CommandFailure(
                    .wrongType, "'\(world)' reads its questions from a file, so none can be drawn from it",
                    hint: "name a generated world")
            }
            if let corpus { load(corpus) }
            let set = try await dataset.questions(split, limit: share, seed: seed)
            questions += set.questions.map { $0.numbered(questions.count + $0.number) }
            answers = answers.merging(set.answers)
            plans = plans.merging(set.plans)
        }
        return QuestionSet(questions: questions, answers: answers, plans: plans)
    }
}

extension Registry {
    /// Returns a problem for each world that is named twice, because its questions would count twice.
    static func repeated(_ worlds: [String], parameter: String) -> [CallProblem] {
        var seen: Set<String> = []
        return worlds.filter { !seen.insert($0).inserted }.map {
            CallProblem(
                .duplicateOption, parameter: parameter, "'\($0)' is named twice",
                hint: "name it once")
        }
    }
}

extension Split {
    /// The splits that a statement may name. The pretraining data has no word.
    static let words = Vocabulary(
        "split",
        [
            (train.rawValue, "questions to learn from"),
            (validation.rawValue, "questions to choose settings by"),
            (test.rawValue, "questions that recipes report on"),
        ])
}
