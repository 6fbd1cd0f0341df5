/// What happens while a script runs. Terminal, headless run and kernel render the same events.
package enum Event: Sendable {
    /// A statement began: its command, its text, its line.
    case started(Started)
    case progress(Progress)
    /// Numbers at one point of a long command.
    case metric(Metric)
    /// What a command yields, as named fields and as text.
    case value(Value)
    case table(Table)
    case chart(Chart)
    /// Something lasting was written.
    case artifact(Artifact)
    case warning(String)
    case claim(Claim)
    case diagnostic(DiagnosticRecord)
    case finished(Finished)

    package struct Started: Hashable, Sendable {
        package let command: String
        package let text: String
        package let line: Int

        package init(command: String, text: String, line: Int) {
            self.command = command
            self.text = text
            self.line = line
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
        package let cell: Cell

        package init(_ name: String, _ cell: Cell) {
            self.name = name
            self.cell = cell
        }
    }

    package struct Value: Hashable, Sendable {
        package let type: String
        package let fields: [Field]
        /// The lines that a person reads.
        package let lines: [String]

        package init(type: String, fields: [Field], lines: [String]) {
            self.type = type
            self.fields = fields
            self.lines = lines
        }
    }

    package struct Chart: Hashable, Sendable {
        package let name: String
        package let lines: [String]

        package init(name: String, lines: [String]) {
            self.name = name
            self.lines = lines
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
        package let verdict: String
        package let holds: Bool
        package let isRequired: Bool
        package let detail: String

        package init(
            name: String, verdict: String, holds: Bool, isRequired: Bool, detail: String
        ) {
            self.name = name
            self.verdict = verdict
            self.holds = holds
            self.isRequired = isRequired
            self.detail = detail
        }
    }

    package struct Finished: Hashable, Sendable {
        package let command: String
        package let outcome: Outcome
        package let seconds: Double
        /// Why it was computed, or that it was not.
        package let note: String

        package init(command: String, outcome: Outcome, seconds: Double, note: String) {
            self.command = command
            self.outcome = outcome
            self.seconds = seconds
            self.note = note
        }
    }

    package enum Outcome: String, Hashable, Sendable {
        case computed, cached, failed, interrupted
    }
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
    /// The source line and the caret under it.
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
        ["\(file):\(line):\(column): \(severity): \(message) [\(code)]"]
            + excerpt.map { "  " + $0 } + (hint.map { ["  hint: \($0)"] } ?? [])
    }
}

/// Where events go. Called from any thread, in order for each command.
package typealias EventSink = @Sendable (Event) -> Void
