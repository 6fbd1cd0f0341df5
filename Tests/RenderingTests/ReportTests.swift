import Escaping
import Events
import Rendering
import Testing

@Suite struct ReportTests {
    private func record(_ events: [Event]) -> RunRecord {
        var record = RunRecord(name: "x.swirl", seed: 7)
        record.sources = [("x.swirl", "# x: does <it> work?\n#\n# The paper  says & shows.\nmodel nano\n")]
        record.parameters = [("seeds", "[1 2]")]
        for event in events { record.add(event) }
        return record
    }

    private func step(_ text: String, seed: String, _ events: [Event]) -> [Event] {
        [
            .started(
                .init(
                    command: "train", text: text, line: 3, point: [.init("seed", seed), .init("f", "both")]))
        ]
            + events
            + [.finished(.init(command: "train", outcome: .computed, seconds: 2, note: "", key: "abc"))]
    }

    private let claim = Event.claim(
        .init(
            name: "a <b> claim", verdict: "holds", isRequired: false, detail: "60.0 % against 50.0 %",
            measured: .init(
                difference: 0.1, low: 0.05, high: 0.15, p: 0.004, isShare: true, paper: 0.08,
                source: "Figure 4")))

    @Test func `training curves are means over the seeds`() {
        let record = record(
            step("train", seed: "1", [.reportItem(.curve(name: "reward", [.init(1, 0), .init(2, 1)]))])
                + step(
                    "train", seed: "2",
                    [.reportItem(.curve(name: "reward", [.init(1, 1), .init(2, 2), .init(3, 9)]))]))
        #expect(record.trainingCurves.count == 1)
        #expect(record.trainingCurves[0].series.map(\.name) == ["train  (f:both)"])
        #expect(record.trainingCurves[0].series[0].points.map(\.y) == [0.5, 1.5])
    }

    @Test func `endings are added up over seeds`() {
        let counts = Event.reportItem(.counts(title: "endings", [.init("right", 3), .init("malformed", 1)]))
        let record = record(step("eval", seed: "1", [counts]) + step("eval", seed: "2", [counts]))
        #expect(record.endings?.rows.map { $0.map(\.text) } == [["eval  (f:both)", "6", "2"]])
    }

    @Test func `an HTML report is complete, escaped and loads no external resource`() {
        let sample = ReportItem.Sample(fate: "dropped", lines: ["<answer>5</answer>", "BAD: \"no\""])
        let html = HTMLReport(
            record(step("filter", seed: "1", [.reportItem(.samples(title: "t", [sample]))]) + [claim]),
            title: "x: does <it> work?", curves: [], facts: [("machine", "a & b")]
        ).text
        for text in [
            "does &lt;it&gt; work?", "a &lt;b&gt; claim", "+10.0 [+5.0, +15.0] points", "p = 0.004",
            "+8.0 points (Figure 4)", "&lt;answer&gt;5&lt;/answer&gt;", "a &amp; b", "param seeds", "abc",
            "model nano",
        ] { #expect(html.contains(text), "\(text)") }
        for fetched in ["http:", "https:", "src=", "@import", "url(", "<script"] {
            #expect(!html.contains(fetched), "\(fetched)")
        }
    }

    @Test func `a Markdown report contains the verdicts and parameters`() {
        let text = MarkdownReport(record([claim]), title: "x").text
        #expect(
            text.contains(
                "| **holds** | a \\<b> claim | +10.0 [+5.0, +15.0] points | p = 0.004 | +8.0 points (Figure 4) |"
            ))
        #expect(text.contains("seeds = [1 2]"))
    }

    @Test func `a repeated statement is listed as two steps`() {
        let counts = Event.reportItem(.counts(title: "endings", [.init("right", 3)]))
        let twice = step("eval", seed: "1", [counts]) + step("eval", seed: "1", [counts])
        #expect(
            record(twice).endings?.rows.map { $0[0].text } == ["eval  (f:both)", "eval  (f:both), time 2"])
    }

    @Test func `cached results show the time of their computation`() {
        let kept: [Event] = [
            .started(.init(command: "train", text: "train", line: 1)),
            .finished(
                .init(
                    command: "train", outcome: .cached, seconds: 0.01, note: "cached", key: "k",
                    computedIn: 125)),
        ]
        #expect(record(kept).steps[0].seconds == 125)
        #expect(HTMLReport(record(kept), title: "x", curves: [], facts: []).text.contains(">125.0<"))
        #expect(MarkdownReport(record(kept), title: "x").text.contains("2 min 5 s of computing"))
    }

    @Test func `the report of a failed run contains the failure`() {
        let problem = DiagnosticRecord(
            severity: "error", code: "failed", message: "division <by> zero", hint: nil, file: "x.swirl",
            line: 3,
            column: 1, excerpt: [])
        let record = record(step("train", seed: "1", []) + [.diagnostic(problem)])
        let html = HTMLReport(record, title: "x", curves: [], facts: []).text
        #expect(html.contains("did not finish") && html.contains("division &lt;by&gt; zero"))
        #expect(MarkdownReport(record, title: "x").text.contains("division <by> zero"))
    }

    @Test func `a report without explicit tables shows the tables of its steps`() {
        let table = Event.table(Table(name: "own", columns: ["a"], rows: [[.number(1)]]))
        let html = HTMLReport(record(step("eval", seed: "1", [table])), title: "x", curves: [], facts: [])
            .text
        #expect(html.contains("<caption>own</caption>"))
    }

    @Test func `a quote with a combining accent is escaped`() {
        #expect("\"\u{301}<".escapedForHTML.unicodeScalars.first == "&")
        #expect(!"a\"\u{301}b".escapedForHTML.unicodeScalars.contains("\""))
    }
}
