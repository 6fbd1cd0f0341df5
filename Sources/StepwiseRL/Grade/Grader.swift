import Trajectories

/// Compares a final answer with gold.
package protocol Grader: Sendable {
    /// The name in the experiment language.
    var name: String { get }
    /// The version of the rules. Increment it with every change that affects grades: it is part of the cache key.
    var version: Int { get }
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
    /// Returns the grade of a trajectory. A trajectory that ended without an answer is wrong.
    ///
    /// - Returns: `nil` if the environment failed or the question has no gold answer.
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
    /// Counts the words that two lists share, as multisets; `nil` if they share none.
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
