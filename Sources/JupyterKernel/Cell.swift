import Foundation
import Interpreter
import Output
import Synchronization

/// One execution of a cell: turns events into outputs.
///
/// Results are displayed as they come, but for the last, which is the cell's result. Mistakes are not
/// displayed: a cell that fails has one output, the error.
final class Cell: Sendable {
    private let publisher: Publisher
    private let parent: Message
    private let count: Int
    private let isSilent: Bool
    private let state = Mutex(State())

    private struct State {
        /// The latest result, until something follows it.
        var last: JSON?
        var mistakes: [DiagnosticRecord] = []
        /// The display that shows how far a command is.
        var display: String?
        var meter = ProgressMeter()
        var shownAt = -Double.infinity
    }

    init(_ publisher: Publisher, _ parent: Message, count: Int, isSilent: Bool) {
        self.publisher = publisher
        self.parent = parent
        self.count = count
        self.isSilent = isSilent
    }

    func take(_ event: Event) {
        guard !isSilent else {
            if case .diagnostic(let record) = event { note(record) }
            return
        }
        switch event {
        case .progress(let progress): show(progress)
        case .finished(let finished): end(finished)
        case .diagnostic(let record): note(record)
        case .warning(let message): publisher.stream("stderr", ["warning: \(message)"], to: parent)
        case .artifact(let artifact):
            publisher.stream("stdout", ["\(artifact.kind) written to \(artifact.path)"], to: parent)
        case .value, .table, .chart, .claim:
            guard let bundle = MimeBundle(event) else { return }
            let previous = state.withLock { state in
                defer { state.last = bundle.json }
                return state.last
            }
            if let previous { display(previous) }
        case .started, .metric, .exhibit: break
        }
    }

    private func note(_ record: DiagnosticRecord) {
        guard record.severity == "error" else {
            if !isSilent { publisher.stream("stderr", record.lines, to: parent) }
            return
        }
        state.withLock { $0.mistakes.append(record) }
    }

    private func display(_ data: JSON) {
        publisher.publish("display_data", ["data": data, "metadata": [:], "transient": [:]], to: parent)
    }

    // MARK: Progress

    /// Updates come at most this often, in seconds.
    private static let interval = 0.2

    private func show(_ progress: Event.Progress) {
        let now = ProcessInfo.processInfo.systemUptime
        let (text, display, isNew) = state.withLock { state -> (String?, String, Bool) in
            let line = state.meter.line(progress, now: now)
            let isLast = progress.done >= progress.total
            guard isLast || now - state.shownAt >= Self.interval else { return (nil, "", false) }
            state.shownAt = now
            let share = Double(progress.done) / Double(max(1, progress.total))
            let isNew = state.display == nil
            let display = state.display ?? UUID().uuidString
            state.display = display
            return (ProgressMeter.bar(share, width: 20) + " " + line, display, isNew)
        }
        guard let text else { return }
        publish(text, display, isNew: isNew)
    }

    private func publish(_ text: String, _ display: String, isNew: Bool) {
        publisher.publish(
            isNew ? "display_data" : "update_display_data",
            [
                "data": ["text/plain": .text(text)], "metadata": [:],
                "transient": ["display_id": .text(display)],
            ], to: parent)
    }

    /// What remains of a progress line is how the command ended.
    private func end(_ finished: Event.Finished) {
        let display = state.withLock { state in
            defer { (state.display, state.shownAt) = (nil, -.infinity) }
            return state.display
        }
        guard !finished.note.isEmpty else { return }
        let time = finished.outcome == .cached ? "" : " (\(finished.seconds.fixed(1)) s)"
        let text = "\(finished.command): \(finished.note)\(time)"
        if let display {
            publish(text, display, isNew: false)
        } else if finished.outcome != .interrupted {
            publisher.stream("stdout", [text], to: parent)
        }
    }

    // MARK: The end

    /// Publishes the cell's result, or its error.
    ///
    /// - Returns: the content of the reply.
    func conclude(_ ending: Session.Ending) -> JSON {
        let (last, mistakes) = state.withLock { ($0.last, $0.mistakes) }
        guard ending == .done || ending == .expectationFailed, mistakes.isEmpty else {
            return fail(ending, last, mistakes)
        }
        if let last, !isSilent {
            publisher.publish(
                "execute_result", ["execution_count": .integer(count), "data": last, "metadata": [:]],
                to: parent)
        }
        guard ending == .done else {
            return error("ExpectationFailed", "something required does not hold", [])
        }
        return [
            "status": "ok", "execution_count": .integer(count), "payload": [], "user_expressions": [:],
        ]
    }

    private func fail(_ ending: Session.Ending, _ last: JSON?, _ mistakes: [DiagnosticRecord]) -> JSON {
        if let last, !isSilent { display(last) }
        guard ending != .interrupted else {
            return error("Interrupted", "interrupted; results of earlier statements are kept", [])
        }
        let first = mistakes.first
        return error(first?.code ?? "failed", first?.message ?? "the cell failed", mistakes.flatMap(\.lines))
    }

    private func error(_ name: String, _ value: String, _ lines: [String]) -> JSON {
        let traceback = JSON.list((lines.isEmpty ? ["\(name): \(value)"] : lines).map { .text($0) })
        let content: [String: JSON] = ["ename": .text(name), "evalue": .text(value), "traceback": traceback]
        if !isSilent { publisher.publish("error", .object(content), to: parent) }
        return .object(
            content.merging(["status": "error", "execution_count": .integer(count), "payload": []]) { $1 })
    }
}

extension MimeBundle {
    var json: JSON { .object(parts.mapValues { .text($0) }) }
}
