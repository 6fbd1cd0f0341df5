/// What the columns of evaluations and audits are, so that means are taken of the right ones.
package enum MetricColumns {
    /// Values are shares of one, to be shown as percentages.
    package static let shares: Set = [
        "accuracy", "f1", "precision", "recall", "process", "good", "false_good", "false_bad", "errors",
    ]
    /// A grader decides about the values.
    package static let graded: Set = ["accuracy", "f1", "precision", "recall"]
    /// More is better.
    package static let gains: Set = ["accuracy", "f1", "precision", "recall", "process"]
    /// Measured of a question, not chosen by the experiment.
    package static let measured: Set = [
        "world", "question", "accuracy", "f1", "precision", "recall", "process", "steps", "wrong_tools",
        "termination", "answer", "asked", "judged_step", "kind", "good", "false_good", "false_bad", "errors",
    ]
}
