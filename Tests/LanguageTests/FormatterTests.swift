import Language
import Testing

@Suite struct FormatterTests {
    @Test func `formatting normalizes spaces, blank lines and indentation and is idempotent`() throws {
        let messy =
            "\n\n#  head\nlet   x=5;rollout   samples:5   # why\n\n\n\nsweep a:[1   2] {\nfilter   a  and(b)\n      }\n"
        let expected = """
            #  head
            let x = 5; rollout samples:5  # why

            sweep a:[1 2] {
                filter a and (b)
            }

            """
        #expect(try Formatter.format(Source(name: "t", text: messy)) == expected)
        #expect(try Formatter.format(Source(name: "t", text: expected)) == expected)
    }

    @Test func `a script converts from one line to several lines and back`() throws {
        let line = "model nano; sweep a:[1 2] { filter reason matches \"x; { y\"; train updates:$a }; eval"
        let lines = """
            model nano
            sweep a:[1 2] {
                filter reason matches "x; { y"
                train updates:$a
            }
            eval

            """
        #expect(try Formatter.overLines(Source(name: "t", text: line)) == lines)
        #expect(Formatter.oneLine(Source(name: "t", text: lines)) == line)
        #expect(try Formatter.overLines(Source(name: "t", text: lines)) == lines)
    }

    @Test func `formatting a script with mistakes fails`() {
        #expect(throws: FormattingFailure.self) {
            try Formatter.format(Source(name: "t", text: "let = 5"))
        }
    }

    @Test func `the nearest name is found`() {
        #expect(["rollout", "judge", "filter"].nearest(to: "rolout") == "rollout")
        #expect(["rollout", "judge", "filter"].nearest(to: "zebra") == nil)
    }

    @Test func `a caret points at its position after tabs and non-ASCII letters`() {
        let source = Source(name: "t", text: "ä\tx §")
        let diagnostic = Parser.parse(source).diagnostics.last!
        #expect(diagnostic.line == 1)
        #expect(diagnostic.column == 5)
        #expect(diagnostic.excerpt[1] == " \t  ^")
    }
}
