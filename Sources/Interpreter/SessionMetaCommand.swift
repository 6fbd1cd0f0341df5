import Events

/// A query to the session that begins with a dot, such as `.cells`. It works in the REPL, in notebooks and in Jupyter,
/// but not in recipes. To add a query, add an entry to ``all``.
package struct SessionMetaCommand: Sendable {
    package let name: String
    /// A one-line description of the answer.
    package let meaning: String
    package let answer: @Sendable (Session) async -> Event

    package static let all = [
        SessionMetaCommand(
            name: ".cells",
            meaning: "the cells that ran, and which of them depend on a value that has changed since"
        ) { await $0.cells }
    ]

    package static func named(_ name: String) -> SessionMetaCommand? { all.first { $0.name == name } }
}
