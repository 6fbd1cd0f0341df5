import Keys
import Language
import Output

/// A command of the experiment language. It describes itself once: checking, help, completion and
/// the reference page all follow from the declarations.
package protocol Command: Sendable {
    static var name: String { get }
    /// What it does, in a line.
    static var summary: String { get }
    /// More, where a line is not enough.
    static var discussion: String { get }
    static var parameters: [ParameterDeclaration] { get }
    static var result: CommandResult { get }
    /// Scripts that run as they stand; they are executed as tests.
    static var examples: [CommandExample] { get }
    /// Raised when the same call would yield another result than before; part of every key.
    static var version: Int { get }
    /// The command whose results these are, in keys: two that make the same share what is kept.
    static var keptAs: String { get }
    /// Whether its result is worth keeping.
    static var isKept: Bool { get }

    /// What this call yields; as ``result`` says, unless the arguments matter.
    func result(_ call: Call) -> CommandResult
    /// The name that the result has of itself among others of its type, which stay of use beside it:
    /// the judge of judgements.
    func variant(_ call: Call) -> String?
    /// Parameters that play no part in this call: what they hold decides nothing.
    func ignored(_ call: Call) -> Set<String>
    /// Whether this call's result is worth keeping; as ``isKept`` says, unless the arguments matter.
    func keeps(_ call: Call) -> Bool
    /// Whether the ambient seed decides about the result.
    func usesSeed(_ call: Call) -> Bool
    /// What is wrong with a combination of arguments, beyond what their kinds say.
    func problems(_ call: Call) -> [CallProblem]
    /// What outside of the script decides about the result, such as a file's content, as `name:key`.
    ///
    /// - Throws: ``CommandFailure`` where it can't be read.
    func inputs(_ call: Call) throws -> [String]
    /// - Throws: ``CommandFailure``, `CancellationError`.
    func run(_ call: Call, _ context: Context) async throws -> CommandOutput
    /// What is said about a result, computed now or earlier.
    func present(_ output: CommandOutput, _ call: Call, _ context: Context) async
    /// What all calls left ``CommandOutput/pending(_:)`` is done together, when the script has ended.
    ///
    /// - Parameter record: all that happened until now.
    /// - Throws: ``CommandFailure``.
    func conclude(_ pending: [any Sendable], _ record: RunRecord, _ context: Context) async throws
}

extension Command {
    package static var discussion: String { "" }
    package static var version: Int { 1 }
    package static var isKept: Bool { false }
    package static var keptAs: String { name }

    package func result(_ call: Call) -> CommandResult { Self.result }
    package func variant(_ call: Call) -> String? { nil }
    package func ignored(_ call: Call) -> Set<String> { [] }
    package func keeps(_ call: Call) -> Bool { Self.isKept }
    package func usesSeed(_ call: Call) -> Bool { false }
    package func problems(_ call: Call) -> [CallProblem] { [] }
    package func inputs(_ call: Call) throws -> [String] { [] }
    package func present(_ output: CommandOutput, _ call: Call, _ context: Context) async {}
    package func conclude(
        _ pending: [any Sendable], _ record: RunRecord, _ context: Context
    ) async throws {}
}

/// What a command yields, as the checker knows it.
package enum CommandResult: Sendable {
    /// The type of the object that comes out.
    package var type: ObjectType? {
        switch self {
        case .object(let type), .aside(let type): type
        case .nothing, .frame: nil
        }
    }

    case nothing
    /// Fills the slot of its type, if there is one.
    case object(ObjectType)
    /// To be named or looked at: the slot of its type stays as it is.
    case aside(ObjectType)
    /// Rows; `nil` where their columns are known only when it has run.
    case frame([String]?)
}

/// What a command yielded.
package enum CommandOutput: Sendable {
    case nothing
    case object(any WorkspaceObject)
    case frame(Frame)
    /// The rest can be done only when the script has ended: see ``Command/conclude(_:_:_:)``.
    case pending(any Sendable)

    package var object: (any WorkspaceObject)? {
        if case .object(let object) = self { object } else { nil }
    }
}

/// A script that shows a command at work.
package struct CommandExample: Sendable {
    package let script: String
    package let explanation: String

    package init(_ script: String, _ explanation: String) {
        self.script = script
        self.explanation = explanation
    }
}

/// A problem with a call and the parameter that it concerns.
package struct CallProblem: Sendable {
    package let code: String
    package let parameter: String?
    package let message: String
    package let hint: String?

    package init(_ code: String, parameter: String? = nil, _ message: String, hint: String? = nil) {
        self.code = code
        self.parameter = parameter
        self.message = message
        self.hint = hint
    }
}

/// A command could not do its work: what went wrong and what to do next.
package struct CommandFailure: Error, Sendable {
    package let message: String
    package let hint: String?

    package init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}

/// The arguments of one command, checked.
package struct Call: Sendable {
    let values: [String: Value]
    /// The defaults in the language's notation: giving one changes nothing, nor the key.
    let defaults: [String: String]
    let rules: [String: RuleExpression]
    let conditions: [String: Condition]
    /// The parameters that the statement itself gives; the others came from slots.
    let written: Set<String>
    /// The ambient seed.
    package let seed: UInt64

    package subscript<Content>(_ parameter: Parameter<Content>) -> Content {
        parameter.read(values[parameter.declaration.name])
    }

    package func isGiven<Content>(_ parameter: Parameter<Content>) -> Bool {
        values[parameter.declaration.name] != nil
    }

    /// Whether the statement itself gives it, not only a slot.
    package func isWritten<Content>(_ parameter: Parameter<Content>) -> Bool {
        written.contains(parameter.declaration.name)
    }

    package func rule(_ name: String) -> RuleExpression? { rules[name] }
    package func condition(_ name: String) -> Condition? { conditions[name] }

    /// The key of whatever object was given or taken from a slot.
    package func key<Content>(_ parameter: Parameter<Content>) -> ContentKey? {
        guard case .object(_, let key, _) = values[parameter.declaration.name] else { return nil }
        return key
    }

    /// The same call without some of its arguments.
    func leavingOut(_ names: Set<String>) -> Call {
        Call(
            values: values.filter { !names.contains($0.key) }, defaults: defaults,
            rules: rules.filter { !names.contains($0.key) },
            conditions: conditions.filter { !names.contains($0.key) }, written: written, seed: seed)
    }

    /// The content of objects that are not stored themselves, as `selection-content:key`.
    var contents: [String] {
        values.compactMap { name, value in
            guard case .object(_, _, let object?) = value, let key = object.contentKey else { return nil }
            return "\(name)-content:\(key.hex)"
        }.sorted()
    }

    /// All arguments in a fixed order and notation.
    var canonical: [String] {
        let plain = values.filter { defaults[$0.key] != $0.value.canonical }.map {
            "\($0.key):\($0.value.canonical)"
        }
        let rules = rules.map { "\($0.key):\($0.value.canonical)" }
        let conditions = conditions.map { "\($0.key):\($0.value.canonical)" }
        return (plain + rules + conditions).sorted()
    }
}

/// A comparison and what it compares.
package struct Condition: Sendable {
    package let left: Value
    package let op: Expression.Operator
    package let right: Value
    /// As it was written.
    package let text: String
}

extension Condition: Canonical {
    package var canonical: String { "\(left.canonical) \(op.rawValue) \(right.canonical)" }
}

/// What a running command may use of the world around it.
package struct Context: Sendable {
    package let command: String
    /// The key of the result in the making.
    package let key: ContentKey
    /// The arms of the sweeps around the call.
    package let arm: [Event.Arm]
    private let scope: Scope?
    /// Where the session's results came from.
    package let lineage: Lineage
    private let sink: EventSink

    init(
        command: String, key: ContentKey, arm: [Event.Arm] = [],
        scope: Scope? = nil, lineage: Lineage, sink: @escaping EventSink
    ) {
        self.command = command
        self.key = key
        self.arm = arm
        self.scope = scope
        self.lineage = lineage
        self.sink = sink
    }

    /// What the session holds, by the names that a person would use: `$careful`, `policy`.
    package var workspace: [(name: String, value: Value)] { scope?.contents ?? [] }

    package func emit(_ event: Event) { sink(event) }

    package func progress(_ done: Int, of total: Int, _ unit: String, note: String = "") {
        emit(
            .progress(.init(command: command, done: done, total: total, unit: unit, note: note)))
    }

    package func say(_ type: String, _ fields: [Event.Field], _ lines: [String]) {
        emit(.value(.init(type: type, fields: fields, lines: lines)))
    }

    package func say(_ type: String, _ fields: [Event.Field], _ lines: [StyledLine]) {
        emit(.value(.init(type: type, fields: fields, lines: lines)))
    }

    package func warn(_ message: String) { emit(.warning(message)) }
}

/// The commands that a session knows, by name.
package struct CommandSet: Sendable {
    package let commands: [any Command]
    private let byName: [String: any Command]

    /// - Precondition: names are unique.
    package init(_ commands: [any Command]) {
        self.commands = commands
        byName = Dictionary(uniqueKeysWithValues: commands.map { (type(of: $0).name, $0) })
    }

    package subscript(_ name: String) -> (any Command)? { byName[name] }

    package var names: [String] { commands.map { type(of: $0).name } }

    /// The commands that fill a slot.
    func makers(of type: ObjectType) -> [String] {
        commands.compactMap { command in
            guard case .object(type) = Swift.type(of: command).result else { return nil }
            return Swift.type(of: command).name
        }
    }
}
