/// The outcome of one question in an evaluation.
package struct QuestionOutcome: Hashable, Sendable, Codable {
    /// The question's id.
    package let question: String
    /// The question in words.
    package let text: String
    package let world: String
    /// The name of the grader that decided whether the answer is correct.
    package let grader: String
    /// True if the answer is correct, false if it is wrong or there is none. `nil` if the environment failed or the
    /// question has no gold answer; reports count these questions separately.
    package let isCorrect: Bool?
    /// The word overlap with the gold answer; `nil` if ``isCorrect`` is `nil` or the grader does not compute it.
    package let overlap: AnswerOverlap?
    /// The share of steps that were judged GOOD, 0 to 1; `nil` if the environment failed, if a step has no verdict, or
    /// if there are no steps.
    package let processScore: Double?
    /// The number of tool calls.
    package let steps: Int
    /// The number of calls of tools that the question's world does not offer by default.
    package let wrongTools: Int
    /// The number of results that were cut to fit into the context; `nil` in results of earlier versions.
    package let cutResults: Int?
    /// The kind of termination: see ``Termination/kind``.
    package let termination: String
    /// The final answer; `nil` if the trajectory reached none.
    package let answer: String?

    package init(
        question: String, text: String, world: String, grader: String, isCorrect: Bool?,
        overlap: AnswerOverlap?,
        processScore: Double?, steps: Int, wrongTools: Int, cutResults: Int? = nil, termination: String,
        answer: String?
    ) {
        self.question = question
        self.text = text
        self.world = world
        self.grader = grader
        self.isCorrect = isCorrect
        self.overlap = overlap
        self.processScore = processScore
        self.steps = steps
        self.wrongTools = wrongTools
        self.cutResults = cutResults
        self.termination = termination
        self.answer = answer
    }
}

/// The overlap between the words of an answer and those of the gold answer (paper, Table 4).
package struct AnswerOverlap: Hashable, Sendable, Codable {
    /// The share of the answer's words that the gold answer contains, 0 to 1.
    package let precision: Double
    /// The share of the gold answer's words that the answer contains, 0 to 1.
    package let recall: Double

    package init(precision: Double, recall: Double) {
        self.precision = precision
        self.recall = recall
    }

    /// The harmonic mean of precision and recall; 0 if both are 0.
    package var f1: Double {
        precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
    }
}
