/// What a policy is asked. The gold answer is not in it: see ``AnswerKey``.
package struct Question: Hashable, Sendable, Codable {
    /// Unique over all worlds and splits, such as `hop-nano/train/37`.
    package let id: String
    /// The position within its question set; names trajectories (`q37.s4`).
    package let number: Int
    /// The world or data set that it comes from.
    package let world: String
    /// The question in words.
    package let text: String
    /// What kind of question it is, such as `2-hop`, `comparison` or `3-step`.
    package let kind: String
    /// How many tool calls a careful solver needs; 0 when the source does not say.
    package let hops: Int
    /// The corpus that `search` looks in, where the world has one.
    package let corpus: String?
    /// The tools that the world offers unless the experiment says otherwise.
    package let tools: [String]
    /// How the generator of a synthetic world means the question to be solved. Rule judges read
    /// it and say so in their description; policies never see it.
    package let plan: QuestionPlan?

    package init(
        id: String, number: Int, world: String, text: String, kind: String, hops: Int,
        corpus: String? = nil, tools: [String], plan: QuestionPlan? = nil
    ) {
        self.id = id
        self.number = number
        self.world = world
        self.text = text
        self.kind = kind
        self.hops = hops
        self.corpus = corpus
        self.tools = tools
        self.plan = plan
    }

    /// The same question under another number, for sets put together from several worlds.
    package func numbered(_ number: Int) -> Question {
        Question(
            id: id, number: number, world: world, text: text, kind: kind, hops: hops,
            corpus: corpus, tools: tools, plan: plan)
    }
}

/// The generator's own plan of a synthetic question: which look-ups or operations solve it.
package enum QuestionPlan: Hashable, Sendable, Codable {
    /// Follow `relations` one after the other from `start`.
    case chain(start: String, relations: [String])
    /// Look up one relation of two entities and compare: which comes first, or are they the same.
    case comparison(first: String, second: String, relation: String, ordered: Bool)
    /// Start from a number and apply operations; `distractors` are numbers that don't belong.
    case arithmetic(start: Int, operations: [Operation], distractors: [Int])

    package struct Operation: Hashable, Sendable, Codable {
        /// One of `+ - * /`.
        package let symbol: String
        package let operand: Int

        package init(_ symbol: String, _ operand: Int) {
            self.symbol = symbol
            self.operand = operand
        }
    }
}

/// The right answer of one question, as its data set gives it.
package struct GoldAnswer: Hashable, Sendable, Codable {
    package let text: String
    /// Other wordings that the data set accepts.
    package let aliases: [String]
    /// The rules of the data set's own evaluation script; `nil` where none was published.
    package let rules: PublishedRules?

    package init(_ text: String, aliases: [String] = [], rules: PublishedRules? = nil) {
        self.text = text
        self.aliases = aliases
        self.rules = rules
    }

    /// All accepted wordings.
    package var wordings: [String] { [text] + aliases }
}

/// Evaluation scripts that data sets come with.
package enum PublishedRules: String, Hashable, Sendable, Codable, CaseIterable {
    /// `hotpot_evaluate_v1.py`, which 2WikiMultihopQA took over: normalized exact match and F1 over words;
    /// F1 is 0 where one side is yes, no or noanswer and the other is not the same.
    case hotpotqa
    /// `metrics/answer.py` of MuSiQue: the same normalization, the best of the aliases, no rule for yes and no.
    case musique
    /// `dataset.py` of grade-school-math: the strings behind `####`, without commas.
    case gsm8k
}

/// The gold answers of a question set, by question id. Only outcome graders receive it.
package struct AnswerKey: Sendable, Codable, Equatable {
    package let answers: [String: GoldAnswer]

    package init(_ answers: [String: GoldAnswer]) {
        self.answers = answers
    }

    /// Answers of a source without published rules.
    package init(_ answers: [String: String]) {
        self.init(answers.mapValues { GoldAnswer($0) })
    }

    package static let empty = AnswerKey([String: GoldAnswer]())

    package subscript(question: Question) -> GoldAnswer? { answers[question.id] }

    package func merging(_ other: AnswerKey) -> AnswerKey {
        AnswerKey(answers.merging(other.answers) { first, _ in first })
    }
}

/// Questions together with their answer key, as a data set yields them.
package struct QuestionSet: Sendable, Codable, Equatable {
    package let questions: [Question]
    package let answers: AnswerKey

    package init(questions: [Question], answers: AnswerKey) {
        self.questions = questions
        self.answers = answers
    }

    /// The worlds in order of first appearance.
    package var worlds: [String] {
        var seen: Set<String> = []
        return questions.map(\.world).filter { seen.insert($0).inserted }
    }
}
