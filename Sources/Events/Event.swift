import Escaping

/// What happens while a script runs. Terminal, headless run and kernel render the same events.
package enum Event: Sendable {
    /// A statement began: its command, its text, its line.
    case started(Started)
    case progress(Progress)
    /// Numbers at one point of a long command.
    case metric(Metric)
    /// What a command yields, as named fields and as text.
    case value(ObjectSummary)
    case table(Table)
    case chart(RenderedChart)
    /// Something lasting was written.
    case artifact(Artifact)
    case warning(String)
    case claim(Claim)
    /// Material for a report; front ends don't show it.
    case exhibit(ReportItem)
    case diagnostic(DiagnosticRecord)
    /// A cell of a notebook begins.
    case cell(CellStart)
    /// Cells that rest on something that the latest cell has changed.
    case stale(Stale)
    case finished(Finished)

    package struct Started: Hashable, Sendable {
        package let command: String
        package let text: String
        package let line: Int
        /// Where in which sweeps it stands, from the outside in: `seed` `1`, `strategy` `process`.
        package let point: [Coordinate]
        /// What `let` calls the value.
        package let name: String?
        /// Whether what it makes fills a slot of the workspace.
        package let fillsSlot: Bool
        /// Whether a report shows what it shows among the results.
        package let isShown: Bool
        /// Whether it is a step on the way to a sweep's rows, and not asked to be seen.
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

    /// How far a command is.
    package struct Progress: Hashable, Sendable {
        package let command: String
        package let done: Int
        package let total: Int
        /// What is counted, such as `tokens`.
        package let unit: String
        /// Further facts, such as a loss.
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

    /// A name and what it holds.
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
        /// The lines that a person reads.
        package let styled: [StyledLine]
        /// The same without colours.
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
        /// For a terminal.
        package let lines: [String]
        /// For a browser.
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

    /// Whether something that the script says holds.
    package struct Claim: Hashable, Sendable {
        package let name: String
        /// `holds`, `does not hold` or `inconclusive`.
        package let verdict: String
        package let isRequired: Bool
        /// What was compared, in words.
        package let detail: String
        /// What was measured; plain comparisons of numbers have none.
        package let measured: Measured?

        package var holds: Bool { verdict == "holds" }

        /// A difference with its interval.
        package struct Measured: Hashable, Sendable {
            package let difference: Double
            package let low: Double
            package let high: Double
            /// The level of the interval and the verdict.
            package let level: Double
            /// Two-sided, corrected for the claims beside it.
            package let p: Double
            /// Whether the difference is one of shares, to be shown in points.
            package let isShare: Bool
            /// The same difference as the paper reports it, and where.
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
        /// Why it was computed, or that it was not.
        package let note: String
        /// The key of the result; empty where it failed before one was made.
        package let key: String
        /// How long it took when it was computed, now or earlier; `nil` where nobody knows.
        package let computedIn: Double?
        /// What an earlier, broken-off run had done already, such as `50 of 60 updates`.
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
    /// Such as `seed:1 strategy:process`.
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
    /// The source line and the caret under it, without active characters.
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

    /// As compilers print it.
    package var lines: [String] {
        ["\(file):\(line):\(column): \(severity): \(message) [\(code)]".inert]
            + excerpt.map { "  " + $0 } + (hint.map { ["  hint: \($0)".inert] } ?? [])
    }
}

/// Where events go. Called from any thread, in order for each command.
package typealias EventSink = @Sendable (Event) -> Void
