import CommandKit
import Events
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
    /// True to end a sweep at its first failing point during a run.
    var stopsOnFailure: Bool { get }
    /// Called during a run when a point of a sweep or a round of a repetition begins.
    func begins(_ point: Event.PointStart)
    /// Called during a run at the end of a sweep with failed points.
    ///
    /// - Parameter points: the points, such as `seed:1 noise:0.2`.
    func failed(_ points: [String], of count: Int)
}
