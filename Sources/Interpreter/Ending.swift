/// The outcome of running a script.
package enum Ending: Hashable, Sendable {
    case done
    /// A required claim or expectation did not hold.
    case expectationFailed
    /// The script has errors; nothing ran.
    case invalid
    /// A command failed; the results of earlier statements stay available.
    case failed
    case interrupted

    /// True if all statements ran, even if a requirement did not hold.
    package var isDone: Bool { self == .done || self == .expectationFailed }
}
