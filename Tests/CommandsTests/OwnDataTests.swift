import Foundation
import Testing

/// Questions of one's own, from the file to the filter.
@Suite struct OwnDataTests {
    private let file: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "mine-\(UUID().uuidString).jsonl")
        let rows = (0..<6).map { number in
            """
            {"q": "What is \(number)?", "a": \(number), "split": "\(number < 4 ? "train" : "dev")", \
            "docs": ["\(number) is a number."]}
            """
        }
        try rows.joined(separator: "\n").write(to: url, atomically: true, encoding: .utf8)
        file = url.path
    }

    private var statement: String {
        "dataset \"\(file)\" question:\"q\" answer:\"a\" passages:\"docs\" part:\"split\""
    }

    private func said(_ harness: SessionHarness) -> String {
        harness.values.flatMap(\.lines).joined(separator: "\n")
    }

    @Test func `a file of one's own is rolled out, searched, judged, and filtered by its name`() async {
        let harness = SessionHarness(ownFiles: true)
        let world = FileManager.default.displayName(atPath: file).replacing(".jsonl", with: "")
        let script = """
            model nano-xs tokens:5k
            let held = \(statement) split:validation
            \(statement)
            rollout samples:2
            judge
            filter world = "\(world)" and kind = "question"
            filter world in ["\(world)" hop-nano]
            expect 1 = 1
            eval questions:$held
            """
        #expect(await harness.run(script) == .done, "\(harness.diagnostics.map(\.lines))")
        let said = said(harness)
        #expect(said.contains("4 train questions of \(world)") && said.contains("6 passages"), "\(said)")
        #expect(said.contains("2 validation questions of \(world); the whole file has 6"))
        #expect(said.contains("'world = \"\(world)\" and kind = question': 8 of 8 trajectories"), "\(said)")
        let word = SessionHarness(ownFiles: true)
        #expect(
            await word.run("\(statement); model nano-xs tokens:5k; rollout; judge; filter world = mine")
                == .invalid)
        #expect(word.diagnostics.last?.hint?.contains("in quotes") == true)
    }

    @Test func `a preview fills no slot and uses no file`() async {
        let harness = SessionHarness(ownFiles: true)
        #expect(await harness.run("\(statement) preview:true") == .done)
        #expect(said(harness).contains("4 of 4 questions; nothing is loaded"))
        #expect(await harness.run("dataset \"\(file)\" question:\"q\" answer:\"a\"") == .done)
        let empty = SessionHarness(ownFiles: true)
        #expect(await empty.run("\(statement) preview:true; model nano-xs tokens:5k; rollout") == .invalid)
    }

    @Test(arguments: [
        ("1️⃣", "missing-argument"), ("question:\"q\" 1️⃣", "missing-argument"),
        ("gsm-nano question:\"q\" answer:\"a\"", "contradiction"),
        ("question:\"q\" answer:\"a\" part:\"split\" divide:[40% 40% 10% 10%]", "contradiction"),
        ("question:\"q\" answer:\"a\" data:\"x\"", "no-effect"),
        ("question:\"q\" answer:\"a\" lucky:50%", "no-effect"),
    ])
    func `mistakes in the options of a file are reported before it is read`(_ options: String, _ code: String)
        async
    {
        let harness = SessionHarness(ownFiles: true)
        #expect(await harness.run("dataset \"mine.jsonl\" \(options.replacing("1️⃣", with: ""))") == .invalid)
        #expect(harness.diagnostics.map(\.code) == [code])
    }
}
