import Trajectories

/// The choice of a grader for every question of an evaluation.
package enum Grading: Hashable, Sendable {
    /// The published rules of a data set if it has some, ``EqualGrader`` otherwise.
    case own
    /// The published rules for every question.
    case official
    /// ``EqualGrader`` for every question.
    case equal

    /// Returns the grader for a question with this gold answer.
    ///
    /// - Precondition: with `official`, the data set of `gold` has published rules.
    package func grader(for gold: GoldAnswer?) -> any Grader {
        switch self {
        case .official: OfficialGrader()
        case .equal: EqualGrader()
        case .own: gold?.rules == nil ? EqualGrader() : OfficialGrader()
        }
    }

    /// All graders. Callers read their versions, for example.
    package static let graders: [any Grader] = [OfficialGrader(), EqualGrader()]
}
