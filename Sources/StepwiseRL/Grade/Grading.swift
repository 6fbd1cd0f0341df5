import Trajectories

/// The choice of a grader for the questions of an evaluation.
package enum Grading: Hashable, Sendable {
    /// ``OfficialGrader`` for questions whose data set has published grading rules, ``EqualGrader`` for the others.
    case perDataset
    /// ``OfficialGrader`` for every question.
    case official
    /// ``EqualGrader`` for every question.
    case equal

    /// Returns the grader for a question.
    ///
    /// - Parameter gold: the question's gold answer; `nil` if there is none.
    /// - Precondition: with `official`, the data set of `gold` has published rules.
    package func grader(for gold: GoldAnswer?) -> any Grader {
        switch self {
        case .official: OfficialGrader()
        case .equal: EqualGrader()
        case .perDataset: gold?.rules == nil ? EqualGrader() : OfficialGrader()
        }
    }

    /// All graders, for example to read the version of each one.
    package static let graders: [any Grader] = [OfficialGrader(), EqualGrader()]
}
