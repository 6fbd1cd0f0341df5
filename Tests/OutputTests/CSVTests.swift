import Output
import Testing

@Suite struct CSVTests {
    @Test func `what was written is read back`() throws {
        let frame = Frame(
            columns: ["seed", "answer", "accuracy"],
            rows: [
                [.number(1), .text("a \"b\", c"), .number(0.1)],
                [.number(2), .text("two\r\nlines"), .empty],
                [.number(3), .text("plain"), .number(1e-20)],
            ])
        #expect(try Frame(csv: frame.csv) == frame)
    }

    @Test func `line ends of both kinds, and none behind the last row`() throws {
        #expect(try CSV.rows("a,b\r\n1,\n,2") == [["a", "b"], ["1", ""], ["", "2"]])
        #expect(try CSV.rows("") == [])
        #expect(try CSV.rows("a\n\"\"") == [["a"], [""]])
    }

    @Test(arguments: [
        ("a,b\n1\n", 2), ("a,b\n1,2\n1,2,3\n", 3), ("a\n\"open", 2), ("a\nx\"y\"\n", 2), ("a,a\n1,2\n", 1),
        ("", 1), ("a,\n1,2\n", 1), ("a\n\"b\"c\n", 2),
    ])
    func `what is malformed is named by its line`(_ text: String, _ line: Int) {
        do {
            _ = try Frame(csv: text)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.line == line)
        }
    }
}
