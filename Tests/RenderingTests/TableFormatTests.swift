import Events
import Foundation
import Rendering
import Testing

@Suite struct TableFormatTests {
    private let table = Table(
        name: "a & b", columns: ["row", "score", "n"],
        rows: [
            [.text("x_1, \"new\""), .estimate(0.5, low: 0.25, high: 0.75), .number(3)],
            [.text("y|z"), .empty, .number(4)],
        ], notes: ["95 % intervals"], isShare: true, best: [1: [0]])

    @Test func `CSV writes shares as fractions and intervals in separate columns`() {
        #expect(
            TableFormat.csv.file(table)
                == "row,score,score low,score high,n\r\n\"x_1, \"\"new\"\"\",0.5,0.25,0.75,3\r\ny|z,,,,4\r\n")
    }

    @Test func `JSON writes estimates with their interval`() throws {
        let object =
            try JSONSerialization.jsonObject(with: Data(TableFormat.json.file(table).utf8)) as? [String: Any]
        let rows = try #require(object?["rows"] as? [[Any]])
        #expect((rows[0][1] as? [String: Double])?["low"] == 0.25)
    }

    @Test func `Markdown and LaTeX escape what would break them and mark the best`() {
        let markdown = TableFormat.markdown.file(table)
        #expect(markdown.contains("| y\\|z |"))
        #expect(markdown.contains("**50.0 [25.0, 75.0]**"))
        let latex = TableFormat.latex.file(table)
        #expect(latex.contains("x\\_1"))
        #expect(latex.contains("\\textbf{50.0 [25.0, 75.0]}"))
        #expect(latex.contains("\\begin{tabular}{lrr}"))
        let bracket = Table(name: "", columns: ["c"], rows: [[.text("[gsm-nano]")]])
        #expect(TableFormat.latex.file(bracket).contains("\n{}[gsm-nano]"))
    }

    @Test func `the best of a column is marked without moving the digits`() {
        let lines = Table(
            name: "", columns: ["r", "v"], rows: [[.text("a"), .number(0.5)], [.text("b"), .number(0.25)]],
            isShare: true, best: [1: [0]]
        ).lines
        #expect(lines[2] == "a  50.0*")
        #expect(lines[3] == "b  25.0")
    }
}

@Suite struct TableLayoutTests {
    private static let table = Table(
        name: "t", columns: ["world", "question.text", "trajectories", "selected_steps", "share"],
        rows: [
            [
                .text("hop-nano"), .text("who was born first, gil alder or paul parker?"), .number(5),
                .number(17), .number(1),
            ],
            [.text("gsm-nano"), .text("amy"), .number(1), .number(2), .number(0.2)],
        ])

    @Test(arguments: [200, 80, 64, 40, 24]) func `a table fits into a width and keeps every word`(
        _ width: Int
    ) {
        let lines = Self.table.lines(fitting: width)
        #expect(lines.allSatisfy { $0.displayWidth <= width }, "\(lines.joined(separator: "\n"))")
        let all = lines.joined(separator: " ")
        for word in ["gil", "alder", "parker?", "hop-nano", "17", "0.2000", "1.0000", "amy"] {
            #expect(all.contains(word))
        }
    }

    @Test func `a table without a width is not wrapped`() {
        #expect(Self.table.lines.count == 4)
        #expect(Self.table.lines(fitting: 200) == Self.table.lines)
    }
}
