import CommandKit
import Language

/// The actions of a ``Walker``. One implementation checks commands, another runs them.
protocol Performer: AnyObject {
    var commands: CommandSet { get }
    /// True while checking: the walk collects errors and continues.
    var isChecking: Bool { get }
    func perform(_ call: Call, _ command: any Command, _ place: CallSite) async throws -> Value
    /// Called after a value was looked up by name; `value` is `nil` if the name is not defined.
    func used(_ name: String, _ value: Value?)
    /// Called after a name was assigned. `isLocal` is true if the name is defined only inside a block.
    func gave(_ name: String, _ value: Value, isLocal: Bool)
    /// Called after `let` has named the last result. Also called after a background statement, whose result needs no
    /// name.
    func named()
    /// Called where a block begins or ends. The text alone does not show how a slot is used across that boundary.
    func crossedBlock()
    func report(_ diagnostic: Diagnostic)
}
