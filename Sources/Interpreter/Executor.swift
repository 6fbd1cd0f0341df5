import CommandKit
import Events
import Failures
import Keys
import Language
import Persistence
import Synchronization

/// The ``WalkerDelegate`` that runs commands: it loads or computes the result of each call and reports everything as events.
final class Executor: WalkerDelegate, Sendable {
    let commands: CommandSet
    let isChecking = false
    private let results: any ResultStore
    private let lineage: Lineage
    private let sink: EventSink
    let stopsOnFailure: Bool
    private let failedPoints = Atomic<Int>(0)
    private let failures = Atomic<Int>(0)
    private let decisions = Atomic<Int>(0)
    private let state = Mutex(Dependencies())
    /// The work that commands left for the end of the script, in the order of the calls.
    private let pending = Mutex<[(command: String, rest: any Sendable, place: CallSite)]>([])

    init(
        _ commands: CommandSet, _ results: any ResultStore, _ lineage: Lineage, stopsOnFailure: Bool,
        _ sink: @escaping EventSink
    ) {
        self.stopsOnFailure = stopsOnFailure
        self.commands = commands
        self.results = results
        self.lineage = lineage
        self.sink = sink
    }

    func used(_ name: String, _ value: Value?) {
        guard let value else { return }
        state.withLock { $0.read("$" + name, value.mark(named: name)) }
    }
    func named() {}
    func didCrossBlock() {}

    func didAssign(_ name: String, _ value: Value, isLocal: Bool) {
        state.withLock { $0.name(name, value, isLocal: isLocal) }
    }

    /// The values that the run has read and made so far.
    var dependencies: Dependencies { state.withLock(\.self) }

    func tell(_ event: Event) { sink(event) }

    func report(_ diagnostic: Diagnostic) { sink(.diagnostic(DiagnosticRecord(diagnostic))) }

    func perform(_ call: Call, _ command: any Command, _ place: CallSite) async throws -> Value {
        let declared = type(of: command)
        let clock = ContinuousClock()
        let start = clock.now
        sink(
            .started(
                .init(
                    command: declared.name, text: place.text, line: place.line, point: place.point,
                    name: place.name, fillsSlot: command.result(call).type?.isSlot ?? false,
                    isShown: declared.isShown && !place.scope.gathersRows)))
        var key = ""
        var parts: any PartStore = NoParts()
        func finish(
            _ outcome: Event.Outcome, _ note: String, computedIn: Double? = nil, resumed: String? = nil
        ) {
            let seconds = (clock.now - start).inSeconds
            sink(
                .finished(
                    .init(
                        command: declared.name, outcome: outcome, seconds: seconds, note: note, key: key,
                        computedIn: outcome == .computed ? seconds : computedIn, resumed: resumed)))
        }
        do {
            let deciding = call.leavingOut(command.ignored(call))
            let provenance = try provenance(call, deciding, command, place)
            key = provenance.key.hex
            state.withLock { dependencies in
                for input in call.inputs { dependencies.read(input.parameter, input.key.hex) }
            }
            func context() -> Context {
                Context(
                    command: declared.name, key: provenance.key, point: place.point, parts: parts,
                    workspace: { place.scope.contents }, lineage: lineage, sink: sinkWatchingClaims)
            }
            guard command.caches(call), let type = command.result(call).type else {
                let output = try await command.run(call, context())
                if value(output, provenance.key).hasContent {
                    lineage.add(place.entry(provenance, deciding))
                }
                await command.present(output, call, context())
                if case .pending(let rest) = output {
                    pending.withLock { $0.append((declared.name, rest, place)) }
                }
                finish(.computed, "")
                return made(value(output, provenance.key))
            }
            let (object, origin) = try await results.result(
                provenance, type, warn: { [sink] in sink(.warning($0)) }
            ) { own in
                parts = own
                let output = try await command.run(call, context())
                guard let object = output.object else {
                    preconditionFailure("a command with cached results must return an object")
                }
                return object
            }
            let result = Value.object(type, key: provenance.key, object)
            lineage.add(place.entry(provenance, deciding))
            for companion in declared.companions.compactMap(result.companion) {
                _ = made(companion)
                companion.key.map { lineage.add(place.entry(provenance, deciding, key: $0)) }
            }
            await command.present(.object(object), call, context())
            switch origin {
            case .cached(let seconds): finish(.cached, "cached", computedIn: seconds)
            case .computed(let because, let resumed):
                let note = resumed.map { "\(because); resumed after \($0)" } ?? because
                finish(.computed, note, resumed: resumed)
            }
            return made(result)
        } catch is CancellationError {
            finish(
                .interrupted,
                "interrupted; the results of earlier statements stay available"
                    + (parts.hasParts ? ", and the same statement resumes where it stopped" : ""))
            throw CancellationError()
        } catch {
            finish(.failed, "")
            throw Self.diagnostic(error, place)
        }
    }

    private func made(_ value: Value) -> Value {
        if let key = value.key { state.withLock { $0.make(key) } }
        return value
    }

    private func value(_ output: CommandOutput, _ key: ContentKey) -> Value {
        if case .frame(let frame) = output {
            return .frame(FrameShape(columns: frame.columns), key: key, frame)
        }
        guard let object = output.object else { return .nothing }
        return .object(type(of: object).type, key: key, object)
    }

    /// Returns the provenance of a call, which determines the key of its result.
    ///
    /// - Parameters:
    ///   - call: the complete call.
    ///   - deciding: the same call without the parameters that do not affect its result.
    /// - Throws: the errors of ``Command/inputs(_:)``.
    private func provenance(
        _ call: Call, _ deciding: Call, _ command: any Command, _ place: CallSite
    ) throws -> Provenance {
        let declared = type(of: command)
        var parts = deciding.canonical + deciding.contents + (try command.inputs(call))
        let seed = command.usesSeed(call) ? call.seed : nil
        if let seed { parts.append("seed:\(seed)") }
        return Provenance(
            command: declared.cacheName, version: declared.version, parts: parts, text: place.text,
            seed: seed,
            inputs: deciding.inputs, ancestry: lineage.ancestry(of: deciding.inputs.map(\.key)))
    }

    func begins(_ point: Event.PointStart) { sink(.point(point)) }

    func failed(_ points: [String], of count: Int) {
        failedPoints.add(points.count, ordering: .relaxed)
        let shown = points.prefix(10).joined(separator: "; ") + (points.count > 10 ? "; …" : "")
        sink(
            .warning(
                "\(points.count) of \(count) points of the sweep failed and left no rows (\(shown)); the same statement tries them again"
            ))
    }

    /// Returns the ending of a script whose statements all ran.
    ///
    /// - Parameter problems: the diagnostics of its conclusions.
    func status(_ problems: [Diagnostic]) -> RunStatus {
        if !problems.isEmpty { return .failed }
        if failedPoints.load(ordering: .relaxed) > 0 { return .incomplete }
        return failedExpectations > 0 ? .expectationFailed : .done
    }

    /// True if a command, such as `claim` or `report`, has left work for the end of the script.
    var hasPending: Bool { pending.withLock { !$0.isEmpty } }

    /// Finishes the work that commands left for the end of the script, in the order of the catalog.
    ///
    /// - Parameter record: returns the record of the run. It is called once for each command, because `report` must
    ///   contain the claims that were decided just before it.
    /// - Returns: the diagnostics of the commands that failed.
    func conclude(_ record: @Sendable () -> RunRecord) async -> [Diagnostic] {
        let pending = pending.withLock { rest in
            defer { rest = [] }
            return rest
        }
        var problems: [Diagnostic] = []
        for command in commands.commands {
            let name = type(of: command).name
            let own = pending.filter { $0.command == name }
            guard let last = own.last else { continue }
            let context = Context(
                command: name, key: ContentKey(parts: ["conclude", name]), lineage: lineage,
                sink: sinkWatchingClaims)
            do {
                try await command.conclude(own.map(\.rest), record(), context)
            } catch {
                problems += Self.diagnostic(error, last.place).all
            }
        }
        return problems
    }

    /// The number of required claims and expectations that did not hold.
    var failedExpectations: Int { failures.load(ordering: .relaxed) }

    /// The number of claims with a p-value that this script has decided.
    var decided: Int { decisions.load(ordering: .relaxed) }

    private var sinkWatchingClaims: EventSink {
        { [self] event in
            if case .claim(let claim) = event, claim.isRequired, !claim.holds {
                failures.add(1, ordering: .relaxed)
            }
            if case .claim(let claim) = event, claim.measured != nil { decisions.add(1, ordering: .relaxed) }
            sink(event)
        }
    }

    private static func diagnostic(_ error: any Error, _ place: CallSite) -> Diagnostics {
        if let diagnostics = error as? Diagnostics { return diagnostics }
        let failure = error as? any Explained
        return Diagnostics([
            Diagnostic(
                failure?.code ?? .unknownFailure, failure?.message ?? "\(error)", hint: failure?.hint,
                at: place.span, in: place.source)
        ])
    }
}
