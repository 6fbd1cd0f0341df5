import Keys
import Testing
import Trajectories

/// Canonical forms tell all values apart, whatever texts hold.
@Suite struct CanonicalTests {
    @Test func `different texts have different canonical forms in quotes`() {
        let texts = [
            "", "a", "a\"b", "a\\b", "a\\\"b", "it's", "a\nb", "a\\nb", "\0", "\u{1B}[1m", "\u{7F}", "é",
            "e\u{301}",
            "\"\u{301}", "\r\n", "a, b", "some(a)", "none",
        ]
        // By scalars: to Swift `é` in one piece and in two are equal.
        #expect(Set(texts.map { Array($0.canonical.unicodeScalars) }).count == texts.count)
        #expect("it's \"so\"\n".canonical == #""it\'s \"so\"\n""#)
        #expect("\u{1B}".canonical == #""\u{1B}""#)
        for text in texts {
            #expect(text.canonical.unicodeScalars.first == "\"" && text.canonical.unicodeScalars.last == "\"")
        }
    }

    @Test func `records, lists and missing values have distinct canonical forms`() {
        #expect(
            CanonicalText.record("r", ["a": 1, "b": 0.1, "c": true, "d": "x"])
                == "r(a: 1, b: 0.1, c: true, d: \"x\")")
        #expect(["a", "b"].canonical != ["a\", \"b"].canonical)
        #expect(String?.none.canonical != "none".canonical)
        #expect(String?.some("none").canonical != String?.none.canonical)
        #expect(1e-7.canonical == "1e-07" && Float(0.1).canonical == "0.1")
    }

    @Test func `different actions have different canonical forms`() {
        let forms: [ParsedAction] = [
            .toolCall(tool: "search", input: "a"), .answer("a"), .malformed(reason: "a"), .truncated,
            .toolCall(tool: "search", input: "a\", input: \"b"), .answer("truncated"),
        ]
        #expect(
            forms.prefix(4).map(\.canonical) == [
                #"toolCall(tool: "search", input: "a")"#, #"answer("a")"#, #"malformed(reason: "a")"#,
                "truncated",
            ])
        #expect(Set(forms.map(\.canonical)).count == forms.count)
    }
}
