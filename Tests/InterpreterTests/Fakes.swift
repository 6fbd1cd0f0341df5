import CommandKit
import Events
import Failures
import Foundation
import Interpreter
import Keys
import Language
import Persistence
import Synchronization

// Commands of no science: what the interpreter does with commands is seen without a network.

extension ObjectType {
    static let number = ObjectType("number")
    static let word = ObjectType("word", columns: ["letter", "place"])
}

/// What the `add` command makes.
struct NumberObject: WorkspaceObject {
    static let type = ObjectType.number
    let value: Int
    var summary: String { "number \(value)" }
}

/// What the `spell` command makes: something with rows.
struct WordObject: WorkspaceObject {
    static let type = ObjectType.word
    let text: String
    var summary: String { "word \(text)" }
    var frame: Frame? {
        Frame(
            columns: Self.type.columns!,
            rows: text.enumerated().map { [.text(String($1)), .number(Double($0 + 1))] })
    }
}

/// Counts how often commands ran.
final class Runs: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    func add(_ name: String) { counts.withLock { $0[name, default: 0] += 1 } }
    subscript(name: String) -> Int { counts.withLock { $0[name, default: 0] } }
}

/// `add 5`: a kept number, on top of the one in the slot.
struct AddCommand: Command {
    static let name = "add"
    static let summary = "adds to the number"
    static let result = CommandResult.object(.number)
    static let examples: [CommandExample] = []
    static let isCached = true
    static let amount = Parameter<Int>.integer("amount", default: 1, in: 0...100, "how much")
    static let to = Parameter<NumberObject?>.optionalSlot("to", "what it is added to")
    let parameters = [amount.declaration, to.declaration]
    let runs: Runs

    func usesSeed(_ call: Call) -> Bool { call[Self.amount] == 77 }

    func problems(_ call: Call) -> [CallProblem] {
        call[Self.amount] == 13 ? [CallProblem(.contradiction, parameter: "amount", "13 brings no luck")] : []
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        runs.add(Self.name)
        if call[Self.amount] == 99 { throw CommandFailure(.tooLarge, "99 is too much", hint: "take less") }
        if call[Self.amount] == 98 {
            struct Broken: Error, CustomStringConvertible { let description = "something broke" }
            throw Broken()
        }
        context.progress(1, of: 1, "additions")
        return .object(NumberObject(value: (call[Self.to]?.value ?? 0) + call[Self.amount]))
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) async {
        guard let number = output.object as? NumberObject else { return }
        context.say("number", [.init("value", .number(Double(number.value)))], ["\(number.value)"])
    }
}

/// `spell "text"`: rows.
struct SpellCommand: Command {
    static let name = "spell"
    static let summary = "letters of a text"
    static let result = CommandResult.object(.word)
    static let isShown = true
    static let examples: [CommandExample] = []
    static let text = Parameter<String>.required("text", .text, "what is spelled")
    let parameters = [text.declaration]
    let runs: Runs

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        runs.add(Self.name)
        return .object(WordObject(text: call[Self.text]))
    }
}

/// `later "text"`: says something when the script has ended.
struct LaterCommand: Command {
    static let name = "later"
    static let summary = "says it at the end"
    static let result = CommandResult.nothing
    static let examples: [CommandExample] = []
    static let text = Parameter<String>.required("text", .text, "what is said")
    let parameters = [text.declaration]
    let runs: Runs

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput { .pending(call[Self.text]) }

    func conclude(_ pending: [any Sendable], _ record: RunRecord, _ context: Context) async throws {
        let texts = pending.compactMap { $0 as? String }
        context.say("later", [], [texts.joined(separator: " ")])
        if texts.contains("fail") { throw CommandFailure(.notWritten, "it could not be said") }
    }
}

/// `dawdle`: waits for cancellation, with a part kept.
struct DawdleCommand: Command {
    static let name = "dawdle"
    static let summary = "waits to be interrupted"
    static let result = CommandResult.object(.number)
    static let examples: [CommandExample] = []
    static let isCached = true
    let parameters: [ParameterDeclaration] = []
    let runs: Runs

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        runs.add(Self.name)
        if let part = context.parts.part("half") {
            context.parts.resumed(1, of: 2, "halves")
            return .object(NumberObject(value: part.count))
        }
        context.parts.save(["half": .init()], as: "half")
        try await Task.sleep(for: .seconds(600))
        return .object(NumberObject(value: 0))
    }
}

/// Results in memory whose parts outlive a run.
final class PartKeepingResults: ResultStore {
    private final class Parts: PartStore {
        private let state = Mutex((parts: [String: [String: Data]](), resumed: String?.none))
        func part(_ name: String) -> [String: Data]? { state.withLock { $0.parts[name] } }
        func save(_ files: [String: Data], as name: String) { state.withLock { $0.parts[name] = files } }
        var hasParts: Bool { state.withLock { !$0.parts.isEmpty } }
        func resumed(_ done: Int, of total: Int, _ unit: String) {
            state.withLock { $0.resumed = "\(done) of \(total) \(unit)" }
        }
        var resumed: String? { state.withLock { $0.resumed } }
    }

    private let parts = Parts()
    private let own = InMemoryResults()
    let provenances = Mutex<[Provenance]>([])

    func result(
        _ provenance: Provenance, _ type: ObjectType, warn: @escaping @Sendable (String) -> Void,
        compute: (any PartStore) async throws -> any WorkspaceObject
    ) async throws -> (any WorkspaceObject, ResultOrigin) {
        provenances.withLock { $0.append(provenance) }
        let (object, origin) = try await own.result(provenance, type, warn: warn) { _ in
            try await compute(parts)
        }
        if case .computed(let because, _) = origin {
            return (object, .computed(because: because, resumed: parts.resumed))
        }
        return (object, origin)
    }
}

/// A session over the fake commands.
final class Bench: Sendable {
    let runs = Runs()
    let results = PartKeepingResults()
    let session: Session
    private let sink = Sink()

    private final class Sink: Sendable {
        let events = Mutex<[Event]>([])
    }

    init(files: [String: String] = [:]) {
        session = Session(
            CommandSet([
                AddCommand(runs: runs), SpellCommand(runs: runs), LaterCommand(runs: runs),
                DawdleCommand(runs: runs),
            ]), results, seed: 7,
            loader: ScriptLoader { path, _ in
                guard let text = files[path] else { throw CommandFailure(.noSuchFile, "no such file") }
                return Source(name: path, text: text)
            }, sink: { [sink] event in sink.events.withLock { $0.append(event) } })
    }

    func run(_ text: String, settings: [String: String] = [:], cell: CellName? = nil) async -> RunStatus {
        await session.run(Source(name: "test.swirl", text: text), settings: settings, cell: cell)
    }

    var events: [Event] { sink.events.withLock { $0 } }
    var said: [[String]] {
        events.compactMap { if case .value(let value) = $0 { value.lines } else { nil } }
    }
    var diagnostics: [DiagnosticRecord] {
        events.compactMap { if case .diagnostic(let record) = $0 { record } else { nil } }
    }
    var codes: [String] { diagnostics.map(\.code) }
    var finished: [Event.Finished] {
        events.compactMap { if case .finished(let finished) = $0 { finished } else { nil } }
    }
}
