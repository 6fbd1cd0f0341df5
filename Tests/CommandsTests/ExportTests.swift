import Foundation
import Interpreter
import Testing

@Suite struct ExportTests {
    private func folder() -> URL { FileManager.default.temporaryDirectory.appending(path: UUID().uuidString) }

    @Test func `an export overwrites its own files only with replace and leaves unknown files alone`()
        async throws
    {
        let directory = folder()
        defer { try? FileManager.default.removeItem(at: directory) }
        func export(_ tokens: String, _ options: String = "") async -> (RunStatus, SessionHarness) {
            let harness = SessionHarness()
            let ending = await harness.run(
                "model nano tokens:\(tokens)\nexport policy to:\"\(directory.path)\" \(options)")
            return (ending, harness)
        }
        #expect(await export("5k").0 == .done)
        let weights = directory.appending(path: "model.safetensors")
        let first = try Data(contentsOf: weights)
        #expect(await export("5k").0 == .done)
        let (refused, harness) = await export("4k")
        #expect(refused == .failed)
        #expect(harness.diagnostics.last?.hint?.contains("replace:true") == true)
        #expect(try Data(contentsOf: weights) == first)
        // A file that was damaged is written anew, not taken for the policy.
        try Data("x".utf8).write(to: weights)
        #expect(await export("5k", "replace:true").0 == .done)
        #expect(try Data(contentsOf: weights) == first)
        #expect(await export("4k", "replace:true").0 == .done)
        #expect(try Data(contentsOf: weights) != first)
        let own = directory.appending(path: "README.md")
        try Data("mine".utf8).write(to: own)
        #expect(await export("5k", "replace:true").0 == .failed)
        #expect(FileManager.default.fileExists(atPath: own.path))
        let left = try FileManager.default.contentsOfDirectory(
            atPath: directory.deletingLastPathComponent().path)
        #expect(!left.contains { $0.hasPrefix(".\(directory.lastPathComponent)") })
    }

    @Test func `a directory with other files is refused`() async throws {
        let directory = folder()
        defer { try? FileManager.default.removeItem(at: directory) }
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: directory.appending(path: "notes.txt"))
        let harness = SessionHarness()
        let ending = await harness.run(
            "model nano tokens:5k\nexport policy to:\"\(directory.path)\" replace:true")
        #expect(ending == .failed)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["notes.txt"])
    }

    @Test(arguments: [
        ("model \"nowhere/at/all\"", "nowhere/at/all"), ("model nano-m", "nano"),
        ("model nano tokens:5k\nscore tokens:[1 999999]", "999999"),
        ("model nano tokens:5k\nscore text:\"a\" tokens:[1 2]", "can't be given together"),
        ("model nano tokens:5k\nscore", "text:"),
    ])
    func `errors of model and score name the wrong argument`(_ script: String, _ named: String) async {
        let harness = SessionHarness()
        #expect(await harness.run(script) != .done)
        let said = harness.diagnostics.map { $0.message + ($0.hint ?? "") }.joined()
        #expect(said.contains(named), "\(said)")
    }
}
