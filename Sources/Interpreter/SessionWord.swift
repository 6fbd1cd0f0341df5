import Events

/// A word with a dot that asks the session itself, answered alike on a terminal, in notebooks and by the kernel. It
/// never stands in a recipe. A new one is one entry here.
package struct SessionWord: Sendable {
    package let name: String
    /// What it tells, in a line.
    package let meaning: String
    package let answer: @Sendable (Session) async -> Event

    package static let all = [
        SessionWord(
            name: ".cells", meaning: "what ran, and what of it rests on something that has changed since"
        ) { await $0.cells }
    ]

    package static func named(_ name: String) -> SessionWord? { all.first { $0.name == name } }
}
