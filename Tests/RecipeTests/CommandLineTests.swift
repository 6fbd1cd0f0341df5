import Foundation
import Testing

@Suite(.serialized) struct CommandLineTests {
    private let folder: Executable.Folder

    init() throws { folder = try Executable.Folder() }

    @Test(arguments: [
        ("expect 1 < 2 required:true", 0), ("expect 1 > 2 required:true", 1), ("expect 1 > 2", 0),
        ("rolout", 2), ("call calculator \"1/0\"", 3),
    ])
    func `each kind of ending has its exit status`(_ script: String, _ status: Int32) async throws {
        let file = try folder.write("a.swirl", script)
        #expect(try await Executable.run(["run", file], in: folder).status == status)
        #expect(try await Executable.run([], input: script, in: folder).status == status)
    }

    @Test(arguments: [
        ["run"], ["run", "none.swirl"], ["run", "a.swirl", "--set", "x"], ["run", "a.swirl", "--seed", "x"],
        ["check"], ["fmt"], ["help", "rolout"], ["--nonsense"], ["run", "a.swirl", "--nonsense"],
    ])
    func `a wrong command line is status 2`(_ arguments: [String]) async throws {
        _ = try folder.write("a.swirl", "help")
        let result = try await Executable.run(arguments, in: folder)
        #expect(result.status == 2)
        #expect(!result.errors.isEmpty && result.output.isEmpty)
    }

    @Test func `the commands help, version, check and fmt work`() async throws {
        #expect(try await Executable.run(["--version"], in: folder).output.contains("."))
        #expect(try await Executable.run(["help", "filter"], in: folder).output.contains("examples:"))
        let good = try folder.write("good.swirl", "let x=5\nshow $x\n")
        let bad = try folder.write("bad.swirl", "rolout\n")
        #expect(try await Executable.run(["check", good], in: folder).status == 0)
        #expect(try await Executable.run(["check", good, bad], in: folder).status == 2)
        #expect(try await Executable.run(["fmt", "--check", good], in: folder).status == 2)
        #expect(try await Executable.run(["fmt", good], in: folder).status == 0)
        #expect(try String(contentsOfFile: good, encoding: .utf8) == "let x = 5\nshow $x\n")
        #expect(try await Executable.run(["fmt", "--check", good], in: folder).status == 0)
    }

    @Test func `errors go to standard error, and JSON mode prints one event a line`() async throws {
        let plain = try await Executable.run([], input: "call calculator \"48/2\"; show $x", in: folder)
        #expect(plain.output.isEmpty && plain.errors.contains("undefined-name"))
        let json = try await Executable.run(
            ["repl", "--json"], input: "call calculator \"48/2\"", in: folder)
        #expect(json.events.map { $0["event"] as? String } == ["started", "value", "finished"])
        #expect(json.events[1]["output"] as? String == "24")
        #expect(json.output.split(separator: "\n").count == json.events.count)
    }

    @Test func `Ctrl-C stops a run with status 130 after earlier results are printed`() async throws {
        let file = try folder.write("long.swirl", "call calculator \"1+1\"\nmodel nano tokens:5M\n")
        let running = try Executable.start(["run", file, "--store", "s"], in: folder)
        try await Task.sleep(for: .seconds(1.5))
        running.process.interrupt()
        let result = await running.wait()
        #expect(result.status == 130)
        #expect(result.output.contains("2"))
        #expect(result.errors.contains("interrupted"))
    }

    @Test func `a plot without gnuplot fails with its own code and still prints the numbers`()
        async throws
    {
        let script = """
            let a = sweep seed:[1 2] { model nano-xs tokens:3k; eval on:hop-nano limit:3 }
            plot bar $a x:seed to:"a.svg"
            """
        let file = try folder.write("plot.swirl", script)
        let result = try await Executable.start(
            ["run", file, "--json", "--store", "s"], in: folder, variables: ["PATH": "/nonexistent"]
        ).wait()
        #expect(result.status != 0)
        let told = result.events.filter { $0["event"] as? String == "diagnostic" }
        #expect(told.map { $0["code"] as? String } == ["gnuplot-missing"])
        #expect(told.first?["hint"] as? String == "leave to: out to see only the numbers")
        #expect(result.events.contains { $0["event"] as? String == "table" })
    }
}
