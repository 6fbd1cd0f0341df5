import Trajectories

/// Compares a final answer with gold.
package protocol Grader: Sendable {
    /// The name in the experiment language.
    var name: String { get }
    /// Raised whenever grades would change: results are cached by it.
    var version: Int { get }
    func grade(_ answer: String, _ gold: GoldAnswer) -> Grade
}

/// The finding of a grader about one answer.
package struct Grade: Hashable, Sendable {
    package let isCorrect: Bool
    /// `nil` where the grader counts no words.
    package let overlap: AnswerOverlap?

    package init(isCorrect: Bool, overlap: AnswerOverlap?) {
        self.isCorrect = isCorrect
        self.overlap = overlap
    }
}

extension Grader {
    /// The grade of a trajectory: wrong where it ended without an answer; `nil` where the environment failed
    /// or nobody knows the right answer.
    package func grade(_ trajectory: Trajectory, _ answers: AnswerKey) -> Grade? {
        guard !trajectory.termination.isEnvironmentFailure, let gold = answers[trajectory.question]
        else { return nil }
        guard let answer = trajectory.answer else {
            let overlap = grade("", gold).overlap.map { _ in AnswerOverlap(precision: 0, recall: 0) }
            return Grade(isCorrect: false, overlap: overlap)
        }
        return grade(answer, gold)
    }

    /// Returns true if a trajectory ended in the right answer; `nil` as for ``grade(_:_:)-(Trajectory,_)``.
    package func outcome(of trajectory: Trajectory, _ answers: AnswerKey) -> Bool? {
        grade(trajectory, answers)?.isCorrect
    }
}

extension AnswerOverlap {
    /// The words that two lists share, each as often as it occurs in both; `nil` where they share none.
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
