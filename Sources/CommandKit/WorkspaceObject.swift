import Events
import Keys

/// A type of object that commands make and read, such as `policy`.
package struct ObjectType: Hashable, Sendable {
    package let name: String
    /// True if the workspace has a slot for the latest object of this type.
    package let isSlot: Bool
    /// What is known of the object's frame; `nil` if it has none.
    package let shape: FrameShape?

    package init(_ name: String, isSlot: Bool = true, columns: [String]? = nil) {
        self.init(name, isSlot: isSlot, shape: columns.map { FrameShape(columns: $0) })
    }

    private init(_ name: String, isSlot: Bool, shape: FrameShape?) {
        self.name = name
        self.isSlot = isSlot
        self.shape = shape
    }

    /// Returns the same type with what a call's arguments tell of the frame's values.
    ///
    /// - Parameters:
    ///   - values: see ``FrameShape/values``.
    ///   - questions: see ``FrameShape/questions``.
    package func refined(values: [String: [String]], questions: String?) -> ObjectType {
        ObjectType(
            name, isSlot: isSlot,
            shape: FrameShape(columns: columns, values: values, questions: questions))
    }

    /// The columns of the object's frame; `nil` if it has none.
    package var columns: [String]? { shape?.columns }

    // The shape may be refined, so it does not distinguish types.
    package static func == (left: ObjectType, right: ObjectType) -> Bool { left.name == right.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// An object that a command returns, such as a policy or a selection. Objects are immutable, so the workspace and
/// the cache can share them.
package protocol WorkspaceObject: Sendable {
    static var type: ObjectType { get }
    /// A one-line description for people.
    var summary: String { get }
    /// One or two words for the prompt; `nil` if the prompt does not show the object.
    var label: String? { get }
    /// The rows of the object; `nil` if it has none.
    var frame: Frame? { get }
    /// A key of the object's content, for objects such as selections that are never stored; `nil` for all others. It is
    /// part of the key of every result that is computed from the object. So if a damaged index yields a different
    /// selection, results that were cached for the right selection are not used for it.
    var contentKey: ContentKey? { get }
    /// Returns the object that came along and fills another slot; `nil` if there is none. Only objects of commands with
    /// ``Command/companions`` have any.
    ///
    /// - Parameters:
    ///   - type: the slot.
    ///   - key: the key of this object.
    func companion(_ type: ObjectType, key: ContentKey) -> (any WorkspaceObject)?
    /// Returns the names of the object's parts that begin with a text, for completion: trajectories such as `q37.s4`.
    func names(beginningWith text: String) -> [String]
}

extension WorkspaceObject {
    package var contentKey: ContentKey? { nil }
    package func companion(_ type: ObjectType, key: ContentKey) -> (any WorkspaceObject)? { nil }
    package func names(beginningWith text: String) -> [String] { [] }
    package var label: String? { nil }
    package var frame: Frame? { nil }
}
