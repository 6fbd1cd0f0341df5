import Foundation

/// A store for the finished parts of one long computation. If the computation is interrupted, the next run of the same
/// statement continues from the stored parts. They are removed when the result is complete.
package protocol PartStore: Sendable {
    /// Loads the files of a part that an interrupted run of the same computation stored.
    ///
    /// - Returns: the files by name; `nil` if there is no such part or it is damaged. The computation then does the
    ///   work again.
    func part(_ name: String) -> [String: Data]?

    /// Stores a part and replaces an earlier part with the same name. If writing fails, the store warns the user and
    /// the computation continues.
    ///
    /// - Parameters:
    ///   - files: the contents of the part by file name.
    ///   - name: the name of the part.
    func save(_ files: [String: Data], as name: String)

    /// True if the store accepts parts. If it is false, a computation should not spend time on encoding them.
    var acceptsParts: Bool { get }

    /// True if the store contains a part from which the same computation can continue.
    var hasParts: Bool { get }

    /// Reports to the user how much of the work was loaded from parts: `done` of `total`, in the given unit.
    func resumed(_ done: Int, of total: Int, _ unit: String)

    /// Marks the result as incomplete. It is not cached, and its parts are not removed, so that the same statement can
    /// complete it later.
    ///
    /// - Parameter what: the message for the user: `3 verdicts failed; the same statement asks for them again`.
    func markIncomplete(_ what: String)
}

/// A store that stores nothing: an interrupted computation starts over.
package struct NoParts: PartStore {
    package let acceptsParts = false
    package let hasParts = false
    package init() {}
    package func part(_ name: String) -> [String: Data]? { nil }
    package func save(_ files: [String: Data], as name: String) {}
    package func resumed(_ done: Int, of total: Int, _ unit: String) {}
}

extension PartStore {
    package var acceptsParts: Bool { true }
    package func markIncomplete(_ what: String) {}
}
