import Testing
import Trajectories

@Suite struct ReasonKindTests {
    @Test(arguments: [
        ("'Amber Anchor' was not mentioned before", "'…' was not mentioned before"),
        ("continues from 42.5, but the result so far is 7.", "continues from N, but the result so far is N."),
        ("The query asks for Anna Schmidt, not for Berlin.", "The query asks for …, not for …."),
        ("it's the policy's 2nd “same query”", "it's the policy's Nnd “…”"),
        ("", ""), ("no name here", "no name here"), ("Wrong. Repeats step 2", "Wrong. Repeats step N"),
        ("the GSM8K story", "the GSM8K story"),
    ])
    func `a reason's kind leaves out what differs from step to step`(_ reason: String, _ kind: String) {
        #expect(Verdict.bad(reason).reasonKind == kind)
    }
}
