/// A tour of about a minute: a loop from a base policy to an improved one, statement by statement.
package enum Tour {
    /// One statement of the tour with a comment that explains it.
    package struct Chapter: Sendable {
        package let comment: String
        package let statement: String
    }

    package static let stops = [
        Chapter(
            comment: "A small policy with the Gemma 2 architecture, pretrained here.",
            statement: "model nano tokens:1M"),
        Chapter(
            comment: "Questions of two kinds: two-hop look-ups and word problems.",
            statement: "dataset hop-nano gsm-nano limit:200"),
        Chapter(
            comment: "The policy answers every question five times, step by step, with tools.",
            statement: "rollout samples:5"),
        Chapter(
            comment: "A judge looks at every step; it never sees the right answer.",
            statement: "judge with:rules"),
        Chapter(comment: "Process filtering: every step is GOOD.", statement: "let careful = filter process"),
        Chapter(comment: "Outcome filtering: the answer is right.", statement: "let greedy = filter outcome"),
        Chapter(
            comment: "The two filters select different trajectories.", statement: "overlap $careful $greedy"),
        Chapter(
            comment: "Trajectories that only outcome filtering takes: right for the wrong reasons?",
            statement: "filter $greedy and not $careful"),
        Chapter(comment: "One of these trajectories, drawn at random.", statement: "pick 1 seed:1"),
        Chapter(
            comment: "Before training: greedy accuracy on held-out questions.",
            statement: "eval on:[hop-nano gsm-nano] limit:100"),
        Chapter(
            comment: "Step-wise RL on the process-filtered trajectories.",
            statement: "train selection:$careful updates:40 validate:0"),
        Chapter(
            comment: "After training: the same evaluation.",
            statement: "eval on:[hop-nano gsm-nano] limit:100"),
    ]

    /// The statements as a script, each below its comment.
    package static var script: String {
        stops.map { "# \($0.comment)\n\($0.statement)\n" }.joined()
    }

    package static let end =
        """
        That was the paper's loop at a small scale. Try: filter steps <= 2 and not outcome; describe; show q3.s1; \
        why policy; .save mine.swirl
        """
}
