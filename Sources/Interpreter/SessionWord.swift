import Events

/// A word with a leading dot that queries the session, such as `.cells`. Terminal, notebooks and kernel give the same
/// answer. Recipes can't contain such a word. To add one, add an entry to ``all``.
package struct SessionWord: Sendable {
    package let name: String
    /// A one-line description of the answer.
    package let meaning: String
    package let answer: @Sendable (Session) async -> Event

    package static let all = [
        SessionWord(
            name: ".cells",
            meaning: "the cells that ran, and which of them depend on a value that has changed since"
        ) { await $0.cells }
    ]

    package static func named(_ name: String) -> SessionWord? { all.first { $0.name == name } }
}
