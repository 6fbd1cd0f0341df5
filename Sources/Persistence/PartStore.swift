import Foundation

/// Keeps the parts of a long computation until its result is there, so that a broken-off computation goes on where it
/// stopped. One computation has one store.
package protocol PartStore: Sendable {
    /// The files of a part that a broken-off run of the same computation kept.
    ///
    /// - Returns: `nil` where there is none, or where it is damaged: its work is then done again.
    func part(_ name: String) -> [String: Data]?

    /// Keeps a part, in the place of one with the same name. Where it can't be kept, the computation goes on all the
    /// same, and the store says so to the user.
    func keep(_ files: [String: Data], as name: String)

    /// Whether a part would be kept: where it would not, nobody needs to write one down.
    var isKeeping: Bool { get }

    /// Whether a part is kept that the same computation would go on from.
    var hasParts: Bool { get }

    /// Tells the user how much of the work is not done again.
    func resumed(_ done: Int, of total: Int, _ unit: String)
}

/// Keeps nothing: a computation that is broken off begins anew.
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
}
