/// How one question went.
package struct QuestionOutcome: Hashable, Sendable, Codable {
    package let question: String
    /// The question in words.
    package let text: String
    package let world: String
    /// The grader that decided about right and wrong.
    package let grader: String
    /// `nil` where the environment failed: such questions are reported apart.
    package let isCorrect: Bool?
    /// Words of the answer against those of gold; `nil` where ``isCorrect`` is, or where the grader counts none.
    package let overlap: AnswerOverlap?
    /// The share of steps judged GOOD; `nil` without verdicts.
    package let processScore: Double?
    /// Tool calls made.
    package let steps: Int
    /// Tool calls of a tool that the question's world does not offer.
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

/// How many words an answer shares with gold (paper, Table 4).
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
