import Escaping
import Events

/// The verdicts and tables of a run as Markdown, for documents that combine several runs.
package struct MarkdownReport {
    private let record: RunRecord
    private let title: String

    package init(_ record: RunRecord, title: String) {
        self.record = record
        self.title = title
    }

    package var text: String {
        ([head] + [claims] + tables).filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    /// The title, errors, the comment at the head of the script in its original layout, parameters and computing time.
    private var head: String {
        // The first line is the title, unless another was given.
        let lines = record.preamble.drop { $0 == title }
        let trimmed = lines.joined(separator: "\n").trimmingNewlines
        let comment = lines.isEmpty ? "" : "\n\n" + Self.fenced([trimmed])
        let values = record.parameters.map { "\($0.name) = \($0.value)".escapedForMarkdown }
            .joined(separator: ", ")
        let seconds = record.computingSeconds
        let cached = record.steps.count { $0.finished?.outcome == .cached }
        let time =
            """
            \(record.steps.count.grouped) steps, of which \(cached.grouped) were cached; \
            \(seconds.duration) of computing, including cached results
            """
        let failed =
            record.failures.isEmpty
            ? ""
            : "\n\n**This run did not finish.**\n\n" + Self.fenced(record.failures)
        return "## \(title.escapedForMarkdown)\(failed)\(comment)"
            + (values.isEmpty ? "" : "\n\nParameters: \(values).") + "\n\n\(time)."
    }

    private static func fenced(_ lines: [String]) -> String {
        String.fencedForMarkdown(lines).joined(separator: "\n")
    }

    private var claims: String {
        let claims = record.claims
        guard !claims.isEmpty else { return "" }
        let rows = claims.map { claim in
            let measured = claim.measured
            return [
                claim.name, measured?.interval ?? claim.detail,
                measured?.probability ?? "",
                measured?.paperText ?? "",
            ].map(\.escapedForMarkdown).joined(separator: " | ")
        }
        return
            (["| verdict | claim | here | p (Holm) | the paper |", "|---|---|--:|--:|--:|"]
            + zip(claims, rows).map { "| **\($0.verdict)** | \($1) |" }).joined(separator: "\n")
    }

    private var tables: [String] {
        record.shownSteps.flatMap(\.events)
            .compactMap { event in
                guard case .table(let table) = event else { return nil }
                return TableFormat.markdown.file(table).trimmingNewlines
            }
    }
}

extension RunRecord {
    /// The lines of the comment at the head of the script, without `#`.
    package var preamble: [String] {
        guard let source = sources.first else { return [] }
        return source.text.split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { $0.hasPrefix("#") }.map { String($0.drop { $0 == "#" }.trimmingPrefix(" ")) }
    }
}

extension String {
    fileprivate var trimmingNewlines: String {
        var text = Substring(self)
        while text.first == "\n" { text = text.dropFirst() }
        while text.last == "\n" { text = text.dropLast() }
        return String(text)
    }
}
