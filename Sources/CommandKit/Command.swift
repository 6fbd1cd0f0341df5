import Events
import Keys

/// A command of the experiment language. Checking, help, completion and the reference page all use its declarations.
package protocol Command: Sendable {
    static var name: String { get }
    /// A one-line description of the command.
    static var summary: String { get }
    /// A longer description, if one line is not enough.
    static var discussion: String { get }
    static var result: CommandResult { get }
    /// True if a report shows the command's tables, charts and lines in its results section, not only with the step.
    static var isShown: Bool { get }
    /// Complete scripts that run unchanged; the tests execute them.
    static var examples: [CommandExample] { get }
    /// The version of the command, which is part of every key. Raise it if the same call yields a different result than
    /// before.
    static var version: Int { get }
    /// The command name in cache keys. Two commands that yield the same results share the cache through it.
    static var cacheName: String { get }
    /// True if the command's results are cached.
    static var isCached: Bool { get }

    var parameters: [ParameterDeclaration] { get }

    /// Returns the kind of result of this call: ``result``, unless it depends on the arguments.
    func result(_ call: Call) -> CommandResult
    /// Returns a qualifier under which the scope stores this result besides the slot, so that several results of one
    /// type stay reachable. `judge` returns the judge's name; that makes `judge.strict.mean` work.
    func qualifier(_ call: Call) -> String?
    /// Returns the parameters whose values do not affect this call.
    func ignored(_ call: Call) -> Set<String>
    /// Returns true if this call's result is cached: ``isCached``, unless it depends on the arguments.
    func caches(_ call: Call) -> Bool
    /// Returns true if the result depends on the ambient seed.
    func usesSeed(_ call: Call) -> Bool
    /// Returns the problems with the combination of arguments that their kinds alone do not reveal.
    func problems(_ call: Call) -> [CallProblem]
    /// Returns the inputs from outside the script that determine the result, such as a file's content, as `name:key`.
    ///
    /// - Throws: ``CommandFailure`` if an input can't be read.
    func inputs(_ call: Call) throws -> [String]
    /// Executes the command.
    ///
    /// - Throws: ``CommandFailure``, `CancellationError`.
    func run(_ call: Call, _ context: Context) async throws -> CommandOutput
    /// Reports a result to the user, no matter if it was computed now or cached.
    func present(_ output: CommandOutput, _ call: Call, _ context: Context) async
    /// Completes the ``CommandOutput/pending(_:)`` work of all calls together after the script has ended.
    ///
    /// - Parameter record: the record of the run so far.
    /// - Throws: ``CommandFailure``.
    func conclude(_ pending: [any Sendable], _ record: RunRecord, _ context: Context) async throws
}

extension Command {
    package static var discussion: String { "" }
    package static var version: Int { 1 }
    package static var isCached: Bool { false }
    package static var isShown: Bool { false }
    package static var cacheName: String { name }

    package func result(_ call: Call) -> CommandResult { Self.result }
    package func qualifier(_ call: Call) -> String? { nil }
    package func ignored(_ call: Call) -> Set<String> { [] }
    package func caches(_ call: Call) -> Bool { Self.isCached }
    package func usesSeed(_ call: Call) -> Bool { false }
    package func problems(_ call: Call) -> [CallProblem] { [] }
    package func inputs(_ call: Call) throws -> [String] { [] }
    package func present(_ output: CommandOutput, _ call: Call, _ context: Context) async {}
    package func conclude(
        _ pending: [any Sendable], _ record: RunRecord, _ context: Context
    ) async throws {}
}
