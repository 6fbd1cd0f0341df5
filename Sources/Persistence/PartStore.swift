import Foundation

/// A store for the finished parts of a long computation, which lets an interrupted computation continue where it
/// stopped. Parts are stored until the result is complete. Each computation has its own store.
package protocol PartStore: Sendable {
    /// Loads the files of a part that an interrupted run of the same computation stored.
    ///
    /// - Returns: `nil` if there is no such part or it is damaged. The computation then does the work again.
    func part(_ name: String) -> [String: Data]?

    /// Stores a part and replaces an earlier one with the same name. If that fails, the store warns the user and the
    /// computation continues.
    func keep(_ files: [String: Data], as name: String)

    /// True if the store accepts parts. If it is false, a computation need not encode any.
    var isKeeping: Bool { get }

    /// True if there is a stored part from which the same computation can continue.
    var hasParts: Bool { get }

    /// Reports to the user how much of the work was loaded instead of done again.
    func resumed(_ done: Int, of total: Int, _ unit: String)

    /// Notes that the result lacks something that the same computation would try again. Such a result is not cached, and
    /// its parts stay.
    ///
    /// - Parameter what: a phrase for the user: `3 verdicts failed; the same statement asks for them again`.
    func lacks(_ what: String)
}

/// A store that stores nothing: an interrupted computation starts over.
package struct NoParts: PartStore {
    package let isKeeping = false
    package let hasParts = false
    package init() {}
    package func part(_ name: String) -> [String: Data]? { nil }
    package func keep(_ files: [String: Data], as name: String) {}
    package func resumed(_ done: Int, of total: Int, _ unit: String) {}
}

extension PartStore {
    package var isKeeping: Bool { true }
    package func lacks(_ what: String) {}
}
