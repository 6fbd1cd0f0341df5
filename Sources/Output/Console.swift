import Foundation
import Synchronization

/// Renders events: results on standard output, progress and diagnostics on standard error; or all
/// of them as JSON lines on standard output.
package final class Console: Sendable {
    package struct Style: Sendable {
        package var isJSON: Bool
        /// Whether standard error is a terminal: a progress bar, not lines.
        package var isInteractive: Bool
        /// Whether standard error shows colours.
        package var hasColor: Bool
        /// Whether standard output does: the one may be a terminal and the other a file.
        package var hasOutputColor: Bool

        package init(isJSON: Bool, isInteractive: Bool, hasColor: Bool, hasOutputColor: Bool = false) {
            self.isJSON = isJSON
            self.isInteractive = isInteractive
            self.hasColor = hasColor
            self.hasOutputColor = hasOutputColor
        }
    }

    private struct State {
        var meter = ProgressMeter()
        var hasBar = false
        var lastProgress = -Double.infinity
    }

    private let style: Style
    private let state = Mutex(State())
    /// Plain progress lines come at most this often, in seconds.
    private static let plainInterval = 5.0
    private static let barInterval = 0.1

    package init(_ style: Style) {
        self.style = style
    }

    /// The sink to hand to a session.
    package var sink: EventSink {
        { [self] event in show(event) }
    }

    package func show(_ event: Event) {
        state.withLock { state in
            if style.isJSON {
                write(JSONLines.line(event) + "\n", to: .standardOutput)
            } else {
                render(event, &state)
            }
        }
    }

    private func render(_ event: Event, _ state: inout State) {
        switch event {
        case .progress(let progress): render(progress, &state)
        case .started, .metric, .exhibit: break
        case .finished(let finished):
            clear(&state)
            state.lastProgress = -.infinity
            guard !finished.note.isEmpty || finished.outcome == .interrupted else { return }
            let time = finished.outcome == .cached ? "" : " (\(finished.seconds.fixed(1)) s)"
            note("\(finished.command): \(finished.note)\(time)")
        case .value(let value):
            clear(&state)
            output(style.hasOutputColor ? value.styled.map(painted) : value.lines)
        case .table(let table):
            clear(&state)
            output(
                (table.name.isEmpty ? [] : [style.hasOutputColor ? painted(table.name, .bold) : table.name])
                    + table.lines)
        case .chart(let chart):
            clear(&state)
            output(chart.lines)
        case .artifact(let artifact):
            clear(&state)
            note("\(artifact.kind) written to \(artifact.path)")
        case .warning(let message):
            clear(&state)
            write(paint("warning: ", .yellow) + message + "\n", to: .standardError)
        case .claim(let claim):
            clear(&state)
            output(claim.lines)
        case .diagnostic(let record):
            clear(&state)
            let color: Color = record.severity == "error" ? .red : .yellow
            let lines = record.lines
            write(
                ([paint(lines[0], color)] + lines.dropFirst()).joined(separator: "\n") + "\n",
                to: .standardError)
        }
    }

    private func render(_ progress: Event.Progress, _ state: inout State) {
        let now = ProcessInfo.processInfo.systemUptime
        let line = state.meter.line(progress, now: now)
        let isLast = progress.done >= progress.total
        let interval = style.isInteractive ? Self.barInterval : Self.plainInterval
        if !style.isInteractive, state.lastProgress == -.infinity {
            // The first plain line comes after an interval: short commands stay silent.
            state.lastProgress = now
            return
        }
        guard isLast && style.isInteractive || now - state.lastProgress >= interval else { return }
        state.lastProgress = now
        if style.isInteractive {
            let share = Double(progress.done) / Double(max(1, progress.total))
            write(
                "\r\u{1B}[2K" + ProgressMeter.bar(share, width: 20) + " " + line, to: .standardError)
            state.hasBar = true
        } else {
            write(line + "\n", to: .standardError)
        }
    }

    private func clear(_ state: inout State) {
        guard state.hasBar else { return }
        write("\r\u{1B}[2K", to: .standardError)
        state.hasBar = false
    }

    private func output(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        write(lines.joined(separator: "\n") + "\n", to: .standardOutput)
    }

    private func note(_ text: String) {
        write(paint(text, .faint) + "\n", to: .standardError)
    }

    private enum Color: String {
        case red = "31"
        case yellow = "33"
        case green = "32"
        case bold = "1"
        case faint = "2"

        init?(_ tone: StyledLine.Tone) {
            switch tone {
            case .plain: return nil
            case .good: self = .green
            case .bad: self = .red
            case .doubtful: self = .yellow
            case .faint: self = .faint
            case .strong: self = .bold
            }
        }
    }

    private func painted(_ line: StyledLine) -> String {
        line.runs.map { run in Color(run.tone).map { painted(run.text, $0) } ?? run.text }.joined()
    }

    private func paint(_ text: String, _ color: Color) -> String {
        style.hasColor ? painted(text, color) : text
    }

    private func painted(_ text: String, _ color: Color) -> String {
        "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m"
    }

    private func write(_ text: String, to handle: FileHandle) {
        // A closed pipe must not end a run that is still computing.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
