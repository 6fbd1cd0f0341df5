import Events

/// What a command yields, as the checker knows it.
package enum CommandResult: Sendable {
    /// The type of the object that comes out.
    package var type: ObjectType? {
        switch self {
        case .object(let type), .unslotted(let type): type
        case .nothing, .frame: nil
        }
    }

    case nothing
    /// Fills the slot of its type, if there is one.
    case object(ObjectType)
    /// To be named or looked at: the slot of its type stays as it is.
    case unslotted(ObjectType)
    /// Rows; `nil` where their columns are known only when it has run.
    case frame([String]?)
}

/// What a command yielded.
package enum CommandOutput: Sendable {
    case nothing
    case object(any WorkspaceObject)
    case frame(Frame)
    /// The rest can be done only when the script has ended: see ``Command/conclude(_:_:_:)``.
    case pending(any Sendable)

    package var object: (any WorkspaceObject)? {
        if case .object(let object) = self { object } else { nil }
    }
}
