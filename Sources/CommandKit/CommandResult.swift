import Events

/// The type of a command's result, which is known before the command runs.
package enum CommandResult: Sendable {
    /// The type of the object; `nil` if the command returns a frame or nothing.
    package var type: ObjectType? {
        switch self {
        case .object(let type), .unslotted(let type): type
        case .nothing, .frame: nil
        }
    }

    case nothing
    /// An object that fills the slot of its type, if there is one.
    case object(ObjectType)
    /// An object that does not fill the slot of its type. It is lost unless `let` gives it a name.
    case unslotted(ObjectType)
    /// A frame with these columns; `nil` if the columns are known only after the command has run.
    case frame([String]?)
}

/// The output of a command that has run.
package enum CommandOutput: Sendable {
    case nothing
    case object(any WorkspaceObject)
    case frame(Frame)
    /// Work that can be completed only after the script has ended: see ``Command/conclude(_:_:_:)``.
    case pending(any Sendable)

    package var object: (any WorkspaceObject)? {
        if case .object(let object) = self { object } else { nil }
    }
}
