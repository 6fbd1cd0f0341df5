import Events
import Keys

/// A kind of thing that commands make and read, such as `policy`.
package struct ObjectType: Hashable, Sendable {
    package let name: String
    /// Whether the workspace has a slot for the latest one.
    package let isSlot: Bool
    /// The columns of its frame, where it has one.
    package let columns: [String]?

    package init(_ name: String, isSlot: Bool = true, columns: [String]? = nil) {
        self.name = name
        self.isSlot = isSlot
        self.columns = columns
    }
}

/// Something that a command made: immutable, shared, and told apart by its key.
package protocol WorkspaceObject: Sendable {
    static var type: ObjectType { get }
    /// One line for a person.
    var summary: String { get }
    /// A word or two for a prompt, where it is worth one.
    var label: String? { get }
    /// The rows behind it, where it has some.
    var frame: Frame? { get }
    /// The identity of what it holds, for objects that are computed again in every run and not stored: it
    /// enters the key of every result that is made from them. A damaged index then makes another key, and
    /// no cached result of it can pass for the right one.
    var contentKey: ContentKey? { get }
}

extension WorkspaceObject {
    package var contentKey: ContentKey? { nil }
    package var label: String? { nil }
    package var frame: Frame? { nil }
}
