import Escaping
import Events

/// A result in all forms that a notebook can show.
package struct MimeBundle: Hashable, Sendable {
    /// The contents by MIME type, such as `text/plain` and `text/html`.
    package let parts: [String: String]

    package init(text: String) { parts = ["text/plain": text.inert] }

    /// Creates the bundle of an event; `nil` for events that are not results, and for results that show nothing.
    package init?(_ event: Event) {
        let lines: [String]
        var parts: [String: String] = [:]
        switch event {
        case .value(let value):
            lines = value.lines
            if value.styled(fitting: nil).contains(where: { $0.runs.contains { $0.tone != .plain } }) {
                parts["text/html"] =
                    "<pre>" + value.styled(fitting: nil).map(\.html).joined(separator: "\n") + "</pre>"
            }
        case .table(let table):
            lines = (table.name.isEmpty ? [] : [table.name]) + table.lines
            parts["text/html"] = table.html
        case .chart(let drawing):
            lines = drawing.lines
            if !drawing.svg.isEmpty { parts["image/svg+xml"] = drawing.svg }
        case .claim(let claim): lines = claim.lines
        default: return nil
        }
        guard !lines.isEmpty || !parts.isEmpty else { return nil }
        parts["text/plain"] = lines.joined(separator: "\n").inert
        self.parts = parts
    }
}

extension StyledLine {
    /// The line as an HTML fragment, with inline colors.
    fileprivate var html: String {
        runs.map { run in
            let text = run.text.escapedForHTML
            return run.tone.style.map { "<span style=\"\($0)\">\(text)</span>" } ?? text
        }.joined()
    }
}

extension StyledLine.Tone {
    /// The inline style, with a color that is readable on white and on black; `nil` for plain text.
    fileprivate var style: String? {
        switch self {
        case .plain: nil
        case .good: "color:#2e8b57"
        case .bad: "color:#d1495b"
        case .doubtful: "color:#b8860b"
        case .faint: "opacity:0.65"
        case .strong: "font-weight:bold"
        }
    }
}
