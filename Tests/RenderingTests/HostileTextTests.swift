import Escaping
import Events
import Foundation
import HostileTexts
import Rendering
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The same hostile texts through every writer of another language.
@Suite struct HostileTextTests {
    private static let gnuplot = Gnuplot()
    private static let folder = FileManager.default.currentDirectoryPath

    /// No text has run a command.
    private func expectNothingRan() {
        #expect(!FileManager.default.fileExists(atPath: "\(Self.folder)/\(HostileTexts.marker)"))
    }

    /// Elements, attributes and text of a well-formed document.
    private final class Document: NSObject, XMLParserDelegate {
        var elements: Set<String> = []
        var attributes: [(name: String, value: String)] = []
        var text = ""
        let isWellFormed: Bool

        init(_ data: Data) {
            let parser = XMLParser(data: data)
            let collector = Collector()
            parser.delegate = collector
            isWellFormed = parser.parse()
            super.init()
            (elements, attributes, text) = (collector.elements, collector.attributes, collector.text)
        }

        private final class Collector: NSObject, XMLParserDelegate {
            var elements: Set<String> = []
            var attributes: [(name: String, value: String)] = []
            var text = ""

            func parser(
                _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
                qualifiedName: String?, attributes own: [String: String]
            ) {
                elements.insert(name)
                attributes += own.map { ($0, $1) }
            }

            func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
        }

        /// True if nothing in it runs or fetches.
        var isPassive: Bool {
            elements.isDisjoint(with: [
                "script", "img", "iframe", "object", "embed", "foreignObject", "a", "link",
            ])
                && attributes.allSatisfy { name, value in
                    !name.lowercased().hasPrefix("on")
                        && (!name.lowercased().hasSuffix("href") || value.hasPrefix("#") || value == "data:,")
                        && name.lowercased() != "src"
                }
        }
    }

    @Test(.enabled(if: gnuplot != nil, "needs gnuplot"), arguments: ChartTests.kinds)
    func `hostile chart labels execute nothing and are drawn as text`(_ kind: String) async throws {
        let gnuplot = try #require(Self.gnuplot)
        let texts = HostileTexts.all
        for start in stride(from: 0, to: texts.count, by: 8) {
            let part = Array(texts[start..<min(texts.count, start + 8)])
            let chart = Chart(
                name: part[0], kind: kind, x: part.last!, y: part[part.count / 2],
                series: part.enumerated().map { index, name in
                    .init(
                        name: name,
                        points: part.enumerated().map {
                            .init(x: .text($1), y: Double($0 + index), low: 0, high: Double($0 + index + 1))
                        })
                })
            let svg = try await gnuplot.draw(chart, on: .svg(width: 600, height: 400))
            let document = Document(svg)
            #expect(document.isWellFormed && document.isPassive, "\(part)")
            for text in part where text.utf8.count < 24 && !text.isEmpty {
                // White space at the ends is nobody's concern.
                let shown = text.inertLine.trimmingCharacters(in: .whitespaces)
                #expect(document.text.contains(shown), "\(text.debugDescription)")
            }
            let drawing = Event.RenderedChart(
                chart: chart, lines: [], svg: String(decoding: svg, as: UTF8.self))
            #expect(Document(Data("<div>\(drawing.html)</div>".utf8)).isPassive)
            let lines = try await gnuplot.draw(chart, on: .text(columns: 79, rows: 24))
            #expect(
                !String(decoding: lines, as: UTF8.self).unicodeScalars.contains { $0.isActive && $0 != "\n" })
            if kind == BarChart.name {
                let png = try await gnuplot.draw(chart, on: .png(width: 300, height: 200))
                #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            }
        }
        expectNothingRan()
    }

    @Test(.enabled(if: gnuplot != nil, "needs gnuplot"))
    func `a percent sign in a label is drawn literally`() async throws {
        let names = ["20% good", "50% off", "100 %", "%d %s %%", "it's 5%\u{301}"]
        let chart = Chart(
            name: names[0], kind: BarChart.name, x: names[1], y: names[2],
            series: [.init(name: names[3], points: names.map { .init(x: .text($0), y: 1) })])
        let svg = try await Self.gnuplot!.draw(chart, on: .svg(width: 900, height: 400))
        let text = Document(svg).text
        for name in names { #expect(text.contains(name), "\(name)") }
    }

    @Test func `HTML escaping preserves every text`() {
        for text in HostileTexts.all {
            let document = Document(
                Data("<p title=\"\(text.escapedForHTML)\">\(text.escapedForHTML)</p>".utf8))
            #expect(document.isWellFormed && document.elements == ["p"])
            // XML reads every line end as a line feed, and tabs of attributes as spaces.
            #expect(
                document.text.unicodeScalars.elementsEqual(text.inert.unicodeScalars),
                "\(text.debugDescription)")
            #expect(document.attributes.map(\.name) == ["title"])
        }
    }

    @Test func `a report of hostile texts has no active HTML element`() {
        let texts = HostileTexts.all
        let cells = texts.map { [TableCell.text($0), .number(1)] }
        var record = RunRecord(name: texts[3], seed: 1)
        record.sources = [(name: texts[5], text: "# " + texts.joined(separator: "\n# ") + "\nmodel nano\n")]
        record.parameters = texts.map { ($0, $0) }
        for text in texts {
            record.add(
                .started(.init(command: "count", text: text, line: 1, point: [.init(text, text)], name: text))
            )
            record.add(.table(Table(name: text, columns: [text, "n"], rows: cells, notes: [text])))
            record.add(.value(.init(type: text, fields: [.init(text, .text(text))], lines: [text])))
            record.add(.warning(text))
            record.add(.reportItem(.samples(title: text, [.init(fate: text, lines: [text])])))
            record.add(.reportItem(.counts(title: text, [.init(text, 1)])))
            record.add(.claim(.init(name: text, verdict: "holds", isRequired: false, detail: text)))
            record.add(
                .finished(.init(command: text, outcome: .computed, seconds: 1, note: text, key: "abc")))
        }
        let html = HTMLReport(record, title: texts[7], curves: [], facts: texts.map { ($0, $0) }).text
        // The page is XML but for its first line and for the elements that HTML leaves open.
        let body = html.replacing("<!DOCTYPE html>", with: "").replacing(#/<(meta|link)[^>]*>/#, with: "")
        let document = Document(Data(body.utf8))
        #expect(document.isWellFormed && document.isPassive)
        #expect(!html.unicodeScalars.contains { $0.isActive && $0 != "\n" && $0 != "\t" })
    }

    @Test func `CSV preserves every text, and no cell is a formula`() throws {
        let texts = HostileTexts.all
        let frame = Frame(
            columns: ["text", "n"],
            rows: texts.filter { !$0.isEmpty }.enumerated().map { [.text($1), .number(Double($0) / 7)] })
        #expect(try Frame(csv: frame.csv) == frame)
        // The cell for a reader that knows nothing of the apostrophe.
        for row in try CSV.rows(frame.csv).dropFirst() {
            let first = row[0].text.unicodeScalars.first
            let isFormula = first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
            #expect(!isFormula || Double(row[0].text) != nil, "\(row[0].text.debugDescription)")
        }
        let table = Table(
            name: "t", columns: texts.indices.map { "\($0)\(texts[$0])" }, rows: [texts.map { .text($0) }])
        let read = try CSV.rows(TableFormat.csv.file(table))
        #expect(read.count == 2 && read[0].count == texts.count)
    }

    @Test func `LaTeX escaping keeps texts in their cells and comments on their lines`() {
        for text in HostileTexts.all {
            let table = Table(
                name: text, columns: ["a", "b"], rows: [[.text(text), .text("x")]], notes: [text])
            let lines = TableFormat.latex.file(table).unicodeScalars.split(
                omittingEmptySubsequences: false, whereSeparator: \.endsLine)
            #expect(lines.count == 10, "\(text.debugDescription)")
            #expect(lines[0].first == "%" && lines[8].first == "%")
            // Every backslash begins an escape of ours or one of the commands that escaping writes.
            let cell = String(String.UnicodeScalarView(lines[5].filter { !$0.properties.isDiacritic }))
            let known =
                #/\\(textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar|rightarrow|pm|ldots)\b|\\[&%$#_{}]|\$-\$|\$\\rightarrow\$|\$\\pm\$/#
            let rest = cell.replacing(known, with: "").replacing("{}", with: "").dropLast(7)
            #expect(!rest.unicodeScalars.contains { "\\$%#_{}~^".unicodeScalars.contains($0) }, "\(cell)")
            #expect(rest.unicodeScalars.count { $0 == "&" } == 0)
        }
    }

    @Test func `Markdown tables of hostile texts keep their cells and lines`() {
        for text in HostileTexts.all {
            let table = Table(
                name: text, columns: ["a", text], rows: [[.text(text), .text("x")]], notes: [text])
            let lines = TableFormat.markdown.file(table).unicodeScalars.split(
                omittingEmptySubsequences: false, whereSeparator: \.endsLine)
            #expect(lines.count == 8, "\(text.debugDescription)")
            // An escaped character is none.
            let row = String(lines[4]).replacing(#/\\[!-\/:-@\[-`{-~]/#, with: "")
            #expect(row.unicodeScalars.count { $0 == "|" } == 3, "\(row)")
            #expect(!row.contains("](") && !row.contains("<") && !row.contains("`"), "\(row)")
        }
        let fenced = String.fencedForMarkdown(HostileTexts.all)
        #expect(fenced[0].count > 3 && fenced.count { $0.hasPrefix(fenced[0]) } == 2)
    }

    @Test func `JSON preserves every text and contains no active character`() throws {
        for text in HostileTexts.all {
            let line = JSONLines.line(
                .value(.init(type: "v", fields: [.init("text", .text(text))], lines: [text])))
            #expect(!line.unicodeScalars.contains { $0.isActive }, "\(text.debugDescription)")
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let back = try #require(object?["text"] as? String)
            #expect(back.unicodeScalars.elementsEqual(text.unicodeScalars))
        }
    }

    @Test func `a quoted text is one word to the shell`() throws {
        for text in HostileTexts.all where !text.unicodeScalars.contains("\0") {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", "printf %s " + text.quotedForShell]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let read = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            #expect(read == Data(text.utf8), "\(text.debugDescription)")
        }
        expectNothingRan()
    }

    @Test(arguments: Console.Mode.allCases)
    func `active characters are escaped in every console mode`(_ mode: Console.Mode) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "hostile-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data().write(to: file)
        let console = Console(.init(isJSON: false, isInteractive: false, hasColor: false))
        console.mode = mode
        console.redirect(to: try FileHandle(forWritingTo: file))
        for text in HostileTexts.all {
            console.show([
                .value(.init(type: "v", fields: [], lines: [text])),
                .table(Table(name: text, columns: [text], rows: [[.text(text)]], notes: [text])),
                .claim(.init(name: text, verdict: "holds", isRequired: false, detail: text)),
            ])
        }
        console.redirect(to: nil)
        let written = try String(contentsOf: file, encoding: .utf8)
        #expect(!written.unicodeScalars.contains { $0.isActive && $0 != "\n" && $0 != "\t" })
        #expect(written.contains("\\u{1B}") || mode == .json)
    }

    @Test func `notebook output contains no active characters`() {
        for text in HostileTexts.all {
            for event: Event in [
                .value(.init(type: "v", fields: [], lines: [StyledLine(text, .bad)])),
                .table(Table(name: text, columns: [text], rows: [[.text(text)]])),
                .claim(.init(name: text, verdict: "holds", isRequired: false, detail: text)),
            ] {
                for part in (MimeBundle(event)?.parts ?? [:]).values {
                    #expect(!part.unicodeScalars.contains { $0.isActive && $0 != "\n" && $0 != "\t" })
                }
            }
        }
    }

    @Test func `a table with a hostile cell prints one line a row`() {
        for text in HostileTexts.all {
            let lines = Table(name: "", columns: ["a", "b"], rows: [[.text(text), .number(1)]]).lines
            #expect(lines.count == 3 && lines.allSatisfy { !$0.contains("\n") })
        }
    }
}
