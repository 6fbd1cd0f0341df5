/// The names of the columns of evaluations and audits, grouped by meaning.
package enum MetricColumns {
    /// The columns whose values are shares between 0 and 1, which are displayed as percentages.
    package static let shares: Set = [
        "accuracy", "f1", "precision", "recall", "process", "good", "false_good", "false_bad", "errors",
    ]
    /// The columns whose values come from a grader.
    package static let graded: Set = ["accuracy", "f1", "precision", "recall"]
    /// The columns in which a higher value is better.
    package static let gains: Set = ["accuracy", "f1", "precision", "recall", "process"]
    /// The measured columns that contain numbers and can be averaged.
    package static let numbers = shares.union(["steps", "wrong_tools"])
    /// The columns that contain measurements or identify a question. All other columns are settings of the experiment.
    package static let measured: Set = [
        "world", "question", "accuracy", "f1", "precision", "recall", "process", "steps", "wrong_tools",
        "termination", "answer", "asked", "judged_step", "kind", "good", "false_good", "false_bad", "errors",
        "points", "difference",
    ]
}
