/// The outcome of running a script.
package enum RunStatus: Hashable, Sendable {
    /// All statements ran, and every required claim and expectation holds.
    case done
    /// A required claim or expectation did not hold.
    case expectationFailed
    /// The script has errors; nothing ran.
    case invalid
    /// A command failed; the results of earlier statements stay available.
    case failed
    /// The user interrupted the script; the results of earlier statements stay available.
    case interrupted

    /// True if all statements ran, even if a requirement did not hold.
    package var isDone: Bool { self == .done || self == .expectationFailed }
}
