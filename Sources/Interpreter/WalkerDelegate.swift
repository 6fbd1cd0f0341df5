import CommandKit
import Language

/// The actions of a ``Walker`` on the commands and names of a script. ``Executor`` runs the commands; a private class
/// of the checker only checks them.
protocol WalkerDelegate: AnyObject {
    var commands: CommandSet { get }
    /// True while checking: the walk collects errors and continues.
    var isChecking: Bool { get }
    /// Runs a call or, during a check, returns a placeholder of the result's type.
    func perform(_ call: Call, _ command: any Command, _ place: CallSite) async throws -> Value
    /// Called after a value was looked up by name; `value` is `nil` if the name is not defined.
    func used(_ name: String, _ value: Value?)
    /// Called after a name was assigned. `isLocal` is true if the name is defined only inside a block.
    func didAssign(_ name: String, _ value: Value, isLocal: Bool)
    /// Called when `let` names the latest result, and after a background statement, whose result needs no name. The
    /// checker then no longer warns that the result is unread.
    func named()
    /// Called where a block begins or ends. The checker then forgets unread slots, because a block may run several
    /// times or read a slot that was filled outside it.
    func didCrossBlock()
    func report(_ diagnostic: Diagnostic)
}
