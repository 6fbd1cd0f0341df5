import CommandKit
import Keys
import Language

/// Binds the arguments of an invocation to a command's parameters. The checker and the executor both use it.
struct CallBuilder {
    let evaluator: Evaluator
    let commands: CommandSet
    let scope: Scope

    /// Builds a command's call from a parsed statement: binds its arguments to parameters, fills inputs from slots, and
    /// checks types, ranges and combinations.
    ///
    /// - Returns: the call, or all errors of the statement.
    func call(
        _ invocation: Invocation, _ command: any Command
    ) -> Result<Call, Diagnostics> {
        let declarations = command.parameters
        var problems: [Diagnostic] = []
        let bound = bind(invocation, declarations, &problems)
        var values: [String: Value] = [:]
        var rules: [String: RuleExpression] = [:]
        var conditions: [String: Condition] = [:]
        for declaration in declarations {
            guard let expression = bound[declaration.name] else {
                fillIn(declaration, invocation, &values, &problems)
                continue
            }
            do throws(Diagnostic) {
                switch declaration.kind {
                case .rule(let grammar):
                    rules[declaration.name] = try evaluator.rule(expression, grammar)
                case .condition:
                    conditions[declaration.name] = try evaluator.condition(expression)
                default:
                    values[declaration.name] = try evaluator.argument(
                        expression, declaration.kind, for: declaration.name)
                }
            } catch {
                problems.append(error)
            }
        }
        guard problems.isEmpty else { return .failure(Diagnostics(problems)) }
        let defaults = declarations.compactMap { declaration in
            declaration.defaultText.map { (declaration.name, $0) }
        }
        let call = Call(
            values: values, defaults: Dictionary(uniqueKeysWithValues: defaults), rules: rules,
            conditions: conditions, written: Set(bound.keys), seed: scope.seed)
        problems += columns(declarations, call, bound, invocation)
        problems += command.problems(call).map { problem in
            let span = problem.parameter.flatMap { bound[$0]?.span } ?? invocation.name.span
            return evaluator.error(problem.code, problem.message, hint: problem.hint, at: span)
        }
        return problems.isEmpty ? .success(call) : .failure(Diagnostics(problems))
    }

    private func bind(
        _ invocation: Invocation, _ declarations: [ParameterDeclaration],
        _ problems: inout [Diagnostic]
    ) -> [String: Expression] {
        var bound: [String: Expression] = [:]
        var places = declarations.filter(\.isPositional)[...]
        var labelled: Set<String> = []
        let command = invocation.name.text
        for argument in invocation.arguments {
            switch argument {
            case .positional(let expression):
                while let place = places.first, labelled.contains(place.name) { places = places.dropFirst() }
                // A positional slot parameter takes only a `$name`. Any other argument belongs to a later parameter,
                // and the slot's latest value fills this one.
                while let place = places.first, case .slot = place.kind, !namesObject(expression) {
                    places = places.dropFirst()
                }
                guard let place = places.first else {
                    // The first of several surplus arguments is the mistake.
                    guard !problems.contains(where: { $0.code == .tooManyArguments }) else { continue }
                    problems.append(
                        evaluator.error(
                            .tooManyArguments, "'\(command)' takes no further argument here",
                            hint: meantOption(expression, declarations) ?? meantOperator(expression)
                                ?? "options are written label:value; try: help \(command)",
                            at: expression.span))
                    continue
                }
                guard case .list = place.kind else {
                    bound[place.name] = expression
                    places = places.dropFirst()
                    continue
                }
                // A positional list takes all further positional arguments: dataset hop-nano gsm-nano.
                bound[place.name] = bound[place.name].map { $0.appending(expression) } ?? expression
            case .option(let label, let expression):
                guard let declaration = declarations.first(where: { $0.name == label.text }) else {
                    let known = declarations.filter { !$0.isPositional }.map(\.name)
                    problems.append(
                        evaluator.error(
                            .unknownOption, "'\(command)' has no option '\(label.text)'",
                            hint: known.nearest(to: label.text).map { "did you mean \($0):?" }
                                ?? (known.isEmpty
                                    ? "'\(command)' has no options"
                                    : "options: \(known.joined(separator: ", "))"),
                            at: label.span))
                    continue
                }
                guard bound[declaration.name] == nil else {
                    problems.append(
                        evaluator.error(
                            .duplicateOption, "'\(label.text)' is given twice", at: label.span))
                    continue
                }
                bound[declaration.name] = expression
                labelled.insert(declaration.name)
            }
        }
        return bound
    }

    /// Returns a hint for an operator of another language or in capitals, such as `AND`.
    private func meantOperator(_ expression: Expression) -> String? {
        guard case .word(let word) = expression.kind else { return nil }
        switch word.lowercased() {
        case "and", "or", "not", "in", "contains", "matches": return "write \(word.lowercased())"
        case "is", "eq", "equals": return "write ="
        case "like", "regex", "regexp", "rlike": return "write contains or matches"
        case "includes", "has": return "write contains"
        default: return nil
        }
    }

    /// Returns a hint for `samples = 2`, which is meant as the option `samples:2`.
    private func meantOption(_ expression: Expression, _ declarations: [ParameterDeclaration]) -> String? {
        guard case .binary(.equal, let left, let right) = expression.kind, case .word(let word) = left.kind,
            declarations.contains(where: { $0.name == word })
        else { return nil }
        return "write \(word):\(evaluator.source.text(right.span))"
    }

    /// Returns true if an expression is a `$name` that stands for an object or frame, or that is not defined.
    private func namesObject(_ expression: Expression) -> Bool {
        guard case .variable(let name, _) = expression.kind else { return false }
        switch evaluator.resolve(name) {
        case .number, .text, .boolean, .word, .list: return false
        default: return true
        }
    }

    /// Fills a parameter that the statement does not give. A slot parameter takes the value in its slot. A required
    /// parameter without a value adds an error to `problems`. Defaults are not filled in here: ``Parameter`` applies
    /// them when the command reads the argument.
    private func fillIn(
        _ declaration: ParameterDeclaration, _ invocation: Invocation,
        _ values: inout [String: Value], _ problems: inout [Diagnostic]
    ) {
        if case .slot(let type) = declaration.kind {
            if let value = scope.slots[type] {
                values[declaration.name] = value
            } else if scope.isIncomplete {
                values[declaration.name] = .unknown
            } else if declaration.isRequired {
                let makers = commands.makers(of: type)
                problems.append(
                    evaluator.error(
                        .missingInput, "'\(invocation.name.text)' needs \(type.name.withArticle)",
                        hint:
                            "put \(makers.joined(separator: " or ")) before it, or give \(declaration.name):$name",
                        at: invocation.name.span))
            }
        } else if declaration.isRequired {
            let what = declaration.isPositional ? declaration.name : "\(declaration.name):"
            problems.append(
                evaluator.error(
                    .missingArgument, "'\(invocation.name.text)' needs \(what)",
                    hint: "\(declaration.help); try: help \(invocation.name.text)",
                    at: invocation.name.span))
        }
    }

    /// Returns a diagnostic for each column argument that is not a column of the frame it refers to.
    private func columns(
        _ declarations: [ParameterDeclaration], _ call: Call, _ bound: [String: Expression],
        _ invocation: Invocation
    ) -> [Diagnostic] {
        declarations.compactMap { declaration in
            guard case .column(let frameName) = declaration.kind,
                let column = call.values[declaration.name]?.string,
                let known = call.values[frameName]?.columns, !known.contains(column)
            else { return nil }
            return evaluator.error(
                .unknownColumn, "no column '\(column)'",
                hint: known.nearest(to: column).map { "did you mean \($0)?" }
                    ?? "columns: \(known.joined(separator: ", "))",
                at: bound[declaration.name]?.span ?? invocation.name.span)
        }
    }
}

extension Expression {
    /// Returns a list of this expression, or of its elements if it is a list, followed by `next`.
    fileprivate func appending(_ next: Expression) -> Expression {
        let elements: [Expression]
        if case .list(let known) = kind { elements = known } else { elements = [self] }
        return Expression(kind: .list(elements + [next]), span: span.through(next.span))
    }
}
