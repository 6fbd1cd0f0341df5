import Events
import Foundation
import HostileTexts
import Rendering
import Testing

/// Hostile cells, titles, questions, labels and reasons through the commands that plot and report.
@Suite struct HostileDataTests {
    private let folder = FileManager.default.temporaryDirectory.appending(
        path: "swirl-hostile-\(UUID().uuidString)")

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    /// As a string of the experiment language.
    private func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\\\"
            case "\"": "\\\""
            case "\n": "\\n"
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }

    private func expectNothingRan() {
        for place in [FileManager.default.currentDirectoryPath, folder.path] {
            #expect(!FileManager.default.fileExists(atPath: "\(place)/\(HostileTexts.marker)"))
        }
    }

    @Test func `hostile texts in a loaded file stay inert in plots, tables and reports`() async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let texts = HostileTexts.all.filter { !$0.isEmpty && !$0.contains("\0") }
        for start in stride(from: 0, to: texts.count, by: 12) {
            let part = Array(texts[start..<min(texts.count, start + 12)])
            let frame = Frame(
                columns: ["label", "value", "other"],
                rows: part.indices.map {
                    [.text(part[$0]), .number(Double($0)), .text(part[part.count - 1 - $0])]
                })
            try Data(frame.csv.utf8).write(to: folder.appending(path: "hostile.csv"))
            let harness = SessionHarness()
            let title = quoted(part[0])
            let ending = await harness.run(
                """
                let f = load "\(path("hostile.csv"))"
                plot bar $f x:label y:value title:\(title) to:"\(path("bar.svg"))"
                plot scatter $f x:label y:value series:other to:"\(path("scatter.svg"))"
                plot line $f x:value y:value series:label title:\(title)
                table $f rows:label value:value title:\(title) to:"\(path("t.tex"))"
                table $f rows:label columns:other value:value to:"\(path("t.md"))"
                table $f rows:label value:value to:"\(path("t.csv"))"
                save $f to:"\(path("again.csv"))"
                report to:"\(path("r.html"))" title:\(title)
                report to:"\(path("r.md"))" title:\(title)
                """)
            #expect(ending == .done, "\(harness.diagnostics.map(\.lines)) \(part)")
            #expect(harness.warnings.isEmpty, "\(harness.warnings)")
            let again = try String(contentsOf: folder.appending(path: "again.csv"), encoding: .utf8)
            #expect(try Frame(csv: again) == frame)
            let html = try String(contentsOf: folder.appending(path: "r.html"), encoding: .utf8)
            #expect(!html.contains(#/<(script|img|iframe|a )|<[^>]* on[a-z]+=/#))
            for name in ["bar.svg", "scatter.svg", "t.tex", "t.md", "t.csv", "r.md"] {
                #expect(FileManager.default.fileExists(atPath: path(name)), "\(name)")
            }
            expectNothingRan()
        }
    }

    @Test func `hostile question texts stay inert in charts, JSON lines, notebooks and reports`() async throws
    {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let texts = HostileTexts.all.filter { $0.utf8.count < 40 && $0.contains { !$0.isWhitespace } }
        let rows = try texts.map { text in
            let row = ["question": "what is 1 + 1? \(text)", "answer": "<<1+1=2>> #### 2"]
            return String(decoding: try JSONSerialization.data(withJSONObject: row), as: UTF8.self)
        }
        try Data(rows.joined(separator: "\n").utf8).write(to: folder.appending(path: "q.jsonl"))
        let harness = SessionHarness()
        let ending = await harness.run(
            """
            model nano-xs tokens:20k
            dataset gsm8k data:"\(path("q.jsonl"))" split:test limit:200
            rollout samples:1
            judge
            let c = count none by:[question.text]
            plot bar $c x:question.text y:trajectories to:"\(path("c.svg"))"
            show q0.s0
            let all = filter none
            let good = filter process
            count not good by:[question.text reason.kind] sort:selected_steps top:20
            describe $all $good
            show q0
            why q0.s0 in:$good
            filter none
            pick 2
            describe
            report to:"\(path("r.html"))"
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let html = try String(contentsOf: folder.appending(path: "r.html"), encoding: .utf8)
        #expect(!html.contains(#/<(script|img|iframe|a )|<[^>]* on[a-z]+=/#))
        for event in harness.all {
            let line = JSONLines.line(event)
            #expect(!line.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
            for part in (MimeBundle(event)?.parts ?? [:]).values {
                #expect(!part.contains("\u{1B}") && !part.contains("\u{202E}"))
            }
        }
        expectNothingRan()
    }

    @Test func `a hostile reason of a label stays inert in text and HTML`() async throws {
        let reason = "z'\u{301} `touch \(HostileTexts.marker)` \u{1B}[31m<script>alert(1)</script>"
        let start = """
            model nano tokens:200k
            dataset hop-nano gsm-nano limit:30
            rollout samples:3

            """
        // Some step of some trajectory is a readable action.
        for name in (0..<10).map({ "q\($0).s0" }) {
            let harness = SessionHarness()
            let ending = await harness.run(
                start + """
                    label \(name) step:1 bad \(quoted(reason))
                    judge with:human
                    let c = count reward = 0 by:[reason]
                    plot bar $c x:reason y:selected_steps
                    show \(name)
                    """)
            guard ending == .done else { continue }
            let plain = harness.all.compactMap { MimeBundle($0)?.parts["text/plain"] }.joined(
                separator: "\n")
            #expect(plain.contains("\\u{1B}[31m") && !plain.contains("\u{1B}"))
            let html = harness.all.compactMap { MimeBundle($0)?.parts["text/html"] }.joined()
            #expect(html.contains("&lt;script&gt;") && !html.contains("<script"))
            return expectNothingRan()
        }
        Issue.record("no step could be labelled")
    }
}
