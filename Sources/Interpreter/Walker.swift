import CommandKit
import Events
import Keys
import Language

/// Interprets a script statement by statement. It defines the meaning of `let`, `param`, `background`, `sweep`,
/// `repeat` and blocks; its ``WalkerDelegate`` checks or runs the commands.
///
/// A check differs from a run in three ways: errors are collected instead of thrown, a repetition is walked once, and a
/// sweep is walked at up to ``maximumCheckedPoints`` points instead of every combination.
struct Walker {
    let delegate: any WalkerDelegate
    /// The values of `--set`, which replace the defaults of `param`, by name.
    let overrides: [String: Override]

    /// The largest number of points of a sweep. A sweep with more points is an error.
    static let maximumPoints = 10_000
    /// The largest number of points of a sweep that are checked. Each checked point takes the next value of every
    /// variable, so the values of a variable after this number are not checked.
    static let maximumCheckedPoints = 200

    /// Walks all parts of a script in order.
    ///
    /// - Returns: the value of the script's last own statement; statements of included scripts do not count.
    /// - Throws: ``ReportedFailure`` if a statement fails during a run; `CancellationError` if the task is cancelled.
    @discardableResult
    func walk(_ script: LoadedScript, _ scope: inout Scope) async throws -> Value {
        var last = Value.nothing
        for part in script.parts {
            switch part {
            case .script(let included): try await walk(included, &scope)
            case .statement(let statement):
                last = try await walk(statement, script.source, &scope, isBlock: false)
                if last.hasContent {
                    scope.names[ReservedWords.lastResult] = last
                    delegate.didAssign(ReservedWords.lastResult, last, isLocal: false)
                }
            }
        }
        return last
    }

    @discardableResult
    private func walk(
        _ statement: Statement, _ source: Source, _ scope: inout Scope, isBlock: Bool
    ) async throws -> Value {
        if !delegate.isChecking { try Task.checkCancellation() }
        do {
            switch statement {
            case .command(let invocation):
                return try await invoke(invocation, source, &scope)
            case .binding(let name, let bound, _):
                return try await bind(name, bound, source, &scope, isBlock: isBlock)
            case .parameter(let name, let expression, _, let span):
                guard !isBlock else {
                    throw Diagnostic(
                        .paramInBlock, "param is allowed only at the top level of a script", at: span,
                        in: source)
                }
                try checkNew(name, scope, source, isBlock: false)
                let value = try parameter(name, expression, source, scope)
                scope.names[name.text] = value
                delegate.didAssign(name.text, value, isLocal: false)
                return .nothing
            case .background(let inner, _):
                let (slots, qualified) = (scope.slots, scope.qualified)
                defer { (scope.slots, scope.qualified) = (slots, qualified) }
                try await walk(inner, source, &scope, isBlock: isBlock)
                delegate.named()
                return .nothing
            case .include(_, let span):
                throw Diagnostic(
                    .includeInBlock, "include is allowed only at the top level of a script", at: span,
                    in: source)
            case .invalid(let invalid):
                // The parser has reported its error. A script with such an error is checked, but not run.
                var inner = scope
                inner.isIncomplete = true
                _ = try await block(invalid.block, source, &inner)
                scope.noteFailure(of: statement, delegate.commands)
                return .unknown
            }
        } catch let diagnostic as Diagnostic {
            try fail(diagnostic)
        } catch let diagnostics as Diagnostics {
            for diagnostic in diagnostics.all.dropLast() { delegate.report(diagnostic) }
            if let last = diagnostics.all.last { try fail(last) }
        }
        scope.noteFailure(of: statement, delegate.commands)
        return .unknown
    }

    /// Reports an error.
    ///
    /// - Throws: ``ReportedFailure`` during a run, which ends it; nothing during a check.
    private func fail(_ diagnostic: Diagnostic) throws {
        delegate.report(diagnostic)
        guard delegate.isChecking else { throw ReportedFailure() }
    }

    // MARK: Names

    private func bind(
        _ name: Name, _ bound: BoundValue, _ source: Source, _ scope: inout Scope, isBlock: Bool
    ) async throws -> Value {
        try checkNew(name, scope, source, isBlock: isBlock)
        let value: Value
        switch bound {
        case .invocation(let invocation):
            let gathers = scope.gathersRows
            defer { scope.gathersRows = gathers }
            if ReservedWords.blocks.contains(invocation.name.text) { scope.gathersRows = true }
            value = try await invoke(invocation, source, &scope, as: name.text)
            delegate.named()
            if case .nothing = value {
                throw Diagnostic(
                    .noValue, "'\(invocation.name.text)' returns no value that let could name",
                    at: invocation.name.span, in: source)
            }
        case .expression(let expression):
            value = try evaluator(source, scope).value(expression)
        }
        scope.names[name.text] = value
        delegate.didAssign(name.text, value, isLocal: isBlock)
        return value
    }

    private func checkNew(_ name: Name, _ scope: Scope, _ source: Source, isBlock: Bool) throws {
        guard name.text != ReservedWords.seed else {
            throw Diagnostic(
                .reservedName, "'seed' is the ambient seed",
                hint: "set it with --seed, or sweep it: sweep seed:[1 2 3] { … }", at: name.span,
                in: source)
        }
        guard name.text != ReservedWords.lastResult else {
            throw Diagnostic(
                .reservedName, "'$_' is always the last result", hint: "choose another name", at: name.span,
                in: source)
        }
        guard scope.names[name.text] != nil, delegate.isChecking else { return }
        delegate.report(
            Diagnostic(
                isBlock ? .shadowedName : .redefinedName,
                "'\(name.text)' is already defined", hint: "choose another name", at: name.span,
                in: source, severity: .warning))
    }

    private func parameter(
        _ name: Name, _ expression: Expression, _ source: Source, _ scope: Scope
    ) throws -> Value {
        let fallback = try evaluator(source, scope).value(expression)
        guard let override = overrides[name.text] else { return fallback }
        if case .text = fallback {
            guard let expression = override.expression,
                case .text(let text) = try evaluator(override.source, scope).value(expression)
            else { return .text(override.text) }
            return .text(text)
        }
        guard let expression = override.expression else {
            throw Diagnostic(
                .wrongType, "'\(override.text)' is not a valid value for '\(name.text)'",
                at: Span(0, override.source.text.utf8.count), in: override.source)
        }
        let value = try evaluator(override.source, scope).value(expression)
        switch (fallback, value) {
        case (.number(_, let a), .number(_, let b)) where (a == .seconds) == (b == .seconds): break
        case (.boolean, .boolean), (.word, .word), (.list, .list): break
        // A word may stand for a file or folder too: nano, or "models/mine".
        case (.word, .text): break
        case (.list, .number), (.list, .word):
            return .list([.init(label: value.cell.text, value: value)])
        default:
            throw Diagnostic(
                .wrongType, "'\(name.text)' is \(fallback.kindName), not \(value.kindName)",
                at: expression.span, in: override.source)
        }
        return value
    }

    func evaluator(_ source: Source, _ scope: Scope) -> Evaluator {
        Evaluator(
            source: source,
            resolve: { name in
                let value = scope.resolve(name) ?? (scope.isIncomplete ? .unknown : nil)
                // Inside of a sweep over it, `$seed` is the sweep's variable.
                let isSwept = name == ReservedWords.seed && scope.point.contains { $0.name == name }
                if !(delegate.isChecking && isSwept) { delegate.used(name, value) }
                return value
            },
            qualifier: { type, name in
                if let value = scope.qualified[type]?[name] { return value }
                if case .unknown? = scope.slots[type] { return .unknown }
                return scope.isIncomplete ? .unknown : nil
            },
            knownNames: { scope.names.keys.sorted() + [ReservedWords.seed] })
    }

    // MARK: Commands

    private func invoke(
        _ invocation: Invocation, _ source: Source, _ scope: inout Scope, as bound: String? = nil
    ) async throws -> Value {
        switch invocation.name.text {
        case "sweep": return try await sweep(invocation, source, &scope)
        case "repeat": return try await repetition(invocation, source, &scope)
        default: break
        }
        let name = invocation.name
        guard let command = delegate.commands[name.text] else {
            let known = delegate.commands.names + ReservedWords.blocks + ReservedWords.statements
            throw Diagnostic(
                .unknownCommand, "no command '\(name.text)'",
                hint: known.nearest(to: name.text).map { "did you mean \($0)?" }
                    ?? "try: help", at: name.span, in: source)
        }
        if let block = invocation.block {
            throw Diagnostic(
                .unexpectedBlock, "'\(name.text)' takes no block",
                at: block.first?.span ?? name.span, in: source)
        }
        let builder = CallBuilder(
            evaluator: evaluator(source, scope), commands: delegate.commands, scope: scope)
        let call = try builder.call(invocation, command).get()
        let value = try await delegate.perform(
            call, command,
            CallSite(source: source, span: invocation.span, point: scope.point, name: bound, scope: scope))
        var fillsSlot = true
        if case .unslotted = command.result(call) { fillsSlot = false }
        scope.take(value, fillsSlot: fillsSlot, qualifier: command.qualifier(call))
        for type in Swift.type(of: command).companions { scope.slots[type] = value.companion(type) }
        return value
    }

    /// Walks the statements of a block. At its end, the names outside the block have their earlier values again.
    ///
    /// - Returns: the value of the last statement.
    func block(
        _ statements: [Statement], _ source: Source, _ scope: inout Scope
    ) async throws -> Value {
        let (outer, gathers) = (scope.names, scope.gathersRows)
        delegate.didCrossBlock()
        defer {
            (scope.names, scope.gathersRows) = (outer, gathers)
            delegate.didCrossBlock()
        }
        var last = Value.nothing
        for (index, statement) in statements.enumerated() {
            // Only the last statement's rows leave the block.
            scope.gathersRows = gathers && index == statements.count - 1
            last = try await walk(statement, source, &scope, isBlock: true)
        }
        return last
    }
}
