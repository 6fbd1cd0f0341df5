import Events
import Keys

/// A command of the experiment language. It describes itself once: checking, help, completion and
/// the reference page all follow from the declarations.
package protocol Command: Sendable {
    static var name: String { get }
    /// What it does, in a line.
    static var summary: String { get }
    /// More, where a line is not enough.
    static var discussion: String { get }
    static var result: CommandResult { get }
    /// True if a report shows its tables, charts and lines among the results, not only beside its step.
    static var isShown: Bool { get }
    /// Scripts that run as they stand; they are executed as tests.
    static var examples: [CommandExample] { get }
    /// Raised when the same call would yield another result than before; part of every key.
    static var version: Int { get }
    /// The command whose results these are, in keys: two that make the same share what is kept.
    static var cacheName: String { get }
    /// Whether its result is worth keeping.
    static var isCached: Bool { get }

    var parameters: [ParameterDeclaration] { get }

    /// What this call yields; as ``result`` says, unless the arguments matter.
    func result(_ call: Call) -> CommandResult
    /// The name that the result has of itself among others of its type, which stay of use beside it:
    /// the judge of judgements.
    func qualifier(_ call: Call) -> String?
    /// Parameters that play no part in this call: what they hold decides nothing.
    func ignored(_ call: Call) -> Set<String>
    /// Whether this call's result is worth keeping; as ``isCached`` says, unless the arguments matter.
    func caches(_ call: Call) -> Bool
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
