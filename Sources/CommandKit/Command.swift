import Events
import Keys

/// A command of the experiment language. Checking, help, completion and the reference page all use its declarations.
///
/// ```swift
/// struct Shout: Command {
///     static let name = "shout"
///     static let summary = "prints a text in capital letters"
///     static let result = CommandResult.nothing
///     static let examples = [CommandExample("shout \"hi\"", "a short text", shows: ["HI"])]
///     static let text = Parameter<String>.required("text", .text, "the text to print")
///     var parameters: [ParameterDeclaration] { [Self.text.declaration] }
///
///     func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
///         context.say("shout", [], [call[Self.text].uppercased()])
///         return .nothing
///     }
/// }
/// ```
package protocol Command: Sendable {
    static var name: String { get }
    /// A one-line description of the command.
    static var summary: String { get }
    /// A longer description, if one line is not enough.
    static var discussion: String { get }
    static var result: CommandResult { get }
    /// The types of further slots that a result of this command fills (see ``WorkspaceObject/companion(_:key:)``). A slot
    /// for which nothing came along is emptied, because its earlier value is about something else.
    static var companions: [ObjectType] { get }
    /// True if a report shows the command's tables, charts and lines in its "Results" section. Where `let` gathers
    /// the rows of a sweep in one frame, the report shows none of its points. All commands appear in the "Steps"
    /// section.
    static var isShown: Bool { get }
    /// Complete scripts that run unchanged; the tests execute them.
    static var examples: [CommandExample] { get }
    /// The version of the command, which is part of the key of each of its results. Raise it if a change of the program
    /// makes the same call yield a different result, so that older cached results are not used.
    static var version: Int { get }
    /// The command's name in cache keys. Two commands with equal results can share cached results by using one cache
    /// name.
    static var cacheName: String { get }
    /// True if the command's results are cached.
    static var isCached: Bool { get }
    /// True if the command runs even if an earlier statement of the script failed or was interrupted, such as `report`.
    static var runsAfterFailure: Bool { get }

    var parameters: [ParameterDeclaration] { get }

    /// Returns the kind of result of this call: ``result``, unless it depends on the arguments.
    func result(_ call: Call) -> CommandResult
    /// Returns a qualifier under which the scope stores this result besides the slot, so that several results of one
    /// type stay reachable. `judge` returns the judge's name; that makes `judge.strict.mean` work.
    func qualifier(_ call: Call) -> String?
    /// Returns the names of the parameters that do not affect this call's result. They are left out of its key.
    func ignored(_ call: Call) -> Set<String>
    /// Returns true if this call's result is cached: ``isCached``, unless it depends on the arguments.
    func caches(_ call: Call) -> Bool
    /// Returns true if the result depends on the ambient seed.
    func usesSeed(_ call: Call) -> Bool
    /// Returns mistakes that the types and ranges of single arguments do not show, such as two options that exclude
    /// each other. Called while the script is checked and again before the command runs.
    func problems(_ call: Call) -> [CallProblem]
    /// Returns what determines the result besides the arguments and the seed, in the form `name:value`: the key of a
    /// file's content, the version of a judge. It becomes part of the result's key.
    ///
    /// - Throws: an `Explained` error, such as ``CommandFailure``, if an input can't be read.
    func inputs(_ call: Call) throws -> [String]
    /// Executes the command.
    ///
    /// - Throws: an `Explained` error, such as ``CommandFailure``, if the command fails; `CancellationError` if the
    ///   user interrupts it.
    func run(_ call: Call, _ context: Context) async throws -> CommandOutput
    /// Reports a result to the user. Called after every successful ``run(_:_:)`` and after every cached result.
    func present(_ output: CommandOutput, _ call: Call, _ context: Context) async
    /// Completes the ``CommandOutput/pending(_:)`` work of all calls of this command together. Called once after the
    /// script has ended, also if a statement failed. `claim` uses it to correct the p-values of all claims together.
    ///
    /// - Parameters:
    ///   - pending: the pending values of the calls, in the order of the calls.
    ///   - record: the record of the run so far.
    /// - Throws: an `Explained` error, such as ``CommandFailure``, if the work fails.
    func conclude(_ pending: [any Sendable], _ record: RunRecord, _ context: Context) async throws
}

extension Command {
    package static var discussion: String { "" }
    package static var companions: [ObjectType] { [] }
    package static var version: Int { 1 }
    package static var runsAfterFailure: Bool { false }
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
