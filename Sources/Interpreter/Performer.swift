import CommandKit
import Language

/// What a walk does at a command: check it, or run it.
protocol Performer: AnyObject {
    var commands: CommandSet { get }
    /// While checking, mistakes are collected and the walk goes on.
    var isChecking: Bool { get }
    func perform(_ call: Call, _ command: any Command, _ place: CallSite) async throws -> Value
    /// A value was looked up by name; `nil` where there is none.
    func used(_ name: String, _ value: Value?)
    /// A value was given a name: of the workspace, or of a block only.
    func gave(_ name: String, _ value: Value, isLocal: Bool)
    /// The last result was given a name.
    func named()
    /// A block begins or ends: what happens to a slot across it can't be told from the text alone.
    func crossedBlock()
    func report(_ diagnostic: Diagnostic)
}
