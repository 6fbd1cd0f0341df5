/// The outcome of running a script.
package enum RunStatus: Hashable, Sendable {
    /// All statements ran, and every required claim and expectation holds.
    case done
    /// A required claim or expectation did not hold.
    case expectationFailed
    /// All statements ran, but points of a sweep failed and have no rows.
    case incomplete
    /// The script has errors; nothing ran.
    case invalid
    /// A command failed; the results of earlier statements stay available.
    case failed
    /// The user interrupted the script; the results of earlier statements stay available.
    case interrupted

    /// True if all statements ran, even if a requirement did not hold or points of a sweep failed.
    package var isDone: Bool { [.done, .expectationFailed, .incomplete].contains(self) }
}
