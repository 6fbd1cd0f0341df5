import Escaping
import Events

/// The report of a run as one self-contained HTML file: no scripts, and no external fonts or images.
package struct HTMLReport {
    private let record: RunRecord
    private let title: String
    /// The drawings of the training curves.
    private let curves: [Event.RenderedChart]
    /// Facts about versions and the machine.
    private let facts: [(name: String, value: String)]
    /// Turns a script into HTML.
    private let script: (String) -> String

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - curves: the drawings of the training curves.
    ///   - facts: facts about versions and the machine.
    ///   - script: converts the text of a script to HTML, for example with syntax highlighting. By default, it only
    ///     escapes.
    package init(
        _ record: RunRecord, title: String, curves: [Event.RenderedChart],
        facts: [(name: String, value: String)],
        script: @escaping (String) -> String = \.escapedForHTML
    ) {
        self.script = script
        self.record = record
        self.title = title
        self.curves = curves
        self.facts = facts
    }

    /// The whole file.
    package var text: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="generator" content="swirl">
        <link rel="icon" href="data:,">
        <title>\(title.escapedForHTML)</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        <main>
        <h1>\(title.escapedForHTML)</h1>
        \(preamble)
        \(banner)
        \(claims)
        \(results)
        \(trainings)
        \(samples)
        \(failures)
        \(steps)
        \(provenance)
        </main>
        </body>
        </html>

        """
    }

    /// The comment at the head of the script, which states the question of the experiment.
    private var preamble: String {
        let lines = record.preamble
        guard !lines.isEmpty else { return "" }
        return "<pre class=\"question\">\(lines.joined(separator: "\n").escapedForHTML)</pre>"
    }

    /// The banner above the results if the record contains errors or interruptions.
    private var banner: String {
        let lines = record.failures
        guard !lines.isEmpty else { return "" }
        return """
            <div class="failed"><strong>This run did not finish.</strong>
            <pre>\(lines.joined(separator: "\n").escapedForHTML)</pre></div>
            """
    }

    private func section(_ id: String, _ title: String, _ body: String) -> String {
        body.isEmpty ? "" : "<section id=\"\(id)\"><h2>\(title)</h2>\n\(body)</section>\n"
    }

    private var claims: String {
        let rows = record.claims.map { claim -> String in
            let kind = claim.verdict == "holds" ? "yes" : claim.verdict == "inconclusive" ? "open" : "no"
            let measured = claim.measured
            return """
                <tr><td><span class="verdict \(kind)">\(claim.verdict)</span></td>\
                <td class="claim">\(claim.name.escapedForHTML)<div class="small">\(claim.detail.escapedForHTML)</div></td>\
                <td class="n">\(measured?.interval.escapedForHTML ?? "")</td>\
                <td class="n">\(measured?.probability.escapedForHTML ?? "")</td>\
                <td class="n">\((measured?.paperText ?? "").escapedForHTML)</td></tr>
                """
        }
        guard !rows.isEmpty else { return "" }
        return section(
            "claims", "Verdicts",
            """
            <div class="wide" tabindex="0"><table class="verdicts"><thead><tr><th scope="col">verdict</th>\
            <th scope="col">claim</th><th scope="col" class="n">difference</th><th scope="col" class="n">p</th>\
            <th scope="col" class="n">the paper</th></tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
            <p class="small">Differences over questions and seeds, with 95 % intervals unless another level is given. \
            p-values are two-sided and corrected (Holm) for all claims of the same script or cell.</p>
            """)
    }

    /// The tables, charts, values and warnings of the shown steps, in order.
    private var results: String {
        section(
            "results", "Results",
            record.shownSteps.flatMap(\.events).compactMap(Self.result).joined(separator: "\n"))
    }

    private static func result(_ event: Event) -> String? {
        switch event {
        case .table(let table): table.html
        case .chart(let drawing): drawing.html
        case .value(let value):
            value.lines.isEmpty ? nil : "<pre>\(value.lines.joined(separator: "\n").escapedForHTML)</pre>"
        case .warning(let text): "<p class=\"warning\">\(text.escapedForHTML)</p>"
        default: nil
        }
    }

    private var trainings: String {
        section("training", "Training curves", curves.map(\.html).joined(separator: "\n"))
    }

    private var samples: String {
        section(
            "samples", "Trajectories kept and dropped",
            record.samples.map { label, title, samples in
                let cases = samples.map { sample in
                    """
                    <h3><span class="fate">\(sample.fate.escapedForHTML)</span></h3>
                    <pre>\(sample.lines.joined(separator: "\n").escapedForHTML)</pre>
                    """
                }
                return """
                    <details><summary><code>\(label.escapedForHTML)</code> \(title.escapedForHTML)</summary>
                    \(cases.joined(separator: "\n"))</details>
                    """
            }.joined(separator: "\n"))
    }

    private var failures: String {
        section("failures", "How answers ended", record.endings.map(\.html) ?? "")
    }

    private var steps: String {
        let rows = record.steps.map { step -> String in
            let lines = step.events.flatMap { event -> [String] in
                switch event {
                case .value(let value): value.lines
                case .warning(let text): ["warning: \(text)"]
                case .diagnostic(let record): record.lines
                default: []
                }
            }
            let finished = step.finished
            let said =
                lines.isEmpty
                ? "" : "<div class=\"small\">\(lines.prefix(4).joined(separator: "\n").escapedForHTML)</div>"
            return """
                <tr><td class="n">\(step.started.line)</td><td><code>\((step.started.name.map { "let \($0) = " } ?? "").escapedForHTML)\(step.started.text.escapedForHTML)</code>\(said)</td>\
                <td>\(step.started.point.text.escapedForHTML)</td><td>\(finished?.outcome.rawValue ?? "")</td>\
                <td class="n">\(finished == nil ? "" : step.seconds.fixed(1))</td>\
                <td><code>\(finished.map { String($0.key.prefix(12)) } ?? "")</code></td></tr>
                """
        }
        guard !rows.isEmpty else { return "" }
        let seconds = record.computingSeconds
        return section(
            "steps", "Steps",
            """
            <details><summary>\(rows.count.grouped) steps, \(seconds.duration) of computing in total, \
            including cached results</summary>
            <div class="wide" tabindex="0"><table><thead><tr><th scope="col" class="n">line</th>\
            <th scope="col">statement</th><th scope="col">point</th><th scope="col">outcome</th>\
            <th scope="col" class="n">seconds</th><th scope="col">key</th></tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody></table></div></details>
            """)
    }

    private var provenance: String {
        let parameters = record.parameters.map { ("param \($0.name)", $0.value) }
        let rows = ([("script", record.name), ("ambient seed", String(record.seed))] + parameters + facts)
            .map { "<tr><th>\($0.0.escapedForHTML)</th><td>\($0.1.escapedForHTML)</td></tr>" }
        let sources = record.sources.map { source in
            """
            <details><summary><code>\(source.name.escapedForHTML)</code></summary>
            <pre>\(script(source.text))</pre></details>
            """
        }
        return section(
            "provenance", "Provenance",
            """
            <div class="wide" tabindex="0"><table class="facts"><tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
            \(sources.joined(separator: "\n"))
            """)
    }
}
