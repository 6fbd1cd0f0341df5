import Escaping

/// An event of a running script. The terminal, headless runs and the Jupyter kernel display the same events.
package enum Event: Sendable {
    /// A statement begins.
    case started(Started)
    case progress(Progress)
    /// Measurements at one step of a long command, such as the loss of one update.
    case metric(Metric)
    /// A summary of a command's result.
    case value(ObjectSummary)
    case table(Table)
    case chart(RenderedChart)
    /// A command wrote a file for the user.
    case artifact(Artifact)
    case warning(String)
    /// A failure outside of a script's statements, such as a report that can't be written.
    case error(String)
    /// A point of a sweep, or a round of a repetition, begins.
    case point(PointStart)
    case claim(Claim)
    /// Material that only reports show; front ends ignore it.
    case reportItem(ReportItem)
    case diagnostic(DiagnosticRecord)
    /// A cell of a notebook begins.
    case cell(CellStart)
    /// Cells became stale because they depend on a value that the latest cell has changed.
    case stale(Stale)
    case finished(Finished)

    /// The statement that begins.
    package struct Started: Hashable, Sendable {
        /// The name of the command.
        package let command: String
        /// The text of the statement.
        package let text: String
        /// The number of the statement's line in the script, from 1.
        package let line: Int
        /// The current point of the enclosing sweeps, outermost variable first: `seed:1 strategy:process`.
        package let point: [Coordinate]
        /// The name that `let` gives to the result; `nil` without `let`.
        package let name: String?
        /// True if the result has a type with a slot in the workspace, such as trajectories.
        package let fillsSlot: Bool
        /// True if a report shows the command's tables, charts and lines among the results.
        package let isShown: Bool
        /// True if the result is an intermediate value within a sweep or repetition. Front ends may hide its output.
        package var isIntermediate: Bool { fillsSlot && !point.isEmpty }

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

    /// A variable of a sweep and its value at one point, such as `seed` and `1`.
    package struct Coordinate: Hashable, Sendable {
        package let name: String
        package let label: String

        package init(_ name: String, _ label: String) {
            self.name = name
            self.label = label
        }
    }

    /// The beginning of a point of a sweep, or of a round of a repetition.
    package struct PointStart: Hashable, Sendable {
        /// The values of the variables of all enclosing sweeps, outermost first.
        package let point: [Coordinate]
        /// The number of the point within its sweep, from 1.
        package let number: Int
        /// The number of points of the sweep.
        package let count: Int
        /// The time since the sweep began, in seconds.
        package let elapsed: Double

        /// The estimated time that the sweep still takes, in seconds, if its other points take as long as those so far;
        /// `nil` at the first point.
        package var remaining: Double? {
            number > 1 ? elapsed / Double(number - 1) * Double(count - number + 1) : nil
        }

        package init(point: [Coordinate], number: Int, count: Int, elapsed: Double) {
            self.point = point
            self.number = number
            self.count = count
            self.elapsed = elapsed
        }

        /// The heading of the point, such as `seed:1 strategy:process  3 of 12, 40 s so far, about 2 min left`.
        package var line: String {
            var text = "\(point.heading)  \(number) of \(count)"
            // Shorter estimates say nothing.
            if let remaining, elapsed >= 1 {
                text += ", \(elapsed.duration) so far, about \(remaining.duration) left"
            }
            return text
        }
    }

    /// The progress of a command.
    package struct Progress: Hashable, Sendable {
        package let command: String
        package let done: Int
        package let total: Int
        /// The unit of `done` and `total`, such as `tokens`.
        package let unit: String
        /// Additional information as text, such as the current loss.
        package let note: String

        package init(command: String, done: Int, total: Int, unit: String, note: String = "") {
            self.command = command
            self.done = done
            self.total = total
            self.unit = unit
            self.note = note
        }
    }

    /// Measurements of a long command at one step.
    package struct Metric: Hashable, Sendable {
        package let command: String
        /// The number of the step, such as the update of a training.
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

    /// A summary of an object as named fields for programs and as lines for readers.
    package struct ObjectSummary: Hashable, Sendable {
        /// The name of the object's type, such as `trajectories`.
        package let type: String
        package let fields: [Field]
        /// The lines above ``sideBySide``.
        private let styled: [StyledLine]
        /// Two texts that are shown side by side below ``styled``, or one below the other where there is no room.
        package let sideBySide: SideBySide?
        /// The lines for readers, without styles.
        package var lines: [String] { styled(fitting: nil).map(\.text) }
        /// Further content for programs, such as the steps of a trajectory, by name.
        package let content: [String: JSON]

        /// Two texts to compare.
        package struct SideBySide: Hashable, Sendable {
            package let left: [StyledLine]
            package let right: [StyledLine]

            package init(left: [StyledLine], right: [StyledLine]) {
                self.left = left
                self.right = right
            }
        }

        /// The width of each of two texts without a terminal, and the narrowest one, in characters.
        private static let (usualWidth, narrowest) = (54, 30)

        /// Returns the lines for readers.
        ///
        /// - Parameter width: the number of terminal columns; `nil` for the usual width.
        package func styled(fitting width: Int?) -> [StyledLine] {
            guard let sideBySide else { return styled }
            let own = width.map { ($0 - 4) / 2 } ?? Self.usualWidth
            guard own >= Self.narrowest else { return styled + sideBySide.left + sideBySide.right }
            return styled + StyledLine.sideBySide(sideBySide.left, sideBySide.right, width: own)
        }

        package init(
            type: String, fields: [Field], lines: [StyledLine], content: [String: JSON] = [:],
            sideBySide: SideBySide? = nil
        ) {
            self.sideBySide = sideBySide
            self.type = type
            self.fields = fields
            self.content = content
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

    /// A file or folder that a command wrote for the user.
    package struct Artifact: Hashable, Sendable {
        /// The kind of the file, such as `table` or `chart`.
        package let kind: String
        /// The key of the statement that wrote the file.
        package let key: String
        package let path: String

        package init(kind: String, key: String, path: String) {
            self.kind = kind
            self.key = key
            self.path = path
        }
    }

    /// A claim of the script with its verdict.
    package struct Claim: Hashable, Sendable {
        package let name: String
        /// `holds`, `does not hold` or `inconclusive`.
        package let verdict: String
        /// True if the run fails unless the claim holds.
        package let isRequired: Bool
        /// A description of the comparison as text.
        package let detail: String
        /// The measured difference; `nil` if the claim compares numbers without a statistical test.
        package let measured: Measured?

        package var holds: Bool { verdict == "holds" }

        /// A measured difference with its confidence interval and p-value.
        package struct Measured: Hashable, Sendable {
            package let difference: Double
            package let low: Double
            package let high: Double
            /// The confidence level of the interval and of the verdict, such as 0.95.
            package let level: Double
            /// The two-sided p-value, corrected for the other claims of the same script or cell (Holm).
            package let p: Double
            /// True if the difference is between shares (0 to 1) and is displayed in percentage points.
            package let isShare: Bool
            /// The same difference in the paper; `nil` if the paper does not report it.
            package let paper: Double?
            /// The place of the difference in the paper, such as `Figure 4`.
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

    /// The end of a statement.
    package struct Finished: Hashable, Sendable {
        package let command: String
        package let outcome: Outcome
        /// The duration of the statement in seconds.
        package let seconds: Double
        /// The reason why the result was computed, or a note that it was cached.
        package let note: String
        /// The key of the result; empty if the command failed before the key was computed.
        package let key: String
        /// The computation time of the result in seconds: this run's time if it was computed now, otherwise
        /// the recorded time. For a resumed computation, only the time after the interruption. `nil` if the result was
        /// cached and its time is unknown, or if the command did not finish.
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
    /// The point as one line. Labels are texts of recipes and may have line breaks.
    package var heading: String { text.inertLine }
}

/// A diagnostic as plain text and numbers, for front ends. It needs no access to the script.
package struct DiagnosticRecord: Hashable, Sendable {
    /// `error` or `warning`.
    package let severity: String
    /// The code of the failure, such as `unknown-option`.
    package let code: String
    package let message: String
    package let hint: String?
    package let file: String
    package let line: Int
    package let column: Int
    /// The source line, and a line with a caret under the problem. Control characters are written as escapes.
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

    /// The diagnostic as lines in the format of compilers: `file:line:column: error: message [code]`, the excerpt, the
    /// hint.
    package var lines: [String] {
        ["\(file):\(line):\(column): \(severity): \(message) [\(code)]".inert]
            + excerpt.map { "  " + $0 } + (hint.map { ["  hint: \($0)".inert] } ?? [])
    }
}

/// A receiver of events. It may be called from any thread. The events of one command arrive in order.
package typealias EventSink = @Sendable (Event) -> Void
