import CommandKit
import Language

/// The statements of a session that a value needs.
///
/// It follows names and slots backwards from the value: a statement is needed if it assigns a needed name or is the last
/// one to fill a needed slot. A block needs everything that its statements may read, so the slice may hold more than is
/// necessary, but never less.
struct RecipeSlice {
    private let commands: CommandSet

    init(_ commands: CommandSet) {
        self.commands = commands
    }

    /// Returns the texts of the statements that a name needs, in their order; `nil` if no statement assigns the name.
    func statements(for name: String, of texts: [String]) -> [String]? {
        let all = texts.flatMap { text -> [(text: String, statement: Statement)] in
            let source = Source(name: "<session>", text: text)
            return Parser.parse(source).script.statements.map { (source.text($0.span), $0) }
        }
        var needed = Uses()
        needed.names = [name]
        var kept: [String] = []
        var isAssigned = false
        for (text, statement) in all.reversed() {
            let effect = effect(of: statement)
            let assigned = effect.names.intersection(needed.names)
            let filled = effect.slots.intersection(needed.slots)
            // A rule may read the judgements of any judge by name.
            let isJudging = needed.readsAllJudges && effect.slots.contains { $0.name == "judgements" }
            // `$_` is the result of the statement before.
            let isLast = needed.names.contains(ReservedWords.lastResult) && hasResult(statement)
            guard !assigned.isEmpty || !filled.isEmpty || isJudging || isLast else { continue }
            if isLast { needed.names.remove(ReservedWords.lastResult) }
            isAssigned = isAssigned || assigned.contains(name)
            kept.append(text)
            needed.names.subtract(assigned)
            if effect.isCertain { needed.slots.subtract(filled) }
            needed.formUnion(uses(of: statement))
        }
        return isAssigned ? kept.reversed() : nil
    }

    // MARK: What a statement does

    private struct Effect {
        var names: Set<String> = []
        var slots: Set<ObjectType> = []
        /// False if the slots may keep earlier values in part, as after a block.
        var isCertain = true
    }

    private struct Uses {
        var names: Set<String> = []
        var slots: Set<ObjectType> = []
        var readsAllJudges = false

        mutating func formUnion(_ other: Uses) {
            names.formUnion(other.names)
            slots.formUnion(other.slots)
            readsAllJudges = readsAllJudges || other.readsAllJudges
        }
    }

    private func effect(of statement: Statement) -> Effect {
        switch statement {
        case .command(let invocation): return effect(of: invocation)
        case .binding(let name, .invocation(let invocation), _):
            var effect = effect(of: invocation)
            effect.names.insert(name.text)
            return effect
        case .binding(let name, .expression, _), .parameter(let name, _, _, _):
            return Effect(names: [name.text])
        case .background(let inner, _): return Effect(names: effect(of: inner).names)
        case .include, .invalid: return Effect()
        }
    }

    private func effect(of invocation: Invocation) -> Effect {
        guard let block = invocation.block else {
            guard let command = commands[invocation.name.text],
                case .object(let type) = Swift.type(of: command).result
            else { return Effect() }
            return Effect(slots: Set([type] + Swift.type(of: command).companions))
        }
        // A sweep restores the workspace; a repetition carries it on.
        guard invocation.name.text == "repeat" else { return Effect() }
        return Effect(slots: block.reduce(into: []) { $0.formUnion(effect(of: $1).slots) }, isCertain: false)
    }

    private func hasResult(_ statement: Statement) -> Bool {
        switch statement {
        case .command, .binding: true
        case .parameter, .include, .background, .invalid: false
        }
    }

    private func uses(of statement: Statement) -> Uses {
        switch statement {
        case .command(let invocation), .binding(_, .invocation(let invocation), _):
            return uses(of: invocation)
        case .binding(_, .expression(let expression), _), .parameter(_, let expression, _, _):
            return uses(of: expression)
        case .background(let inner, _): return uses(of: inner)
        case .include, .invalid: return Uses()
        }
    }

    private func uses(of invocation: Invocation) -> Uses {
        var uses = Uses()
        var given: Set<String> = []
        for argument in invocation.arguments {
            if case .option(let name, _) = argument { given.insert(name.text) }
            uses.formUnion(self.uses(of: argument.expression))
        }
        for parameter in commands[invocation.name.text]?.parameters ?? []
        where !given.contains(parameter.name) {
            if case .slot(let type) = parameter.kind { uses.slots.insert(type) }
        }
        var local = Set(invocation.block == nil ? [] : given)
        for statement in invocation.block ?? [] {
            var inner = self.uses(of: statement)
            inner.names.subtract(local)
            uses.formUnion(inner)
            local.formUnion(effect(of: statement).names)
        }
        return uses
    }

    private func uses(of expression: Expression) -> Uses {
        var uses = Uses()
        switch expression.kind {
        case .variable(let name, let selectors):
            uses.names.insert(name)
            for selector in selectors { uses.formUnion(self.uses(of: selector.value)) }
        case .word(let word): uses.readsAllJudges = word.hasPrefix("judge.")
        case .list(let elements): for element in elements { uses.formUnion(self.uses(of: element)) }
        case .range(let a, let b), .binary(_, let a, let b):
            uses.formUnion(self.uses(of: a))
            uses.formUnion(self.uses(of: b))
        case .not(let inner), .negative(let inner): uses.formUnion(self.uses(of: inner))
        case .number, .string, .boolean: break
        }
        return uses
    }
}
