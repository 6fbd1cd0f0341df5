/// The outcome of one question in an evaluation.
package struct QuestionOutcome: Hashable, Sendable, Codable {
    package let question: String
    /// The question in words.
    package let text: String
    package let world: String
    /// The grader that decided whether the answer is correct.
    package let grader: String
    /// True if the answer is correct; `nil` if the environment failed. Such questions are reported separately.
    package let isCorrect: Bool?
    /// The word overlap of the answer with gold; `nil` if ``isCorrect`` is `nil` or the grader does not compute it.
    package let overlap: AnswerOverlap?
    /// The share of steps judged GOOD; `nil` without verdicts.
    package let processScore: Double?
    /// The number of tool calls.
    package let steps: Int
    /// The number of calls of tools that the question's world does not offer.
    package let wrongTools: Int
    package let termination: String
    package let answer: String?

    package init(
        question: String, text: String, world: String, grader: String, isCorrect: Bool?,
        overlap: AnswerOverlap?,
        processScore: Double?, steps: Int, wrongTools: Int, termination: String, answer: String?
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
        self.termination = termination
        self.answer = answer
    }
}

/// The overlap of an answer's words with gold (paper, Table 4).
package struct AnswerOverlap: Hashable, Sendable, Codable {
    package let precision: Double
    package let recall: Double

    package init(precision: Double, recall: Double) {
        self.precision = precision
        self.recall = recall
    }

    /// The harmonic mean.
    package var f1: Double {
        precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
    }
}
