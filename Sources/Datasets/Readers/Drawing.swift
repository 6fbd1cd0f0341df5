import Keys
import Trajectories

extension QuestionSet {
    /// The first `limit` questions of a file's split, numbered; training questions in an order that
    /// the seed decides.
    init(
        drawing questions: [Question], _ answers: [String: String], _ split: Split, limit: Int?, seed: UInt64,
        from source: String
    ) {
        var order = questions
        if split == .train {
            var stream = RandomStream(seed: seed, .word("\(source)-order"))
            order.shuffle(using: &stream)
        }
        let chosen = order.prefix(limit ?? .max).enumerated().map { $1.numbered($0) }
        let ids = Set(chosen.map(\.id))
        self.init(questions: chosen, answers: AnswerKey(answers.filter { ids.contains($0.key) }))
    }
}
