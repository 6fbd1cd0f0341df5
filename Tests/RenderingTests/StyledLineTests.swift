import Events
import Testing

@Suite struct StyledLineTests {
    @Test func `columns side by side align with wide and combining letters`() {
        let left: [StyledLine] = ["漢字", "e\u{301}e\u{301}", "🚀 x", StyledLine("a b c d e f g", .good)]
        let lines = StyledLine.sideBySide(left, ["1", "2"], width: 8, gap: "|").map(\.text)
        #expect(
            lines.allSatisfy {
                $0.split(separator: "|", omittingEmptySubsequences: false)[0].last == " "
                    || $0.prefix { $0 != "|" }.count == 8
            })
        #expect(lines.map { line in String(line.prefix { $0 != "|" }).displayWidth } == [8, 8, 8, 8, 8])
        #expect(lines[0] == "漢字    |1" && lines[2] == "🚀 x    |")
        #expect(lines[3] == "a b c d |" && lines[4] == "e f g   |")
    }

    @Test func `a text with line breaks stays in its column`() {
        let left: [StyledLine] = [StyledLine("1  think\n   act", .faint) + "\n", "2  end"]
        let lines = StyledLine.sideBySide(left, ["a\nb", "c"], width: 10, gap: "|").map(\.text)
        #expect(lines == ["1  think  |a", "   act    |b", "          |c", "2  end    |"])
    }

    @Test func `a long line is broken at spaces and keeps indentation and tones`() {
        let line = StyledLine("  GOOD: ", .good) + "a long reason that goes on"
        let wrapped = line.wrapped(to: 16)
        #expect(wrapped.map(\.text.trimmingEnd) == ["  GOOD: a long", "  reason that", "  goes on"])
        #expect(wrapped[0].runs.contains { $0.tone == .good })
        #expect(
            StyledLine("unbreakablewordoflength").wrapped(to: 10).allSatisfy { $0.text.displayWidth <= 10 })
        #expect(StyledLine("short").wrapped(to: 10).map(\.text) == ["short"])
    }

    @Test func `bars are proportional to their counts, and a small count stays visible`() {
        let lines = TextBarChart([("all", 1_600), ("half", 800), ("one", 1), ("none", 0)], width: 16).lines
        #expect(lines[0] == "all   1,600  " + String(repeating: "█", count: 16))
        #expect(lines[1] == "half    800  " + String(repeating: "█", count: 8))
        #expect(lines[2] == "one       1  ▏")
        #expect(lines[3] == "none      0")
    }
}
