import Application
import Commands
import Foundation
import Testing

/// Passages of one's own, from the file to the result of a search.
@Suite struct CorpusCommandTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "corpus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write(
            "p.jsonl",
            """
            {"_id": "a", "title": "Emma", "text": "Emma is a novel by Jane Austen."}
            {"_id": "b", "title": "Brontë", "text": "Charlotte Brontë wrote Jane Eyre."}
            {"_id": "c", "title": "東京", "text": "私は東京に住む"}
            {"_id": "d", "title": "", "text": "..."}
            {"_id": "e", "title": "Emma", "text": "Emma is a novel by Jane Austen."}

            """)
    }

    @discardableResult
    private func write(_ name: String, _ content: String) throws -> String {
        let path = folder.appending(path: name).path
        try content.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private func said(_ script: String) async -> (ending: String, lines: [String], problems: [String]) {
        let harness = SessionHarness(ownFiles: true)
        let ending = await harness.run(script)
        return (
            "\(ending)", harness.values.flatMap(\.lines).map { "\($0)" },
            harness.diagnostics.map { "\($0.code): \($0.message)" }
        )
    }

    @Test func `a corpus is searched by the tool that a policy calls`() async {
        let (ending, lines, problems) = await said(
            """
            let books = corpus "\(path("p.jsonl"))"
            tools [search] corpus:$books top:2
            call search "JANE austen"
            call search "bronte"
            call search "東京"
            tools [search] corpus:$books
            call search "jane"
            call search "zebra"
            """)
        #expect(ending == "done", "\(problems)")
        #expect(
            lines.first
                == "5 passages of \(path("p.jsonl")); fields _id, title, text; 1 repeat an earlier passage; 1 without a word",
            "\(lines)")
        #expect(
            lines.contains(
                "Emma: Emma is a novel by Jane Austen.\nEmma: Emma is a novel by Jane Austen."), "\(lines)")
        #expect(lines.contains("Brontë: Charlotte Brontë wrote Jane Eyre."), "\(lines)")
        #expect(lines.contains("東京: 私は東京に住む"))
        #expect(lines.last == "none")
    }

    @Test func `two corpora are two tools, and a rollout offers them`() async throws {
        let news = try write("n.csv", "title,text\nMay,It rained in May.\n")
        let (ending, lines, problems) = await said(
            """
            let books = corpus "\(path("p.jsonl"))"
            let news = corpus "\(news)" tag:news
            tools [$books $news]
            call news "rain rained"
            call search "Emma"
            model nano-xs tokens:5k
            dataset hop-nano limit:2
            rollout samples:1
            """)
        #expect(ending == "done", "\(problems)")
        #expect(lines.contains("tools: search, news"), "\(lines)")
        #expect(lines.contains("May: It rained in May."))
        let again = await said(
            "let a = corpus \"\(news)\"; let b = corpus \"\(path("p.jsonl"))\"; tools [$a $b]")
        #expect(again.problems == ["contradiction: two of the tools are named search"], "\(again.problems)")
    }

    @Test func `a result that does not fit into the context is cut, and counted`() async throws {
        let words = "spouse founder director birthyear mayor city company film of the is was born by amber"
        let long = String(repeating: words + " ", count: 400)
        let file = try write("long.jsonl", "{\"text\": \"\(long)\"}\n{\"text\": \"spouse \(long)\"}\n")
        let (ending, lines, problems) = await said(
            """
            model nano-xs tokens:400k
            dataset hop-nano limit:30
            let long = corpus "\(file)"
            tools [search] corpus:$long
            rollout samples:2
            export trajectories to:"\(path("out"))"
            """)
        #expect(ending == "done", "\(problems)")
        let said = lines.first { $0.contains("trajectories: ") } ?? ""
        #expect(said.wholeMatch(of: /.*; [1-9][0-9]* results cut to fit the context/) != nil, "\(lines)")
        #expect(!said.contains("failed"), "\(said)")
        let rows = try String(contentsOfFile: path("out/trajectories.jsonl"), encoding: .utf8)
        #expect(rows.contains(" … (cut)\"") && rows.contains(/"observation_length":[0-9]{4}/))
    }

    @Test func `vectors find passages for known queries`() async throws {
        try write(
            "q.jsonl", "{\"text\": \"who\", \"vector\": [1, 0]}\n{\"text\": \"where\", \"vector\": [0, 1]}\n")
        func numpy(_ name: String, _ numbers: [Float], columns: Int) throws {
            let header =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (\(numbers.count / columns), \(columns)), }"
            let padded = header + String(repeating: " ", count: (64 - (11 + header.count) % 64) % 64) + "\n"
            var data = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, UInt8(padded.count), 0])
            data += Data(padded.utf8) + numbers.withUnsafeBytes { Data($0) }
            try data.write(to: folder.appending(path: name))
        }
        try numpy("v.npy", [0, 0, 1, 0, 0, 1, 0.1, 0.1, 0, 0], columns: 2)
        let corpus = "corpus \"\(path("p.jsonl"))\" vectors:\"\(path("v.npy"))\""
        let (ending, lines, problems) = await said(
            """
            let books = \(corpus) queries:"\(path("q.jsonl"))"
            tools [search] corpus:$books with:dense
            call search "who"
            tools [search] corpus:$books with:hybrid
            call search "where"
            """)
        #expect(ending == "done", "\(problems)")
        #expect(lines.first?.hasSuffix("vectors of 2 numbers; vectors of 2 queries") == true, "\(lines)")
        #expect(lines.contains("Brontë: Charlotte Brontë wrote Jane Eyre."), "\(lines)")
        #expect(lines.last == "東京: 私は東京に住む", "\(lines)")
        // The same rows in the order of identifiers of their own.
        try write("ids.txt", "b\nc\nd\na\ne\n")
        try numpy("w.npy", [1, 0, 0, 1, 0, 0, 0.5, 0.5, 0, 0], columns: 2)
        let ordered = await said(
            """
            let books = corpus "\(path("p.jsonl"))" vectors:"\(path("w.npy"))" ids:"\(path("ids.txt"))" queries:"\(path("q.jsonl"))"
            tools [search] corpus:$books with:dense
            call search "who"
            """)
        #expect(ordered.lines.last == "Brontë: Charlotte Brontë wrote Jane Eyre.", "\(ordered)")
        let refused: [(String, String)] = [
            ("let a = \(corpus); tools [search] corpus:$a with:dense", "nothing makes vectors of queries"),
            ("let a = corpus \"\(path("p.jsonl"))\"; tools [search] corpus:$a with:hybrid", "has no vectors"),
            ("corpus \"\(path("n.csv"))\" vectors:\"\(path("v.npy"))\"", "no such file"),
            (
                "corpus \"\(path("q.jsonl"))\" vectors:\"\(path("v.npy"))\"",
                "has 5 rows, but there are 2 passages"
            ),
            ("corpus \"\(path("p.jsonl"))\" vectors:\"\(path("q.jsonl"))\"", "q.jsonl"),
        ]
        for (script, message) in refused {
            let problems = await said(script).problems
            #expect(problems.contains { $0.contains(message) }, "\(script): \(problems)")
        }
    }

    @Test(arguments: [
        ("corpus \"x.jsonl\" tag:answer", "contradiction"),
        ("corpus \"x.jsonl\" tag:search", "contradiction"),
        ("corpus \"x.jsonl\" tag:\"a b\"", "unknown-word"), ("corpus \"x.jsonl\" ids:\"y\"", "no-effect"),
        ("tools [search] top:3", "no-effect"), ("tools [search] with:dense", "no-effect"),
        ("call nothing \"x\"", "unknown-word"), ("tools [search search]", "duplicate-option"),
    ])
    func `mistakes are reported before a file is read`(_ script: String, _ code: String) async {
        let problems = await said(script).problems
        #expect(problems.contains { $0.hasPrefix("\(code):") }, "\(problems)")
    }

    @Test func `a file without passages is refused by line and field`() async throws {
        let cases = [
            ("{\"body\": \"x\"}\n", "text:", "1: no field with the text is known"),
            ("{\"text\": \"x\"}\n{\"txt\": \"y\"}\n", "", "2: there is no 'text'"),
            ("{\"text\": \"x\"}\n", "title:\"head\"", "1: there is no 'head'"),
            ("{\"text\": \"x\"}\n{\"text\": 7}\n", "", "2: 'text' has the wrong type"),
            ("{\"text\": \"x\"}\n{\"text\":", "", "2: not valid JSON"),
        ]
        for (content, options, message) in cases {
            let file = try write("bad.jsonl", content)
            let problems = await said("corpus \"\(file)\" \(options == "text:" ? "" : options)").problems
            #expect(problems.contains { $0.contains("bad.jsonl:\(message)") }, "\(content): \(problems)")
        }
    }

    @Test func `a stored corpus is opened from its files, and a damaged one is refused`() async throws {
        let store = folder.appending(path: "store")
        let statement =
            "let books = corpus \"\(path("p.jsonl"))\"; tools [search] corpus:$books; call search \"Brontë\""
        func run() async -> SessionHarness {
            let harness = SessionHarness(results: Application(keepingIn: store).results, ownFiles: true)
            _ = await harness.run(statement)
            return harness
        }
        let first = await run()
        #expect(first.finished.first?.outcome == .computed)
        let second = await run()
        #expect(second.finished.first?.outcome == .cached)
        #expect(second.values.last?.lines == first.values.last?.lines)
        let files =
            FileManager.default.enumerator(at: store, includingPropertiesForKeys: nil)?.allObjects as? [URL]
        let codes = try #require(files?.first { $0.lastPathComponent == "postings.codes" })
        var data = try Data(contentsOf: codes)
        data[0] ^= 1
        try data.write(to: codes)
        #expect(await run().diagnostics.first?.code == "damaged-result")
    }
}
