import CommandKit
import Events
import Failures
import Keys
import Language

/// Checks names, types, ranges and inputs of a whole script before anything runs, so that a mistake at the end of a
/// ten-hour recipe is reported in its first second.
///
/// A sweep is checked at up to ``Walker/maximumCheckedPoints`` points and a repetition in its first round. An error
/// that needs another combination of values appears only at run time.
struct Checker {
    let commands: CommandSet

    /// Checks a script in a scope.
    ///
    /// - Returns: all diagnostics, warnings included, in the order of their positions; and whether the ambient seed
    ///   affects a result.
    func check(
        _ script: LoadedScript, _ scope: Scope, overrides: [String: Override]
    ) async -> (diagnostics: [Diagnostic], usesAmbientSeed: Bool) {
        let delegate = CheckingDelegate(commands)
        var scope = scope
        let walker = Walker(delegate: delegate, overrides: overrides)
        // During a check, the walker reports errors to the delegate instead of throwing them.
        _ = try? await walker.walk(script, &scope)
        delegate.reportUnused(in: script)
        let found = delegate.diagnostics.unique
            .sorted { ($0.source.name, $0.span.start) < ($1.source.name, $1.span.start) }
        return (Self.merged(found, overrides), delegate.usesAmbientSeed)
    }

    /// Merges the errors that one wrong value causes wherever its name is used. The first of them names the lines of the
    /// others.
    private static func merged(_ found: [Diagnostic], _ overrides: [String: Override]) -> [Diagnostic] {
        struct Cause: Hashable {
            let file: String
            let code: FailureCode
            let name: String
            /// The message of a wrong type: a value may be wrong for several reasons. Empty for other errors.
            let message: String
        }
        func cause(_ diagnostic: Diagnostic) -> Cause? {
            let text = diagnostic.source.text(diagnostic.span)
            guard diagnostic.severity == .error, text.hasPrefix("$") else { return nil }
            return Cause(
                file: diagnostic.source.name, code: diagnostic.code, name: String(text.dropFirst()),
                message: diagnostic.code == .wrongType ? diagnostic.message : "")
        }
        var first: [Cause: Span] = [:]
        var lines: [Cause: [Int]] = [:]
        for diagnostic in found {
            guard let cause = cause(diagnostic) else { continue }
            first[cause] = first[cause] ?? diagnostic.span
            if lines[cause]?.last != diagnostic.line { lines[cause, default: []].append(diagnostic.line) }
        }
        return found.compactMap { diagnostic in
            guard let cause = cause(diagnostic), let lines = lines[cause] else { return diagnostic }
            // In a sweep, one place may be wrong for several values.
            guard diagnostic.span == first[cause] else { return nil }
            var notes = diagnostic.hint.map { [$0] } ?? []
            if let override = overrides[cause.name] {
                notes.append("--set gives \(cause.name) the value \(override.text)")
            }
            if lines.count > 1 {
                let others = lines.dropFirst().prefix(5).map(String.init).joined(separator: ", ")
                let rest = lines.count > 6 ? " and \(lines.count - 6) more" : ""
                notes.append("the same in \(lines.count == 2 ? "line" : "lines") \(others)\(rest)")
            }
            return Diagnostic(
                diagnostic.code, diagnostic.message,
                hint: notes.isEmpty ? nil : notes.joined(separator: "; "),
                at: diagnostic.span, in: diagnostic.source)
        }
    }
}

private final class CheckingDelegate: WalkerDelegate {
    let commands: CommandSet
    let isChecking = true
    let stopsOnFailure = false
    private(set) var diagnostics: [Diagnostic] = []
    private var usedNames: Set<String> = []
    /// True if a statement outside of a sweep over `seed` uses the ambient seed.
    private(set) var usesAmbientSeed = false

    init(_ commands: CommandSet) {
        self.commands = commands
    }

    /// For each slot whose latest value no statement has read: the warning to report if the value is replaced.
    private var unread: [ObjectType: Diagnostic] = [:]
    /// The slot that the latest command filled; `nil` if it filled none.
    private var latest: ObjectType?

    func perform(_ call: Call, _ command: any Command, _ place: CallSite) async throws -> Value {
        for parameter in command.parameters {
            if case .slot(let type) = parameter.kind { unread[type] = nil }
        }
        latest = nil
        if command.usesSeed(call), !place.point.contains(where: { $0.name == ReservedWords.seed }) {
            usesAmbientSeed = true
        }
        let result = command.result(call)
        // Equal for equal statements on equal inputs, so that commands can tell whether two values are the same.
        let key = ContentKey(
            parts: ["checking", type(of: command).name] + call.canonical
                + (command.usesSeed(call) ? ["seed:\(call.seed)"] : []))
        if case .frame(let columns) = result {
            return .frame(FrameShape(columns: columns), key: key, nil)
        }
        if case .unslotted(let type) = result { return .object(type, key: key, nil) }
        guard case .object(let type) = result else { return .nothing }
        // Only results that would be lost get a warning. An object with rows, such as an evaluation, was shown when it
        // was computed. A result with a qualifier stays reachable under it after another result has filled the slot.
        if type.isSlot, type.columns == nil, command.qualifier(call) == nil {
            if let lost = unread[type] { report(lost) }
            latest = type
            unread[type] = Diagnostic(
                .unusedResult, "this \(type.name) is replaced before anything reads it",
                hint: "remove the statement, or name its result with let", at: place.span, in: place.source,
                severity: .warning)
        }
        return .object(type, key: key, nil)
    }

    func didAssign(_ name: String, _ value: Value, isLocal: Bool) {}
    func begins(_ point: Event.PointStart) {}
    func failed(_ points: [String], of count: Int) {}

    func named() {
        if let latest { unread[latest] = nil }
    }

    func didCrossBlock() {
        unread = [:]
        latest = nil
    }

    func used(_ name: String, _ value: Value?) {
        usedNames.insert(name)
        if name == ReservedWords.seed { usesAmbientSeed = true }
        if name == ReservedWords.lastResult, let latest { unread[latest] = nil }
    }

    func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

    /// Warns about names that `let` assigns and no statement reads. An unused name is often a typing mistake.
    func reportUnused(in script: LoadedScript) {
        for part in script.parts {
            switch part {
            case .script(let included): reportUnused(in: included)
            case .statement(let statement): reportUnused(statement, script.source)
            }
        }
    }

    private func reportUnused(_ statement: Statement, _ source: Source) {
        switch statement {
        case .binding(let name, let bound, _):
            if !usedNames.contains(name.text) {
                report(
                    Diagnostic(
                        .unusedName, "'\(name.text)' is never read",
                        hint: "remove let \(name.text) =, or use $\(name.text)", at: name.span,
                        in: source, severity: .warning))
            }
            if case .invocation(let invocation) = bound {
                invocation.block?.forEach { reportUnused($0, source) }
            }
        case .command(let invocation): invocation.block?.forEach { reportUnused($0, source) }
        case .background(let inner, _): reportUnused(inner, source)
        case .parameter, .include, .invalid: break
        }
    }
}
