import Escaping
import Events
import Rendering
import Testing

@Suite struct CSVTests {
    @Test func `a written frame is read back unchanged`() throws {
        let frame = Frame(
            columns: ["seed", "answer", "accuracy"],
            rows: [
                [.number(1), .text("a \"b\", c"), .number(0.1)],
                [.number(2), .text("two\r\nlines"), .empty],
                [.number(3), .text("plain"), .number(1e-20)],
            ])
        #expect(try Frame(csv: frame.csv) == frame)
    }

    @Test func `both kinds of line ends are read, and the last row needs none`() throws {
        func texts(_ text: String) throws -> [[String]] { try CSV.rows(text).map { $0.map(\.text) } }
        #expect(try texts("a,b\r\n1,\n,2") == [["a", "b"], ["1", ""], ["", "2"]])
        #expect(try texts("") == [])
        #expect(try texts("a\n\"\"") == [["a"], [""]])
    }

    @Test func `labels that look like numbers stay labels`() throws {
        let labels = ["007", "0x1F", "1e3", "-5", "1_000", "+7", "0.50", "1e999", "nan", "inf", " 1", "1 "]
        let frame = Frame(
            columns: ["label", "n"], rows: labels.enumerated().map { [.text($1), .number(Double($0))] })
        #expect(try Frame(csv: frame.csv) == frame)
        let grouped = try Frame(csv: frame.csv).grouped(by: "label")
        #expect(grouped.count == labels.count)
    }

    @Test func `quoted labels stay labels after repeated saving`() throws {
        let frame = Frame(columns: ["1"], rows: [[.text("7")], [.text("8")]])
        #expect(try Frame(csv: frame.csv) == frame)
        #expect(try Frame(csv: Frame(csv: frame.csv).csv) == frame)
        #expect(try Frame(csv: "a,b\n1,2\n\n").rows == [[.number(1), .number(2)]])
    }

    @Test func `plain numbers from other programs are numbers, and codes with leading zeros are labels`()
        throws
    {
        func column(_ cells: String...) throws -> [TableCell] {
            try Frame(csv: "a,b\n" + cells.map { "\($0),x" }.joined(separator: "\n"))["a"]!
        }
        #expect(
            try column("1", "-2.5", "1e3", ".5") == [.number(1), .number(-2.5), .number(1000), .number(0.5)])
        #expect(try column("007", "010") == [.text("007"), .text("010")])
        #expect(try column("0x1F", "1") == [.text("0x1F"), .text("1")])
        // Missing cells stay missing; ids of many digits are names.
        #expect(try column("nan", "0.5", "NA", "") == [.empty, .number(0.5), .empty, .empty])
        #expect(try column("nan", "high") == [.text("nan"), .text("high")])
        #expect(try column("10000000000000001", "10000000000000000").count == 2)
        #expect(try Set(column("10000000000000001", "10000000000000000")).count == 2)
        // Quotes around everything say nothing of single cells.
        let quoted = try Frame(csv: "\"a\",\"b\"\n\"1\",\"x\"\n")
        #expect(quoted.rows == [[.number(1), .text("x")]])
    }

    @Test(arguments: [
        ("a,b\n1\n", 2), ("a,b\n1,2\n1,2,3\n", 3), ("a\n\"open", 2), ("a\nx\"y\"\n", 2), ("a,a\n1,2\n", 1),
        ("", 1), ("a,\n1,2\n", 1), ("a;b\n1;2\n", 1), ("a\tb\n1\t2\n", 1), ("a,b\r1,2\r", 1),
        ("a\n\"b\"c\n", 2),
    ])
    func `a malformed file is reported with the line number`(_ text: String, _ line: Int) {
        do {
            _ = try Frame(csv: text)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.line == line)
        }
    }
}
