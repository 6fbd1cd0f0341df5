/// How a script ended.
package enum Ending: Hashable, Sendable {
    case done
    /// Something required did not hold.
    case expectationFailed
    /// The script is wrong; nothing ran.
    case invalid
    /// A command failed; what ran before it is kept.
    case failed
    case interrupted

    /// Whether everything ran, whatever it showed.
    package var isDone: Bool { self == .done || self == .expectationFailed }
}
