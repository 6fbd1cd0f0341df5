import Escaping
import Events
import Foundation
import Synchronization

/// Renders events. Results go to standard output, progress and diagnostics to standard error. With `--json`, every
/// event is a line of JSON on standard output.
///
/// ```swift
/// let console = Console(.init(isJSON: false, isInteractive: true, hasColor: true))
/// console.show(.warning("the judge gave no verdict on 3 steps"))
/// ```
package final class Console: Sendable {
    package struct Style: Sendable {
        package var isJSON: Bool
        /// True if standard error is a terminal. Progress is then shown as a bar, not as lines.
        package var isInteractive: Bool
        /// True if standard error shows colors.
        package var hasColor: Bool
        /// True if standard output shows colors. It may be a file while standard error is a terminal, and vice versa.
        package var hasOutputColor: Bool
        /// Returns the current number of columns of the terminal; `nil` if unknown. A progress bar must fit into one
        /// line.
        package var columns: @Sendable () -> Int?

        package init(
            isJSON: Bool, isInteractive: Bool, hasColor: Bool, hasOutputColor: Bool = false,
            columns: @escaping @Sendable () -> Int? = { nil }
        ) {
            self.columns = columns
            self.isJSON = isJSON
            self.isInteractive = isInteractive
            self.hasColor = hasColor
            self.hasOutputColor = hasOutputColor
        }
    }

    /// The format of results.
    package enum Mode: String, CaseIterable, Sendable {
        case table, json, csv, markdown
    }

    private struct State {
        var meter = ProgressMeter()
        var hasBar = false
        var lastProgress = -Double.infinity
        var mode = Mode.table
        /// The file that receives results instead of standard output.
        var file: FileHandle?
        var pager: (@Sendable ([String]) -> Bool)?
        /// The results that are waiting to be written together.
        var waiting: [String] = []
    }

    private let style: Style
    private let state = Mutex(State())
    /// The shortest time between two plain progress lines, in seconds.
    private static let plainInterval = 5.0
    /// The shortest time between two updates of a progress bar, in seconds.
    private static let barInterval = 0.1

    package init(_ style: Style) {
        self.style = style
    }

    /// The sink to hand to a session.
    package var sink: EventSink {
        { [self] event in show(event) }
    }

    /// The current format of results.
    package var mode: Mode {
        get { state.withLock { $0.mode } }
        set { state.withLock { $0.mode = newValue } }
    }

    /// Sends results to a file from now on; `nil` sends them to standard output again.
    package func redirect(to file: FileHandle?) {
        state.withLock { state in
            try? state.file?.close()
            state.file = file
        }
    }

    /// Sets the pager for long output; `nil` removes it.
    ///
    /// - Parameter pager: receives lines that are shown together. Returns true if it showed them.
    package func page(with pager: (@Sendable ([String]) -> Bool)?) {
        state.withLock { $0.pager = pager }
    }

    package func show(_ event: Event) { show([event]) }

    /// Renders events. Consecutive results are written together, so that a pager gets them as one text.
    package func show(_ events: [Event]) {
        state.withLock { state in
            for event in events {
                if style.isJSON {
                    write(JSONLines.line(event) + "\n", to: .standardOutput)
                } else {
                    render(event, &state)
                }
            }
            flush(&state)
        }
    }

    /// Writes lines to standard output and, on a terminal, a status line below them. The next output replaces the
    /// status line.
    package func line(_ lines: [String], status: String) {
        state.withLock { state in
            clear(&state)
            if !lines.isEmpty { write(lines.joined(separator: "\n") + "\n", to: .standardOutput) }
            guard style.isInteractive, !status.isEmpty else { return }
            bar(status, &state)
        }
    }

    /// Renders an event without writing to the screen, for the REPL, which writes lines above its prompt. If results
    /// are redirected, a result is written to the file.
    ///
    /// - Parameter indent: the number of columns that the caller writes before each line.
    /// - Returns: the lines that the caller must write; empty if the result went to the file or the event is not shown.
    package func deliver(_ event: Event, indent: Int = 0) -> [String] {
        state.withLock { state in
            guard
                let result = result(event, state, indent: indent)
            else { return remark(event, indent: indent) ?? [] }
            guard let file = state.file else { return result }
            if !result.isEmpty { write(result.joined(separator: "\n") + "\n", to: file) }
            return []
        }
    }

    private func render(_ event: Event, _ state: inout State) {
        if case .progress(let progress) = event {
            flush(&state)
            render(progress, &state)
            return
        }
        if let result = result(event, state) {
            clear(&state)
            state.waiting += result
            return
        }
        if case .finished = event { state.lastProgress = -.infinity }
        guard let remark = remark(event) else { return }
        flush(&state)
        clear(&state)
        write(remark.joined(separator: "\n") + "\n", to: .standardError)
    }

    /// Returns the lines for standard output; `nil` for events that are not results.
    private func result(_ event: Event, _ state: State, indent: Int = 0) -> [String]? {
        let mode = state.mode
        let isColored = style.hasOutputColor && state.file == nil
        switch event {
        case .value, .table, .chart, .claim: break
        default: return nil
        }
        if mode == .json { return [JSONLines.line(event)] }
        switch event {
        case .value(let value):
            guard mode == .table else { return fenced(value.lines, mode) }
            let width = width(state, indent)
            // Lines are wrapped between words. Their continuations are indented, so that no text of a data set can pass
            // for a line of swirl.
            let lines = value.styled(fitting: width).flatMap { line in
                width.map { line.wrapped(to: max(20, $0), hanging: 4) } ?? [line]
            }
            return isColored ? lines.map(painted) : fenced(lines.map(\.text), mode)
        case .table(let table):
            switch mode {
            case .csv: return text(TableFormat.csv.file(table))
            case .markdown: return text(TableFormat.markdown.file(table)) + [""]
            default:
                let name = isColored ? painted(table.name.inertLine, .bold) : table.name.inertLine
                return (table.name.isEmpty ? [] : [name]) + table.lines(fitting: width(state, indent))
            }
        case .chart(let chart): return fenced(chart.lines, mode)
        case .claim(let claim): return fenced(claim.lines, mode)
        default: return nil
        }
    }

    /// The width into which tables are fitted; `nil` if results don't go to a terminal.
    private func width(_ state: State, _ indent: Int) -> Int? {
        state.file == nil ? style.columns().map { $0 - indent } : nil
    }

    /// Returns lines of text as they are shown. In Markdown they are fenced, so that their layout is preserved.
    private func fenced(_ lines: [String], _ mode: Mode) -> [String] {
        mode == .markdown && !lines.isEmpty ? String.fencedForMarkdown(lines) + [""] : lines.map(\.inert)
    }

    private func text(_ file: String) -> [String] {
        // Only line feeds end a line. Split by scalars, because CR LF is one Character.
        var lines = file.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.last == "\r" ? line.dropLast() : line).inert
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// Returns the lines for standard error; `nil` for events that are not shown.
    private func remark(_ event: Event, indent: Int = 0) -> [String]? {
        switch event {
        case .finished(let finished):
            guard !finished.note.isEmpty || finished.outcome == .interrupted else { return nil }
            let time = finished.outcome == .cached ? "" : " (\(finished.seconds.fixed(1)) s)"
            return [paint("\(finished.command): \(finished.note)\(time)".inert, .faint)]
        case .artifact(let artifact):
            return [paint("\(artifact.kind) written to \(artifact.path)".inert, .faint)]
        case .warning(let message): return remark(StyledLine("warning: ", .doubtful), message, indent)
        case .error(let message): return remark(StyledLine("error: ", .bad), message, indent)
        case .point(let start): return [paint("── \(start.line)".inert, .bold)]
        case .cell(let cell): return [paint("[\(cell.number)/\(cell.count)] \(cell.text)".inert, .bold)]
        case .stale(let stale): return remark(StyledLine(stale.line, .doubtful), "", indent)
        case .diagnostic(let record):
            let color: Color = record.severity == "error" ? .red : .yellow
            let lines = record.lines
            return [paint(lines[0], color)] + lines.dropFirst()
        default: return nil
        }
    }

    /// Returns a message for standard error, wrapped between words on a terminal.
    private func remark(_ head: StyledLine, _ message: String, _ indent: Int) -> [String] {
        let lines = message.inert.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return zip([head] + lines.dropFirst().map { _ in "" }, lines).flatMap { head, text in
            let line = head + StyledLine(text)
            return style.columns().map { line.wrapped(to: max(20, $0 - indent), hanging: 4) } ?? [line]
        }.map { style.hasColor ? painted($0) : $0.text.inert }
    }

    private func render(_ progress: Event.Progress, _ state: inout State) {
        let now = ProcessInfo.processInfo.systemUptime
        let line = state.meter.line(progress, now: now).inertLine
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
            bar(ProgressMeter.bar(share, width: 20) + " " + line, &state)
        } else {
            write(line + "\n", to: .standardError)
        }
    }

    /// Writes a line that the next one replaces. It is cut to the screen's width so that it does not wrap.
    private func bar(_ text: String, _ state: inout State) {
        let text = style.columns().map { text.fitting(max(1, $0 - 1)) } ?? text
        write("\r\u{1B}[2K" + text, to: .standardError)
        state.hasBar = true
    }

    private func clear(_ state: inout State) {
        guard state.hasBar else { return }
        write("\r\u{1B}[2K", to: .standardError)
        state.hasBar = false
    }

    /// Writes the waiting results.
    private func flush(_ state: inout State) {
        guard !state.waiting.isEmpty else { return }
        defer { state.waiting = [] }
        if state.file == nil, let pager = state.pager, pager(state.waiting) { return }
        write(state.waiting.joined(separator: "\n") + "\n", to: state.file ?? .standardOutput)
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
        line.runs.map { run in
            let text = run.text.inert
            return Color(run.tone).map { painted(text, $0) } ?? text
        }.joined()
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
