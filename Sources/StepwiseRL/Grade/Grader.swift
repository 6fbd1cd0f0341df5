import Trajectories

/// A rule that decides whether a final answer is correct, given the gold answer.
///
/// ```swift
/// EqualGrader().grade("50 %", GoldAnswer("1/2")).isCorrect  // true
/// ```
package protocol Grader: Sendable {
    /// The name in the experiment language.
    var name: String { get }
    /// The version of the rules. Increment it with every change that affects grades: it is part of the cache key.
    var version: Int { get }
    /// Compares an answer with the gold answer.
    func grade(_ answer: String, _ gold: GoldAnswer) -> Grade
}

/// A grader's result for one answer.
package struct Grade: Hashable, Sendable {
    package let isCorrect: Bool
    /// The word overlap with the gold answer; `nil` if the grader does not compare words.
    package let overlap: AnswerOverlap?

    package init(isCorrect: Bool, overlap: AnswerOverlap?) {
        self.isCorrect = isCorrect
        self.overlap = overlap
    }
}

extension Grader {
    /// Grades the final answer of a trajectory. A trajectory without an answer is wrong.
    ///
    /// - Returns: the grade; `nil` if the environment failed or the question has no gold answer.
    package func grade(_ trajectory: Trajectory, _ answers: AnswerKey) -> Grade? {
        guard !trajectory.termination.isEnvironmentFailure, let gold = answers[trajectory.question]
        else { return nil }
        guard let answer = trajectory.answer else {
            let overlap = grade("", gold).overlap.map { _ in AnswerOverlap(precision: 0, recall: 0) }
            return Grade(isCorrect: false, overlap: overlap)
        }
        return grade(answer, gold)
    }

    /// Returns true if a trajectory ended with the correct answer; `nil` as for ``grade(_:_:)-(Trajectory,_)``.
    package func outcome(of trajectory: Trajectory, _ answers: AnswerKey) -> Bool? {
        grade(trajectory, answers)?.isCorrect
    }
}

extension AnswerOverlap {
    /// Computes the overlap of two lists of words, compared as multisets; returns `nil` if they share no word.
    ///
    /// - Parameters:
    ///   - given: the words of the answer.
    ///   - wanted: the words of the gold answer.
    init?<Word: Hashable>(_ given: [Word], _ wanted: [Word]) {
        var left = Dictionary(wanted.map { ($0, 1) }, uniquingKeysWith: +)
        let shared = given.count { word in
            guard let count = left[word], count > 0 else { return false }
            left[word] = count - 1
            return true
        }
        guard shared > 0 else { return nil }
        self.init(
            precision: Double(shared) / Double(given.count), recall: Double(shared) / Double(wanted.count))
    }
}
