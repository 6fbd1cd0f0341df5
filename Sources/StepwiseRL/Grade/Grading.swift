import Trajectories

/// The choice of a grader for every question of an evaluation.
package enum Grading: Hashable, Sendable {
    /// The published rules where a data set has some, equal values elsewhere.
    case own
    /// The published rules for every question.
    case official
    case equal

    /// - Precondition: with `official`, gold has published rules.
    package func grader(for gold: GoldAnswer?) -> any Grader {
        switch self {
        case .official: OfficialGrader()
        case .equal: EqualGrader()
        case .own: gold?.rules == nil ? EqualGrader() : OfficialGrader()
        }
    }

    /// All graders, such as for their versions.
    package static let graders: [any Grader] = [OfficialGrader(), EqualGrader()]
}
