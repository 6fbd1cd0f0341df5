import Events
import Keys
import Persistence

/// The connection of a running command to its session. The command reads the workspace and reports output through it:
///
/// ```swift
/// context.progress(40, of: 100, "questions")
/// context.warn("the judge gave no verdict on 3 steps")
/// ```
package struct Context: Sendable {
    /// The name of the command.
    package let command: String
    /// The key of the result that the command computes.
    package let key: ContentKey
    /// The values of the variables of the enclosing sweeps and repetitions, from the outermost to the innermost.
    package let point: [Event.Coordinate]
    /// The store for finished parts of a long computation, so that an interrupted computation can continue. The parts
    /// are deleted when the result is stored.
    package let parts: any PartStore
    private let contents: @Sendable () -> [(name: String, value: Value)]
    /// The lineage of the session's results.
    package let lineage: Lineage
    private let sink: EventSink

    /// Creates the context of one call.
    ///
    /// - Parameter workspace: returns the values in the workspace. It is called only if the command reads
    ///   ``workspace``.
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

    /// The values in the workspace, by name: slots (`policy`), further results of a judge (`judgements by strict`) and
    /// names given by the user (`$careful`).
    package var workspace: [(name: String, value: Value)] { contents() }

    package func emit(_ event: Event) { sink(event) }

    package func progress(_ done: Int, of total: Int, _ unit: String, note: String = "") {
        emit(
            .progress(.init(command: command, done: done, total: total, unit: unit, note: note)))
    }

    /// Reports a result of the command.
    ///
    /// - Parameters:
    ///   - type: the kind of result in the JSON output, such as `judgements`.
    ///   - fields: the result for programs.
    ///   - lines: the result for people.
    package func say(_ type: String, _ fields: [Event.Field], _ lines: [String]) {
        emit(.value(.init(type: type, fields: fields, lines: lines)))
    }

    /// Emits a summary.
    ///
    /// - Parameters:
    ///   - content: further content for programs, by name.
    ///   - sideBySide: two texts that are shown side by side below the lines.
    package func say(
        _ type: String, _ fields: [Event.Field], _ lines: [StyledLine], content: [String: JSON] = [:],
        sideBySide: Event.ObjectSummary.SideBySide? = nil
    ) {
        emit(
            .value(
                .init(type: type, fields: fields, lines: lines, content: content, sideBySide: sideBySide)))
    }

    package func warn(_ message: String) { emit(.warning(message)) }
}
