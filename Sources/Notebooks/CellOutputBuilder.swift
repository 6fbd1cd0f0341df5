import Escaping
import Events
import Foundation
import Interpreter
import Rendering
import Synchronization

/// Turns the events of one execution of a cell into outputs. The kernel and headless runs both use it.
///
/// A result is displayed when the next output arrives; the last result becomes the cell's value. Errors are collected:
/// a failing cell ends with one error output, and its progress display is removed. A command inside a sweep that only
/// fills a slot shows its progress but not its result, because the sweep's rows are what matters.
package final class CellOutputBuilder: Sendable {
    private let count: Int
    private let showsProgress: Bool
    private let emit: @Sendable (CellOutput) -> Void
    private let state = Mutex(State())

    private struct State {
        /// The latest result, which is not displayed yet.
        var last: MimeBundle?
        var mistakes: [DiagnosticRecord] = []
        /// The lines of required claims that do not hold.
        var unmet: [String] = []
        /// The outputs shown now, with the latest update of each display.
        var shown: [CellOutput] = []
        /// The ID of the display that shows the command's progress.
        var display: String?
        var meter = ProgressMeter()
        var shownAt = -Double.infinity
        /// The running statement.
        var started: Event.Started?
        var isIntermediate: Bool { started?.isIntermediate ?? false }
    }

    /// Creates the outputs of one execution.
    ///
    /// - Parameters:
    ///   - count: the cell's execution count.
    ///   - showsProgress: true to show progress, and whether results were computed or cached. It is false for outputs
    ///     that are written to a file, because these texts would differ from run to run.
    ///   - emit: receives the outputs, in order. Called from any thread.
    package init(count: Int, showsProgress: Bool, emit: @escaping @Sendable (CellOutput) -> Void) {
        self.count = count
        self.showsProgress = showsProgress
        self.emit = emit
    }

    /// Turns an event of the running cell into outputs.
    package func take(_ event: Event) {
        switch event {
        case .progress(let progress): if showsProgress { show(progress) }
        case .finished(let finished): end(finished)
        case .diagnostic(let record): note(record)
        case .warning(let message): follow("stderr", ["warning: \(message)"])
        case .error(let message): follow("stderr", ["error: \(message)"])
        case .stale(let cells): follow("stdout", cells.lines)
        case .artifact(let artifact): follow("stdout", ["\(artifact.kind) written to \(artifact.path)"])
        case .value, .table, .chart, .claim:
            if case .claim(let claim) = event, claim.isRequired, !claim.holds {
                state.withLock { $0.unmet += claim.lines }
            }
            guard let bundle = MimeBundle(event) else { return }
            let previous = state.withLock { state -> MimeBundle? in
                guard !state.isIntermediate else { return nil }
                defer { state.last = bundle }
                return state.last
            }
            if let previous { send(.display(previous, id: nil)) }
        case .started(let started): begin(started)
        case .metric, .reportItem, .cell, .point: break
        }
    }

    /// Writes lines to a stream of the cell.
    package func stream(_ name: String, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        send(.stream(name: name, text: lines.joined(separator: "\n").inert + "\n"))
    }

    /// Writes lines to a stream, after all earlier results.
    private func follow(_ name: String, _ lines: [String]) {
        flush()
        stream(name, lines)
    }

    private func flush() {
        let last = state.withLock { state in
            defer { state.last = nil }
            return state.last
        }
        if let last { send(.display(last, id: nil)) }
    }

    private func note(_ record: DiagnosticRecord) {
        guard record.severity == "error" else { return stream("stderr", record.lines) }
        state.withLock { $0.mistakes.append(record) }
    }

    private func send(_ output: CellOutput) {
        state.withLock { state in
            if case .update(let bundle, let id) = output {
                let place = state.shown.firstIndex { $0.id == id }
                if let place { state.shown[place] = .display(bundle, id: id) }
            } else {
                state.shown.append(output)
            }
        }
        emit(output)
    }

    /// Removes the progress display of a command that did not finish.
    private func takeBackProgress() {
        let (display, shown) = state.withLock { ($0.display, $0.shown) }
        guard let display, shown.contains(where: { $0.id == display }) else { return }
        emit(.clear)
        for output in shown where output.id != display { emit(output) }
    }

    // MARK: Progress

    /// The shortest time between two updates, in seconds.
    private static let interval = 0.2

    private func begin(_ started: Event.Started) {
        state.withLock { state in
            state.started = started
            // The steps of a sweep share one display.
            if !started.isIntermediate { state.display = nil }
        }
    }

    private func show(_ progress: Event.Progress) {
        let now = ProcessInfo.processInfo.systemUptime
        let shown = state.withLock { state -> (text: String, id: String, isNew: Bool)? in
            let point = state.started.map { $0.point.isEmpty ? "" : $0.point.text + "  " } ?? ""
            let line = point + state.meter.line(progress, now: now)
            let isLast = progress.done >= progress.total
            guard isLast || now - state.shownAt >= Self.interval else { return nil }
            state.shownAt = now
            let share = Double(progress.done) / Double(max(1, progress.total))
            let isNew = state.display == nil
            let id = state.display ?? UUID().uuidString
            state.display = id
            return (ProgressMeter.bar(share, width: 20) + " " + line, id, isNew)
        }
        guard let shown else { return }
        if shown.isNew { flush() }
        let bundle = MimeBundle(text: shown.text)
        send(shown.isNew ? .display(bundle, id: shown.id) : .update(bundle, id: shown.id))
    }

    /// Replaces the progress display with a line that says how the command ended.
    private func end(_ finished: Event.Finished) {
        let (display, isIntermediate) = state.withLock { state in
            let isOver = [.computed, .cached].contains(finished.outcome)
            defer {
                if isOver, !state.isIntermediate { state.display = nil }
                state.started = nil
            }
            state.shownAt = -.infinity
            return (state.display, state.isIntermediate)
        }
        guard showsProgress, !finished.note.isEmpty, !isIntermediate || display != nil else { return }
        let time = finished.outcome == .cached ? "" : " (\(finished.seconds.fixed(1)) s)"
        let text = "\(finished.command): \(finished.note)\(time)"
        if let display {
            send(.update(MimeBundle(text: text), id: display))
        } else if finished.outcome != .interrupted {
            stream("stdout", [text])
        }
    }

    // MARK: The end

    /// Ends the cell: emits its value, its error, or both. A cell in which a required claim or expectation does not
    /// hold has both.
    ///
    /// - Returns: the error; `nil` if the cell succeeded.
    @discardableResult
    package func conclude(_ ending: RunStatus) -> CellFailure? {
        let (last, mistakes, unmet) = state.withLock { ($0.last, $0.mistakes, $0.unmet) }
        let failure = Self.failure(ending, mistakes, unmet)
        if failure != nil, !ending.isDone { takeBackProgress() }
        if let last {
            send(
                failure == nil || ending.isDone
                    ? .result(last, count: count) : .display(last, id: nil))
        }
        if let failure { send(.error(failure)) }
        return failure
    }

    private static func failure(
        _ ending: RunStatus, _ mistakes: [DiagnosticRecord], _ unmet: [String]
    ) -> CellFailure? {
        func failure(_ name: String, _ value: String, _ lines: [String] = []) -> CellFailure {
            CellFailure(name: name, value: value, traceback: lines.isEmpty ? ["\(name): \(value)"] : lines)
        }
        switch ending {
        case .done where mistakes.isEmpty: return nil
        case .expectationFailed where mistakes.isEmpty:
            return failure(
                "ExpectationFailed", "required: " + (unmet.first ?? "a condition that does not hold"), unmet)
        case .interrupted:
            return failure("Interrupted", "interrupted; results of earlier statements remain available")
        default:
            let first = mistakes.first
            return failure(
                first?.code ?? "failed", first?.message ?? "the cell failed", mistakes.flatMap(\.lines))
        }
    }
}
