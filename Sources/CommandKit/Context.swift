import Events
import Keys
import Persistence

/// The access of a running command to its session: progress, output, workspace and lineage.
package struct Context: Sendable {
    package let command: String
    /// The key of the result that the command computes.
    package let key: ContentKey
    /// The point of the sweeps around the call.
    package let point: [Event.Coordinate]
    /// The store for finished parts of a long computation. The parts are needed only until its result is complete.
    package let parts: any PartStore
    private let contents: @Sendable () -> [(name: String, value: Value)]
    /// The lineage of the session's results.
    package let lineage: Lineage
    private let sink: EventSink

    /// - Parameter workspace: called only if a command reads ``workspace``.
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

    /// The values of the session with the names that a user would write: `$careful`, `policy`.
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
