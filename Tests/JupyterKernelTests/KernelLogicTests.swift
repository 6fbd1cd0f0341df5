import Application
import CommandKit
import Events
import Foundation
import Interpreter
import JupyterKernel
import Language
import Notebooks
import Testing

/// What the kernel answers, without a socket.
@Suite struct KernelLogicTests {
    private let history = CellHistory(nil)
    private let introspection: Introspection

    init() {
        let session = Session(
            Application().commands, InMemoryResults(), seed: 1,
            loader: ScriptLoader { path, _ in throw CommandFailure(.noSuchFile, path) }, sink: { _ in })
        introspection = Introspection(session, history, version: "1.2")
    }

    private func matches(
        _ code: String, at cursor: Int? = nil
    ) async -> (texts: [String], start: Int?, end: Int?) {
        var content: [String: JSON] = ["code": .text(code)]
        if let cursor { content["cursor_pos"] = .integer(cursor) }
        // The kernel asks from threads of its own: it waits for the session there.
        let reply = await onThread("shell") { [introspection, content] in
            introspection.complete(.object(content))
        }
        return (
            reply["matches"]?.list?.compactMap(\.text) ?? [], reply["cursor_start"]?.integer,
            reply["cursor_end"]?.integer
        )
    }

    @Test func `the kernel reports its version and the file extension`() {
        #expect(introspection.information["implementation_version"]?.text == "1.2")
        #expect(introspection.information["language_info"]?["file_extension"]?.text == ".swirl")
    }

    @Test func `the kernel completes words, options and values`() async {
        #expect(await matches("roll").texts == ["rollout"])
        #expect(await matches("rollout sam").texts == ["samples:"])
        #expect(await matches("train objective:re").texts == ["recorded"])
        #expect(await matches(".ce").texts == [".cells"])
        #expect(await matches("?trai").texts == ["train"])
    }

    @Test func `cursor positions count code points, and text after the cursor is ignored`() async {
        // Two code points before the command's word.
        let found = await matches("# 👩‍🔬\nroll and more", at: 10)
        #expect(found.texts == ["rollout"] && found.start == 6 && found.end == 10)
        #expect(await matches("roll", at: 999).end == 4)
        #expect(await matches("roll", at: -5).start == 0)
    }

    private func explained(_ code: String, _ cursor: Int) async -> String? {
        await onThread("shell") { [introspection] in
            introspection.inspect(["code": .text(code), "cursor_pos": .integer(cursor)])
        }["data"]?["text/plain"]?.text
    }

    @Test func `inspection explains a word as command, option or value`() async {
        #expect(await explained("rollout samples:5", 3)?.contains("rollout:") == true)
        #expect(
            await explained("rollout samples:5", 10)?.contains("the number of trajectories per question")
                == true)
        #expect(await explained("train objective:recorded", 20)?.contains("recorded actions") == true)
        #expect(await explained("let x = 5", 5) == nil)
    }

    @Test(arguments: [
        ("rollout", "complete"), ("sweep seed:[1 2] {", "incomplete"), ("let x = [1", "incomplete"),
        ("let = 5", "invalid"), (".cells", "complete"), ("?rollout", "complete"), ("", "complete"),
    ])
    func `a cell is complete, incomplete or invalid`(_ code: String, _ status: String) {
        #expect(introspection.isComplete(["code": .text(code)])["status"]?.text == status)
    }

    @Test func `history can be requested as a tail, a range or by a pattern`() {
        for (line, code) in ["model nano", "rollout", "judge", "rollout"].enumerated() {
            history.add(line + 1, code)
        }
        func codes(_ content: JSON) -> [String] {
            introspection.history(content)["history"]?.list?.compactMap { $0.list?.last?.text } ?? []
        }
        #expect(codes(["hist_access_type": "tail", "n": 2]) == ["judge", "rollout"])
        #expect(
            codes(["hist_access_type": "range", "session": 0, "start": 1, "stop": 3]) == [
                "model nano", "rollout",
            ])
        #expect(
            codes(["hist_access_type": "search", "pattern": "r*", "unique": .boolean(true)]) == ["rollout"])
        #expect(codes(["hist_access_type": "search", "pattern": "?udge"]) == ["judge"])
    }

    @Test func `history continues after a line that a crash cut off`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        CellHistory(file).add(1, "model nano")
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"session\": \"x\", \"li".utf8))
        try handle.close()
        let second = CellHistory(file)
        #expect(second.all.map(\.code) == ["model nano"])
        second.add(1, "judge")
        let third = CellHistory(file)
        #expect(third.all.map(\.code) == ["model nano", "judge"] && third.all.map(\.session) == [1, 2])
    }
}
