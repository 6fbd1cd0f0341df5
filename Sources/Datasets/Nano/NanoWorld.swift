import Keys
import Trajectories

/// A generated world: a name, a function that draws questions, and the knowledge base that contains the answers.
package struct NanoWorld: Dataset {
    package let name: String
    package let summary: String
    let tools: [String]
    /// The knowledge base; `nil` for word problems.
    package let knowledge: KnowledgeBase?
    /// The name of the passages that the search tool reads; `nil` for word problems.
    let corpus: String?
    /// Draws one question of any split.
    let draw: @Sendable (inout RandomStream) -> GeneratedQuestion

    /// Creates a world.
    ///
    /// - Parameter corpus: the name of the passages; without it those of the knowledge base.
    init(
        name: String, summary: String, tools: [String], knowledge: KnowledgeBase?, corpus: String? = nil,
        draw: @escaping @Sendable (inout RandomStream) -> GeneratedQuestion
    ) {
        self.name = name
        self.summary = summary
        self.tools = tools
        self.knowledge = knowledge
        self.corpus = corpus ?? knowledge?.corpus.name
        self.draw = draw
    }

    package func questions(_ split: Split, limit: Int?, seed: UInt64) async throws -> QuestionSet {
        guard let limit else {
            throw DatasetError(
                "\(name) generates questions without end", hint: "set a number, such as limit:500",
                code: .tooFewQuestions)
        }
        // Validation and test questions are the same for every seed, so that results are comparable.
        let streamSeed = split == .train || split == .pretraining ? seed : 0
        var stream = RandomStream(seed: streamSeed, .word(name), .word(split.rawValue))
        var seen: Set<String> = []
        var questions: [Question] = []
        var answers: [String: String] = [:]
        var plans: [String: QuestionPlan] = [:]
        var misses = 0
        while questions.count < limit {
            if (questions.count + misses).isMultiple(of: 1_024) { try Task.checkCancellation() }
            let draft = draw(&stream)
            // A known identity is checked first, because the split of a new one is computed from its digest.
            guard seen.insert(draft.identity).inserted, Split(of: draft.identity) == split else {
                misses += 1
                guard misses < 200 * (limit + 100) else {
                    throw DatasetError(
                        "\(name) has only about \(questions.count) \(split.rawValue) questions, but the limit is \(limit)",
                        hint: "lower the limit", code: .tooFewQuestions)
                }
                continue
            }
            let question = question(draft, number: questions.count, split: split)
            questions.append(question)
            answers[question.id] = draft.answer
            plans[question.id] = draft.plan
        }
        return QuestionSet(questions: questions, answers: AnswerKey(answers), plans: PlanKey(plans))
    }

    func question(_ draft: GeneratedQuestion, number: Int, split: Split) -> Question {
        Question(
            id: "\(name)/\(split.rawValue)/\(ContentKey(draft.identity, draft.text).short)",
            number: number, world: name, text: draft.text, kind: draft.kind, hops: draft.hops,
            corpus: corpus, tools: tools)
    }
}

extension Split {
    /// Assigns a question to a split by its identity alone, whatever its wording and its world. The shares are 45 %
    /// pretraining, 20 % train, 10 % validation and 25 % test.
    package init(of identity: String) {
        var stream = RandomStream(seed: 0, "split", .word(identity))
        switch stream.uniform() {
        case ..<0.45: self = .pretraining
        case ..<0.65: self = .train
        case ..<0.75: self = .validation
        default: self = .test
        }
    }
}

/// The knowledge bases of the nano worlds.
package enum NanoKnowledge {
    static let factual = KnowledgeBase(name: "nano", seed: 0)
    static let counterfactual = KnowledgeBase(name: "nano-counterfactual", seed: 77)

    /// Returns the knowledge base with the facts that the passages of a nano world's question state.
    package static func base(of question: Question) -> KnowledgeBase {
        question.corpus == counterfactual.corpus.name ? counterfactual : factual
    }
}
