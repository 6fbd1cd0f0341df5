import Events
import Keys
import Persistence

/// What a running command may use of the world around it.
package struct Context: Sendable {
    package let command: String
    /// The key of the result in the making.
    package let key: ContentKey
    /// The point of the sweeps around the call.
    package let point: [Event.Coordinate]
    /// Where a long computation keeps its parts until its result is there.
    package let parts: any PartStore
    private let contents: @Sendable () -> [(name: String, value: Value)]
    /// Where the session's results came from.
    package let lineage: Lineage
    private let sink: EventSink

    /// - Parameter workspace: asked only where a command wants to know.
    package init(
        command: String, key: ContentKey, point: [Event.Coordinate] = [], parts: any PartStore = NoParts(),
        workspace: @escaping @Sendable () -> [(name: String, value: Value)] = { [] }, lineage: Lineage,
        sink: @escaping EventSink
    ) {
        self.command = command
        self.key = key
        self.point = point
        self.parts = parts
        contents = workspace
        self.lineage = lineage
        self.sink = sink
    }

    /// What the session holds, by the names that a person would use: `$careful`, `policy`.
    package var workspace: [(name: String, value: Value)] { contents() }

    package func emit(_ event: Event) { sink(event) }

    package func progress(_ done: Int, of total: Int, _ unit: String, note: String = "") {
        emit(
            .progress(.init(command: command, done: done, total: total, unit: unit, note: note)))
    }

    package func say(_ type: String, _ fields: [Event.Field], _ lines: [String]) {
        emit(.value(.init(type: type, fields: fields, lines: lines)))
    }

    package func say(_ type: String, _ fields: [Event.Field], _ lines: [StyledLine]) {
        emit(.value(.init(type: type, fields: fields, lines: lines)))
    }

    package func warn(_ message: String) { emit(.warning(message)) }
}
