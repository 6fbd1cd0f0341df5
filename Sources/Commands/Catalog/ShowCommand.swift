import Interpreter
import Output
import Trajectories

/// `show q37.s4`, `show mask q37.s4`, `show $careful`
struct ShowCommand: Command {
    static let name = "show"
    static let summary = "shows a trajectory, the mask that trains on it, or a value"
    static let discussion =
        "show q37.s4 prints question, steps, results and verdicts of question 37, sample 4. show mask q37.s4 prints which tokens were sampled, and so are trained on, and which are only read. show $name says what a value is."
    static let what = Parameter<Value>.value(
        "what", .object(nil), "a trajectory such as q37.s4, mask, or $name")
    static let which = Parameter<String?>.label(
        "which", "behind mask: the trajectory", positional: true)
    static let judgements = Parameter<JudgementsObject?>.optionalSlot(
        "judgements", "where verdicts are looked up")
    static let trajectories = Parameter<TrajectoriesObject?>.optionalSlot(
        "trajectories", "where trajectories are looked up")
    static let policy = Parameter<PolicyObject?>.optionalSlot(
        "policy", "whose tokens they are")
    static let parameters = [
        what.declaration, which.declaration, judgements.declaration, trajectories.declaration,
        policy.declaration,
    ]
    static let result = CommandResult.nothing
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:3; rollout samples:2; judge; show q1.s0; show mask q1.s0",
            "one trajectory, twice")
    ]

    func problems(_ call: Call) -> [CallProblem] {
        guard case .word(let word) = call[Self.what] else { return [] }
        let name = word == "mask" ? call[Self.which] ?? "" : word
        guard TrajectoryID(name) == nil else { return [] }
        return [
            CallProblem(
                "unknown-word", parameter: word == "mask" ? "which" : "what",
                "'\(name)' is no trajectory", hint: "trajectories are named like q37.s4; values like $name")
        ]
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let value = call[Self.what]
        guard case .word(let word) = value else {
            let text = describe(value)
            context.say("value", [.init("text", .text(text))], [text])
            return .nothing
        }
        let isMask = word == "mask"
        guard let id = TrajectoryID(isMask ? call[Self.which] ?? "" : word) else {
            preconditionFailure("the checker knows trajectory names")
        }
        let judged = call[Self.judgements]?.judgements
        let all = judged?.trajectories ?? call[Self.trajectories]?.trajectories ?? []
        guard let index = all.firstIndex(where: { $0.id == id }) else {
            throw CommandFailure(
                all.isEmpty ? "no trajectories yet" : "no trajectory \(id)",
                hint: all.isEmpty
                    ? "put rollout before it"
                    : "questions q0 to q\(all.map(\.id.question).max() ?? 0), samples s0 to s\(all.map(\.id.sample).max() ?? 0)"
            )
        }
        let lines =
            isMask
            ? mask(all[index], call[Self.policy])
            : TrajectoryText.lines(all[index], judged?.verdicts[index], judged?.outcomes[index])
        context.say("trajectory", [.init("id", .text("\(id)"))], lines)
        return .nothing
    }

    private func describe(_ value: Value) -> String {
        switch value {
        case .object(_, _, let object): object?.summary ?? ""
        case .frame(let columns, _, let frame):
            "\(frame?.rows.count ?? 0) rows of \((columns ?? []).joined(separator: ", "))"
        default: value.canonical
        }
    }

    /// Every token with its log-probability where it was sampled.
    private func mask(_ trajectory: Trajectory, _ policy: PolicyObject?) -> [String] {
        func text(_ tokens: [Int32]) -> String {
            policy?.policy.decode(tokens) ?? tokens.map(String.init).joined(separator: " ")
        }
        var lines = ["read     \(trajectory.prompt.count) tokens: \(text(trajectory.prompt))"]
        for (number, step) in trajectory.steps.enumerated() {
            let action = step.action
            lines.append("sampled  \(action.tokens.count) tokens, step \(number + 1):")
            lines += zip(action.tokens, action.logProbabilities).map { token, logProbability in
                "  \(Double(logProbability).fixed(3))  \(text([token]))"
            }
            if let observation = step.observation {
                lines.append("read     \(observation.tokens.count) tokens: \(text(observation.tokens))")
            }
        }
        return lines
    }
}

/// A trajectory in words.
enum TrajectoryText {
    static func lines(_ trajectory: Trajectory, _ verdicts: [Verdict]?, _ outcome: Bool??) -> [String] {
        var lines = ["\(trajectory.id)  \(trajectory.question.world)  \(trajectory.question.text)"]
        for (number, step) in trajectory.steps.enumerated() {
            lines.append("  \(number + 1)  \(step.action.text)")
            if let observation = step.observation {
                lines.append("     → \(observation.text)")
                if let problem = observation.problem { lines.append("       \(problem)") }
            }
            if let verdict = verdicts?[number] {
                lines.append("     \(verdict.label.rawValue): \(verdict.reason)")
            }
        }
        var ending = "  \(trajectory.termination.kind)"
        if case .failed(let boundary, let message) = trajectory.termination {
            ending += " at \(boundary): \(message)"
        }
        if let outcome = outcome.flatMap(\.self) { ending += outcome ? ", right" : ", wrong" }
        return lines + [ending]
    }
}
