import CommandKit
import Events
import Keys
import Language

/// A workspace and the commands that work on it. Recipes, the REPL and notebooks all use it.
///
/// ```swift
/// let session = Session(
///     application.commands, application.results, seed: 1, loader: ScriptLoader(read: read), sink: console.sink)
/// let ending = await session.run(Source(name: "<example>", text: "model nano tokens:20k"))
/// ```
package actor Session {
    package nonisolated let commands: CommandSet
    private let results: any ResultStore
    private let loader: ScriptLoader
    private let sink: EventSink
    private let recorder: Recorder
    private let lineage = Lineage()
    private var scope: Scope
    /// The named values of background statements that ended while a script was running. ``walk(_:_:_:isCell:)`` adds
    /// them to the script's scope after its current statement.
    private var arrived: [String: Value] = [:]
    private var isWalking = false
    private let seed: UInt64
    /// True if the user chose the ambient seed. A script that does not use it then gets a warning.
    private let isSeedGiven: Bool
    private let stopsOnFailure: Bool
    /// The statements that succeeded, each with the turn by which they are ordered.
    private var transcript: [(turn: Int, text: String)] = []
    private var dataflow = DataflowGraph()
    /// The number of claims with a p-value by cell.
    private var claims: [String: Int] = [:]
    /// The last turn number assigned. Turns order the transcript. A background statement gets its turn when it begins,
    /// any other statement when it succeeds.
    private var turns = 0

    /// - Parameter stopsOnFailure: true to end a script at the first failure. Otherwise a sweep goes on with its other
    ///   points if one fails.
    package init(
        _ commands: CommandSet, _ results: any ResultStore, seed: UInt64, loader: ScriptLoader,
        isSeedGiven: Bool = false, stopsOnFailure: Bool = false, sink: @escaping EventSink
    ) {
        self.isSeedGiven = isSeedGiven
        self.stopsOnFailure = stopsOnFailure
        self.commands = commands
        self.results = results
        self.loader = loader
        recorder = Recorder(seed: seed, sink)
        self.sink = recorder.sink
        self.seed = seed
        scope = Scope(seed: seed)
    }

    /// Checks a script and runs it if it has no errors. Each statement that succeeds changes the workspace. A statement
    /// that fails leaves it unchanged; `include` counts as one statement.
    ///
    /// - Parameters:
    ///   - settings: values for `param`, in the language's notation.
    ///   - cell: the cell's name if the script is one of several in a session, as in a REPL or notebook; `nil` for a
    ///     recipe. With a name, the session also reports which other cells have become stale.
    /// - Returns: how the script ended.
    package func run(
        _ source: Source, settings: [String: String] = [:], cell: CellName? = nil
    ) async -> RunStatus {
        let (script, problems) = loader.load(source)
        guard let overrides = await checked(script, problems, settings, isCell: cell != nil, sink) else {
            return .invalid
        }
        recorder.begin(script)
        let executor = Executor(commands, results, lineage, stopsOnFailure: stopsOnFailure, sink)
        let ending = await run(script, executor, overrides, isCell: cell != nil)
        if let cell {
            warnAboutOtherClaims(cell, executor.decided)
            note(cell, script, ending, executor.dependencies, sink)
        }
        return ending
    }

    private func run(
        _ script: LoadedScript, _ executor: Executor, _ overrides: [String: Override], isCell: Bool
    ) async -> RunStatus {
        let ending = await walk(script, executor, overrides, isCell: isCell)
        let values = script.parameters.compactMap { name in scope.names[name].map { (name, $0.notation) } }
        recorder.parameters(values)
        if ending != .done, executor.hasPending {
            sink(
                .warning("the script ended early: the conclusions below cover only the statements that ran"))
        }
        // Conclude after a failure too, so that claims and reports of finished statements are not lost.
        let problems = await executor.conclude { [recorder] in recorder.record }
        for problem in problems { executor.report(problem) }
        return ending == .done ? executor.status(problems) : ending
    }

    /// Runs the statements one by one and keeps the changed workspace after each statement that succeeds. The changes
    /// of an included script are kept only if all of its statements succeed.
    private func walk(
        _ script: LoadedScript, _ executor: Executor, _ overrides: [String: Override], isCell: Bool
    ) async -> RunStatus {
        let walker = Walker(delegate: executor, overrides: overrides)
        (isWalking, arrived) = (true, [:])
        defer { isWalking = false }
        var working = scope
        var walked = 0
        do {
            for part in script.parts {
                walked += 1
                let single = LoadedScript(source: script.source, parts: [part])
                let value = try await walker.walk(single, &working)
                if isCell { tell(of: value, from: part) }
                // A name that the statement itself assigned takes precedence: it is the newer one.
                let own = script.boundName(of: part)
                for (name, value) in arrived where name != own { working.names[name] = value }
                arrived = [:]
                scope = working
                transcript.append((nextTurn(), script.text(of: part)))
            }
        } catch {
            let ending = Self.ending(error, executor)
            let rest = LoadedScript(source: script.source, parts: Array(script.parts.dropFirst(walked)))
            await runFinal(rest, executor, overrides, isCell: isCell)
            return ending
        }
        return .done
    }

    /// Runs the statements that are meant to run after a failure too, such as `report` at the end of a recipe.
    private func runFinal(
        _ rest: LoadedScript, _ executor: Executor, _ overrides: [String: Override], isCell: Bool
    ) async {
        let final = rest.parts.filter { part in
            guard !isCell, case .statement(.command(let invocation)) = part,
                let command = commands[invocation.name.text]
            else { return false }
            return type(of: command).runsAfterFailure
        }
        guard !final.isEmpty else { return }
        let script = LoadedScript(source: rest.source, parts: final)
        let scope = scope
        // A task of its own: that of the script may be cancelled.
        await Task {
            var working = scope
            _ = try? await Walker(delegate: executor, overrides: overrides).walk(script, &working)
        }.value
    }

    /// Reports the size and columns of the frame that a sweep or repetition returns, because no command reports it.
    private func tell(of value: Value, from part: LoadedScript.Part) {
        guard case .statement(let statement) = part, let name = statement.block, value.frame != nil else {
            return
        }
        sink(
            .value(
                .init(
                    type: "frame", fields: [.init("rows", .number(Double(value.frame?.rows.count ?? 0)))],
                    lines: ["\(name): \(value.summary)"])))
    }

    private func nextTurn() -> Int {
        turns += 1
        return turns
    }

    /// Runs `background STATEMENT` concurrently with the session. The statement reads a copy of the current workspace
    /// and changes no slot. Names that it assigns become available when it has ended.
    ///
    /// - Parameters:
    ///   - source: the statement, including `background`.
    ///   - cell: the name of the statement's cell.
    ///   - sink: receives the statement's events. They are added to the session's record when the statement has ended.
    /// - Returns: how the statement ended, and the names that were added. A result without a name is named `job1`,
    ///   `job2` and so on.
    package func runInBackground(
        _ source: Source, cell: CellName? = nil, sink: @escaping EventSink
    ) async -> (ending: RunStatus, names: [String]) {
        let turn = nextTurn()
        let (script, errors) = loader.load(source)
        guard await checked(script, errors, [:], isCell: true, sink) != nil else { return (.invalid, []) }
        guard script.parts.count == 1, case .statement(.background(let inner, _)) = script.parts[0] else {
            sink(
                .error(
                    "'background' takes one statement; put several into a block: repeat 1 { … }"))
            return (.invalid, [])
        }
        let part = LoadedScript.Part.statement(inner)
        let own = Recorder(seed: seed, sink)
        own.begin(script)
        let executor = Executor(commands, results, lineage, stopsOnFailure: stopsOnFailure, own.sink)
        let walker = Walker(delegate: executor, overrides: [:])
        var working = scope
        var value = Value.nothing
        var ending = RunStatus.done
        do {
            value = try await walker.walk(LoadedScript(source: script.source, parts: [part]), &working)
        } catch {
            ending = Self.ending(error, executor)
        }
        let problems = await executor.conclude { [recorder] in
            var record = recorder.record
            record.add(own.record)
            return record
        }
        for problem in problems { executor.report(problem) }
        recorder.take(own.record)
        guard ending == .done else { return (ending, []) }
        var added: [String: Value] = [:]
        var text = script.text(of: part)
        if let bound = script.boundName(of: part) {
            added[bound] = working.names[bound]
        } else if value.hasContent {
            let name = (1...).lazy.map { "job\($0)" }.first { scope.names[$0] == nil }!
            added[name] = value
            text = "let \(name) = " + text
        }
        transcript.append((turn, "background " + text))
        scope.names.merge(added) { _, new in new }
        if isWalking { arrived.merge(added) { _, new in new } }
        if let cell {
            var dependencies = executor.dependencies
            for (name, value) in added { dependencies.name(name, value) }
            note(cell, script, ending, dependencies, sink)
        }
        return (executor.status(problems), added.keys.sorted())
    }

    /// Returns the ending for an error that stopped a script. Reports an error that the walker has not reported.
    private static func ending(_ error: any Error, _ executor: Executor) -> RunStatus {
        switch error {
        case is CancellationError: return .interrupted
        case is ReportedFailure: break
        default: executor.tell(.error("\(error)"))
        }
        return .failed
    }

    /// Checks a script without running it.
    ///
    /// - Returns: true if the script has no errors.
    package func check(_ source: Source, settings: [String: String] = [:]) async -> Bool {
        await check([source], settings: settings)
    }

    /// Checks the cells of a notebook, in order, as one script.
    ///
    /// - Parameter mayFail: the names of cells that are expected to fail. Errors in them and in their includes are
    ///   ignored.
    /// - Returns: true if no other cell has errors.
    package func check(
        _ cells: [Source], settings: [String: String] = [:], excusing mayFail: Set<String> = []
    ) async -> Bool {
        let loaded = cells.map { (name: $0.name, loaded: loader.load($0)) }
        let sources = loaded.filter { mayFail.contains($0.name) }.flatMap { $0.loaded.script.sources }
        let whole = LoadedScript(
            source: cells.first ?? Source(name: "", text: ""),
            parts: loaded.map { .script($0.loaded.script) })
        return await checked(
            whole, loaded.flatMap(\.loaded.diagnostics), settings, isCell: false,
            excusing: Set(sources.map(\.name)), sink) != nil
    }

    /// Returns the parameters of a script and of those that it includes. Reports syntax errors and unreadable includes;
    /// returns `nil` if there are any.
    package nonisolated func parameters(of source: Source) -> [ScriptParameter]? {
        let (script, problems) = loader.load(source)
        for diagnostic in problems.inOrderAndLimited { sink(.diagnostic(DiagnosticRecord(diagnostic))) }
        return problems.isEmpty ? script.declaredParameters : nil
    }

    /// Returns true if a script, or one that it includes, declares a `param` of this name.
    package nonisolated func declares(_ parameter: String, _ source: Source) -> Bool {
        loader.load(source).script.parameters.contains(parameter)
    }

    /// Checks a loaded script and reports everything that is wrong, including the syntax errors that the loader found.
    ///
    /// - Parameter excused: the names of sources whose diagnostics don't count and are not reported.
    /// - Returns: the values of `--set`; `nil` if there are errors.
    private func checked(
        _ script: LoadedScript, _ syntax: [Diagnostic], _ settings: [String: String], isCell: Bool,
        excusing excused: Set<String> = [], _ sink: EventSink
    ) async -> [String: Override]? {
        let (overrides, problems) = Self.overrides(settings, script)
        let (found, usesAmbientSeed) = await Checker(commands: commands).check(
            script, scope, overrides: overrides)
        // Warnings are dropped for a cell: a later cell may read a name that is unused here, and a cell may define a
        // name again. They are also dropped if a part of the script could not be read: it may read the name.
        let isWhole = !isCell && syntax.isEmpty
        let all = (syntax + problems + found.filter { isWhole || $0.severity == .error })
            .filter { !excused.contains($0.source.name) }
        for diagnostic in all.inOrderAndLimited { sink(.diagnostic(DiagnosticRecord(diagnostic))) }
        guard !all.contains(where: { $0.severity == .error }) else { return nil }
        if isSeedGiven, !isCell, !usesAmbientSeed {
            sink(
                .warning(
                    "--seed \(seed) has no effect: each statement takes its seed from a sweep, or uses none"))
        }
        return overrides
    }

    /// Reads `--set name=value` with the language's own grammar.
    private static func overrides(
        _ settings: [String: String], _ script: LoadedScript
    ) -> ([String: Override], [Diagnostic]) {
        var overrides: [String: Override] = [:]
        var problems: [Diagnostic] = []
        for (name, text) in settings.sorted(by: { $0.key < $1.key }) {
            let source = Source(name: "--set \(name)", text: "param value = \(text)")
            guard script.parameters.contains(name) else {
                problems.append(
                    Diagnostic(
                        .unknownParameter, "the script has no parameter '\(name)'",
                        hint: script.parameters.nearest(to: name).map { "did you mean \($0)?" }
                            ?? "parameters: \(script.parameters.joined(separator: ", "))",
                        at: Span(0, 0), in: Source(name: "--set \(name)", text: text)))
                continue
            }
            let result = Parser.parse(source)
            var expression: Expression?
            if result.diagnostics.isEmpty, result.script.statements.count == 1,
                case .parameter(_, let parsed, nil, _) = result.script.statements[0]
            {
                expression = parsed
            }
            overrides[name] = .init(source: source, text: text, expression: expression)
        }
        return (overrides, problems)
    }

    // MARK: Cells

    /// Warns if this cell and other cells have claims. p-values are corrected within a cell, not across cells, because
    /// the session can't know which claims will follow.
    ///
    /// - Parameter count: the number of claims with a p-value in this cell.
    private func warnAboutOtherClaims(_ cell: CellName, _ count: Int) {
        let identity = cell.id ?? "\(cell.number)"
        claims[identity] = count > 0 ? count : nil
        let others = claims.values.reduce(0, +) - count
        guard count > 0, others > 0 else { return }
        sink(
            .warning(
                """
                p-values are corrected (Holm) within this cell (claims: \(count)), not across cells (other claims: \
                \(others)): put claims of one family into one cell
                """))
    }

    private func note(
        _ cell: CellName, _ script: LoadedScript, _ ending: RunStatus, _ dependencies: Dependencies,
        _ sink: EventSink
    ) {
        dataflow.add(cell, script, ending, dependencies)
        // A failing cell shows only its error. The next successful cell reports the stale cells.
        if ending.isDone, let stale = dataflow.takeNewlyStale() { sink(.stale(stale)) }
    }

    /// The listing of the cells that ran. It marks stale cells: those that depend on a value that has changed since.
    package var cells: Event { .value(dataflow.listing) }

    /// The record of the session: its scripts, their parameters and their events.
    package nonisolated var record: RunRecord { recorder.record }

    /// A recipe of the statements that succeeded in this session. It gives the same results with the same seed and
    /// without `--set`. If the seed is not 1, the first line says so.
    package var recipe: String { recipe(orderedTranscript) }

    /// Returns the part of the session's recipe that makes a named value; `nil` if no statement assigned the name.
    package func recipe(for name: String) -> String? {
        RecipeSlice(commands).statements(for: name, of: orderedTranscript).map(recipe)
    }

    private var orderedTranscript: [String] { transcript.sorted { $0.turn < $1.turn }.map(\.text) }

    private func recipe(_ statements: [String]) -> String {
        guard !statements.isEmpty else { return "" }
        let head = seed == 1 ? "" : "# run with --seed \(seed)\n"
        let text = head + statements.map { $0 + "\n" }.joined()
        return (try? Formatter.format(Source(name: "<session>", text: text))) ?? text
    }

    /// The names that `let` and `param` have assigned, sorted. Completion offers them after `$`.
    package var names: [String] { scope.names.keys.filter { $0 != ReservedWords.lastResult }.sorted() }

    /// What completion offers: the names with their values, and the trajectories in the slots.
    package var completions: Completion.Workspace {
        let objects = scope.slots.values.compactMap { value -> (any WorkspaceObject)? in
            if case .object(_, _, let object) = value { object } else { nil }
        }
        return Completion.Workspace(names.map { ($0, scope.names[$0]) }) { text in
            objects.lazy.map { $0.names(beginningWith: text) }.first { !$0.isEmpty } ?? []
        }
    }

    /// Short labels of the objects in the slots, such as the policy's name. The prompt shows them.
    package var labels: [String] {
        scope.slots.sorted { $0.key.name < $1.key.name }.compactMap { _, value in
            if case .object(_, _, let object) = value { object?.label } else { nil }
        }
    }

    /// The values in the workspace, by name: slots (`policy`) and objects with a qualifier (`judgements by strict`),
    /// then the names that the user assigned (`$careful`).
    package var contents: [(name: String, value: Value)] { scope.contents }
}

extension Statement {
    /// The display name of the value of a sweep or a repetition; `nil` for other statements.
    fileprivate var block: String? {
        switch self {
        case .command(let invocation) where invocation.block != nil: invocation.name.text
        case .binding(let name, .invocation(let invocation), _) where invocation.block != nil: "$" + name.text
        default: nil
        }
    }
}
