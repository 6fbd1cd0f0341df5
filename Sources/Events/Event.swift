import Escaping

/// An event of a running script. The terminal, headless runs and the kernel render the same events.
package enum Event: Sendable {
    /// A statement began: its command, its text, its line.
    case started(Started)
    case progress(Progress)
    /// Numbers at one point of a long command.
    case metric(Metric)
    /// The result of a command as named fields and as text.
    case value(ObjectSummary)
    case table(Table)
    case chart(RenderedChart)
    /// A command wrote a file that stays after the session.
    case artifact(Artifact)
    case warning(String)
    case claim(Claim)
    /// Material for a report; front ends don't show it.
    case exhibit(ReportItem)
    case diagnostic(DiagnosticRecord)
    /// A cell of a notebook begins.
    case cell(CellStart)
    /// Cells became stale because they depend on a value that the latest cell has changed.
    case stale(Stale)
    case finished(Finished)

    package struct Started: Hashable, Sendable {
        package let command: String
        package let text: String
        package let line: Int
        /// The point of the enclosing sweeps, outermost variable first: `seed` `1`, `strategy` `process`.
        package let point: [Coordinate]
        /// The name that `let` gives the value.
        package let name: String?
        /// True if the command's result fills a slot of the workspace.
        package let fillsSlot: Bool
        /// True if a report shows the command's tables, charts and lines among the results.
        package let isShown: Bool
        /// True if the command is an intermediate step of a sweep or repetition. Front ends may hide its output.
        package var isOnTheWay: Bool { fillsSlot && !point.isEmpty }

        package init(
            command: String, text: String, line: Int, point: [Coordinate] = [], name: String? = nil,
            fillsSlot: Bool = false, isShown: Bool = false
        ) {
            self.isShown = isShown
            self.name = name
            self.fillsSlot = fillsSlot
            self.command = command
            self.text = text
            self.line = line
            self.point = point
        }
    }

    /// A variable of a sweep and the value that it has in one point.
    package struct Coordinate: Hashable, Sendable {
        package let name: String
        package let label: String

        package init(_ name: String, _ label: String) {
            self.name = name
            self.label = label
        }
    }

    /// The progress of a command.
    package struct Progress: Hashable, Sendable {
        package let command: String
        package let done: Int
        package let total: Int
        /// The unit of `done` and `total`, such as `tokens`.
        package let unit: String
        /// Further information, such as a loss.
        package let note: String

        package init(command: String, done: Int, total: Int, unit: String, note: String = "") {
            self.command = command
            self.done = done
            self.total = total
            self.unit = unit
            self.note = note
        }
    }

    package struct Metric: Hashable, Sendable {
        package let command: String
        package let step: Int
        package let values: [Field]

        package init(command: String, step: Int, values: [Field]) {
            self.command = command
            self.step = step
            self.values = values
        }
    }

    /// A named value.
    package struct Field: Hashable, Sendable {
        package let name: String
        package let cell: TableCell

        package init(_ name: String, _ cell: TableCell) {
            self.name = name
            self.cell = cell
        }
    }

    package struct ObjectSummary: Hashable, Sendable {
        package let type: String
        package let fields: [Field]
        /// The lines for a reader, with their styles.
        package let styled: [StyledLine]
        /// The lines without styles.
        package var lines: [String] { styled.map(\.text) }

        package init(type: String, fields: [Field], lines: [StyledLine]) {
            self.type = type
            self.fields = fields
            styled = lines
        }

        package init(type: String, fields: [Field], lines: [String]) {
            self.init(type: type, fields: fields, lines: lines.map { StyledLine($0) })
        }
    }

    /// A chart and its renderings.
    package struct RenderedChart: Hashable, Sendable {
        package let chart: Chart
        /// The chart as lines of text for a terminal.
        package let lines: [String]
        /// The chart as SVG for a browser.
        package let svg: String

        package init(chart: Chart, lines: [String], svg: String) {
            self.chart = chart
            self.lines = lines
            self.svg = svg
        }
    }

    package struct Artifact: Hashable, Sendable {
        package let kind: String
        package let key: String
        package let path: String

        package init(kind: String, key: String, path: String) {
            self.kind = kind
            self.key = key
            self.path = path
        }
    }

    /// The verdict about a claim of the script.
    package struct Claim: Hashable, Sendable {
        package let name: String
        /// `holds`, `does not hold` or `inconclusive`.
        package let verdict: String
        package let isRequired: Bool
        /// A description of the comparison in words.
        package let detail: String
        /// The measured difference; `nil` for plain comparisons of numbers.
        package let measured: Measured?

        package var holds: Bool { verdict == "holds" }

        /// A difference with its interval.
        package struct Measured: Hashable, Sendable {
            package let difference: Double
            package let low: Double
            package let high: Double
            /// The confidence level of the interval and of the verdict, such as 0.95.
            package let level: Double
            /// The two-sided p-value, corrected for the other claims of the same script or cell (Holm).
            package let p: Double
            /// True if the difference is one of shares, to be shown in percentage points.
            package let isShare: Bool
            /// The same difference as reported in the paper; `source` is the place in the paper. `nil` if it reports
            /// none.
            package let paper: Double?
            package let source: String?

            package init(
                difference: Double, low: Double, high: Double, level: Double = 0.95, p: Double, isShare: Bool,
                paper: Double?, source: String?
            ) {
                self.level = level
                self.difference = difference
                self.low = low
                self.high = high
                self.p = p
                self.isShare = isShare
                self.paper = paper
                self.source = source
            }
        }

        package init(
            name: String, verdict: String, isRequired: Bool, detail: String, measured: Measured? = nil
        ) {
            self.name = name
            self.verdict = verdict
            self.isRequired = isRequired
            self.detail = detail
            self.measured = measured
        }
    }

    package struct Finished: Hashable, Sendable {
        package let command: String
        package let outcome: Outcome
        package let seconds: Double
        /// The reason why the result was computed, or a note that it was cached.
        package let note: String
        /// The key of the result; empty if the command failed before the key was computed.
        package let key: String
        /// The seconds that the computation of the result took, now or earlier; `nil` if unknown.
        package let computedIn: Double?
        /// The work that an earlier, interrupted run had already done, such as `50 of 60 updates`.
        package let resumed: String?

        package init(
            command: String, outcome: Outcome, seconds: Double, note: String, key: String,
            computedIn: Double? = nil, resumed: String? = nil
        ) {
            self.resumed = resumed
            self.computedIn = computedIn
            self.command = command
            self.outcome = outcome
            self.seconds = seconds
            self.note = note
            self.key = key
        }
    }

    package enum Outcome: String, Hashable, Sendable {
        case computed, cached, failed, interrupted
    }
}

extension [Event.Coordinate] {
    /// The point as text, such as `seed:1 strategy:process`.
    package var text: String { map { "\($0.name):\($0.label)" }.joined(separator: " ") }
}

/// A diagnostic without its source, for front ends.
package struct DiagnosticRecord: Hashable, Sendable {
    package let severity: String
    package let code: String
    package let message: String
    package let hint: String?
    package let file: String
    package let line: Int
    package let column: Int
    /// The source line and the caret line, with active characters shown as escapes.
    package let excerpt: [String]

    package init(
        severity: String, code: String, message: String, hint: String?, file: String, line: Int,
        column: Int, excerpt: [String]
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.hint = hint
        self.file = file
        self.line = line
        self.column = column
        self.excerpt = excerpt
    }

    /// The lines of the diagnostic in the format of compilers.
    package var lines: [String] {
        ["\(file):\(line):\(column): \(severity): \(message) [\(code)]".inert]
            + excerpt.map { "  " + $0 } + (hint.map { ["  hint: \($0)".inert] } ?? [])
    }
}

/// A receiver of events. It may be called from any thread. The events of one command arrive in order.
package typealias EventSink = @Sendable (Event) -> Void
