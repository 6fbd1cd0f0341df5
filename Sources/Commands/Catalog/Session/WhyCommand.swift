import CommandKit
import Events
import Keys
import Store
import Trajectories

/// The command `why`: shows the statements that led to a result, and the results that depend on it.
///
/// Examples: `why q37.s4`, `why $careful`, `why policy`.
struct WhyCommand: CatalogCommand {
    static let name = "why"
    static let group = CommandGroup.session
    static let summary = "shows the origin of a trajectory or value, and the results that depend on it"
    static let discussion = """
        why shows the statements, seeds, policies and judges that led to a result, and the results that \
        depend on it: selections, trained policies, evaluations. A slot is named by its word: why policy. \
        For a trajectory, why also shows the verdicts of each judge, the steps that each selection has, and \
        the policies that were trained on them, in this session or in an earlier one with the same store. \
        why q37.s4 in:$careful tells which clause of a selection's rule decided about a trajectory, and at \
        which step.
        """
    static let what = Parameter<Value>.value(
        "what", .object(nil), "a trajectory such as q37.s4, $name, or a slot such as policy")
    static let selection = Parameter<Value?>.optionalValue(
        "in", .object(.selection), "the selection whose decision about a trajectory is explained")
    var parameters: [ParameterDeclaration] {
        [Self.what.declaration, Self.selection.declaration] + TrajectoryLookup.places
    }

    private let services: Services

    init(_ services: Services) {
        self.services = services
    }

    static let result = CommandResult.nothing
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:3; rollout samples:2; judge; let careful = filter not process; why $careful; why q1.s0; why policy",
            "where three things came from", shows: ["policy: policy nano (…)"]),
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:3; rollout samples:2; judge; let careful = filter process; why q1.s0 in:$careful",
            "why a trajectory was left out", shows: ["q1.s0 in $careful 'process': left out: a BAD step"]),
    ]

    private static let slots: [ObjectType] = [
        .policy, .questions, .tools, .trajectories, .judgements, .selection, .evaluation, .labels,
    ]

    func problems(_ call: Call) -> [CallProblem] {
        switch call[Self.what] {
        case .word(let word):
            let names = Self.slots.map(\.name)
            if call[Self.selection] != nil, TrajectoryID(word) == nil {
                return [
                    CallProblem(
                        .noEffect, parameter: "in", "in: explains one trajectory, not \(word)",
                        hint: "name a trajectory: why q37.s4 in:$name")
                ]
            }
            guard !names.contains(word), TrajectoryID(word) == nil else { return [] }
            return [
                CallProblem(
                    .unknownWord, parameter: "what", "'\(word)' is neither a trajectory nor a slot",
                    hint: names.nearest(to: word).map { "did you mean \($0)?" }
                        ?? "trajectories are named like q37.s4, values like $name; slots: \(names.joined(separator: ", "))"
                )
            ]
        case .object, .frame, .unknown: return []
        case let value:
            return [
                CallProblem(
                    .wrongType, parameter: "what",
                    "\(value.kindName) has no origin, because no command made it",
                    hint: "ask about the result of a command")
            ]
        }
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        switch call[Self.what] {
        case .word(let word) where TrajectoryID(word) != nil:
            let found = try TrajectoryLookup(word, call)
            if case .object(_, let key, let object)? = call[Self.selection],
                let selected = object as? SelectionObject
            {
                let name = context.workspace.last { $0.value.key == key }?.name ?? "this selection"
                try Decision(found, selected, name).tell(context)
                return .nothing
            }
            let lines = try tell(found, context)
            context.say(
                "lineage", [.init("id", .text(word))], lines,
                content: lines.content)
        case .word(let word):
            guard let value = context.workspace.first(where: { $0.name == word })?.value else {
                throw CommandFailure(
                    .missingInput, "there is no \(word) yet", hint: "name a value with $, or make one first")
            }
            tell(value, word, context)
        case let value:
            // Names given by let come last in the workspace, so a value that has one is shown under it.
            let name = context.workspace.last { $0.value.key == value.key }?.name ?? "this value"
            tell(value, name, context)
        }
        return .nothing
    }

    private func tell(_ value: Value, _ name: String, _ context: Context) {
        let text = LineageText(context)
        let summary: String
        if case .object(_, _, let object) = value {
            summary = object?.summary ?? ""
        } else {
            summary = "a frame"
        }
        var lines = [StyledLine("\(name)", .strong) + ": \(summary)"]
        guard let key = value.key, context.lineage[key] != nil else {
            lines.append("  combined from the results of a block; ask about one of these results")
            context.say(
                "lineage", [.init("id", .text(name))], lines,
                content: lines.content)
            return
        }
        lines.append(StyledLine("made by", .faint))
        lines += text.back(key)
        let users = text.forward(key)
        if !users.isEmpty { lines += [StyledLine("used by", .faint)] + users }
        context.say(
            "lineage", [.init("id", .text(name)), .init("key", .text(key.hex))], lines,
            content: lines.content)
    }

    private func tell(_ found: TrajectoryLookup, _ context: Context) throws -> [StyledLine] {
        let trajectory = found.trajectory
        let text = LineageText(context)
        var lines = [
            StyledLine("\(trajectory.id)", .strong)
                + ": sample \(trajectory.id.sample) of question \(trajectory.question.id) (\(trajectory.question.kind)), \(trajectory.termination.kind)",
            StyledLine("rolled out by", .faint),
        ]
        lines += text.back(found.trajectoriesKey)
        var seen: Set<ContentKey> = []
        var judges: [StyledLine] = []
        var selections: [StyledLine] = []
        func tell(_ judgements: Judgements, _ key: ContentKey) {
            guard seen.insert(key).inserted else { return }
            let verdicts = judgements.verdicts[found.index].map { verdict in
                StyledLine(verdict.label.rawValue, TrajectoryText.tone(verdict.label))
            }
            let own = verdicts.dropFirst().reduce(verdicts.first ?? "") { $0 + " " + $1 }
            judges.append("  \(judgements.judge): " + own + text.place(key))
        }
        // Named values come first, so that a result with a name is shown under it.
        let named = context.workspace.filter { $0.name.hasPrefix("$") }
        for (name, value) in named + context.workspace.filter({ !$0.name.hasPrefix("$") }) {
            guard case .object(_, let key, let object) = value else { continue }
            if let judged = object as? JudgementsObject, judged.trajectoriesKey == found.trajectoriesKey {
                tell(judged.judgements, key)
            }
            if let selected = object as? SelectionObject, selected.trajectoriesKey == found.trajectoriesKey {
                tell(selected.selection.judgements, selected.judgementsKey)
                guard seen.insert(key).inserted else { continue }
                let steps = selected.selection.steps[found.index]
                let held = steps.isEmpty ? StyledLine("none of it", .faint) : StyledLine(steps.words, .good)
                selections.append("  \(name) '\(selected.selection.rule)': " + held)
            }
        }
        if !judges.isEmpty { lines += [StyledLine("judged by", .faint)] + judges }
        if !selections.isEmpty { lines += [StyledLine("selected by", .faint)] + selections }
        let trainings: [(training: TrainingTable.Entry, steps: StepSet)]
        do {
            trainings = try services.trainings.trainings(
                onTrajectory: found.index, of: found.trajectoriesKey)
        } catch {
            throw CommandFailure(
                .unreadableTable, "the list of trainings can't be read: \(error)",
                hint: "you can delete trainings.sqlite in the store's folder")
        }
        if !trainings.isEmpty {
            lines.append(StyledLine("trained on by", .faint))
            lines += trainings.map { training, steps in
                StyledLine("  \(training.policy) (\(training.key.short)): ") + StyledLine(steps.words, .good)
                    + StyledLine("  \(training.text)", .faint)
            }
        }
        return lines
    }
}

extension StepSet {
    /// The steps in words, such as `steps 1, 2`.
    var words: String {
        (count == 1 ? "step " : "steps ") + indices.map { "\($0 + 1)" }.joined(separator: ", ")
    }
}

/// Renders the dependencies between statements as an indented list.
private struct LineageText {
    private let lineage: Lineage
    private static let mostLines = 40

    init(_ context: Context) {
        lineage = context.lineage
    }

    /// Returns lines with the statement that made a result and, below it, the statements that made its inputs.
    func back(_ key: ContentKey) -> [StyledLine] {
        var seen: Set<ContentKey> = []
        return back(key, "", depth: 1, &seen)
    }

    private func back(
        _ key: ContentKey, _ role: String, depth: Int, _ seen: inout Set<ContentKey>
    ) -> [StyledLine] {
        let indent = String(repeating: "  ", count: depth)
        let label = StyledLine(indent + (role.isEmpty ? "" : role + "  "), .faint)
        guard let entry = lineage[key] else { return [label + "\(key.short), origin unknown"] }
        guard seen.insert(key).inserted else {
            return [label + StyledLine("\(entry.text.firstLine) (above)", .faint)]
        }
        return [label + line(entry)]
            + entry.inputs.flatMap { back($0.key, $0.parameter, depth: depth + 1, &seen) }
    }

    /// Returns lines with the statements that depend on a result.
    func forward(_ key: ContentKey) -> [StyledLine] {
        var seen: Set<ContentKey> = [key]
        let lines = forward(key, depth: 1, &seen)
        guard lines.count > Self.mostLines else { return lines }
        return lines.prefix(Self.mostLines) + ["  … and \(lines.count - Self.mostLines) more"]
    }

    private func forward(_ key: ContentKey, depth: Int, _ seen: inout Set<ContentKey>) -> [StyledLine] {
        lineage.users(of: key).flatMap { entry -> [StyledLine] in
            guard seen.insert(entry.key).inserted else { return [] }
            let indent = StyledLine(String(repeating: "  ", count: depth))
            return [indent + line(entry)] + forward(entry.key, depth: depth + 1, &seen)
        }
    }

    private func line(_ entry: Lineage.Entry) -> StyledLine {
        // A statement that was typed, for example in the REPL, has no position in a file.
        var facts = entry.place.hasPrefix("<") ? [] : [entry.place]
        if !entry.point.isEmpty { facts.append(entry.point) }
        if let seed = entry.seed, !entry.point.contains("seed:") { facts.append("seed \(seed)") }
        return StyledLine(entry.text.firstLine)
            + StyledLine("  (\((facts + [entry.key.short]).joined(separator: ", ")))", .faint)
    }

    /// Returns the text of the statement that computed a result, for the end of a line; empty if it is unknown.
    func place(_ key: ContentKey) -> StyledLine {
        lineage[key].map { StyledLine("  \($0.text.firstLine)", .faint) } ?? ""
    }
}

extension String {
    fileprivate var firstLine: String {
        let lines = split(separator: "\n")
        return lines.count > 1 ? lines[0] + " …" : self
    }
}
