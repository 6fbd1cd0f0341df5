import Application
import CommandKit
import Commands
import Events
import Foundation
import Interpreter
import Language
import Rendering
import Synchronization
import Testing

/// What a user may add, each in one file of `Extensions`: registered here, and put into its folder by `.ci/extensions`,
/// which builds the program with nothing else changed.
@Suite struct ExtensionTests {
    static let registry = Registry(
        commands: [ParrotCommand.self, EchoCommand.self], judges: [Distant.self, Short.self],
        tools: [Weather.self], datasets: [Capitals.self], objectives: [ClippedRatio.self],
        charts: [StepChart.self])

    private final class Sink: Sendable {
        let events = Mutex<[Event]>([])
    }

    /// - Returns: how it ended, and everything that was told.
    private func run(
        _ script: String, _ results: any ResultStore = DictionaryResults()
    ) async -> (ending: RunStatus, events: [Event]) {
        let sink = Sink()
        let session = Session(
            Application(Self.registry).commands, results, seed: 1,
            loader: ScriptLoader { path, _ in throw CommandFailure(.noSuchFile, path) },
            sink: { event in sink.events.withLock { $0.append(event) } })
        let ending = await session.run(Source(name: "test.swirl", text: script))
        return (ending, sink.events.withLock { $0 })
    }

    private func values(_ events: [Event]) -> [Event.ObjectSummary] {
        events.compactMap { if case .value(let value) = $0 { value } else { nil } }
    }

    private func diagnostics(_ events: [Event]) -> [DiagnosticRecord] {
        events.compactMap { if case .diagnostic(let record) = $0 { record } else { nil } }
    }

    private func number(_ name: String, _ value: Event.ObjectSummary?) -> Double? {
        value?.fields.first { $0.name == name }.flatMap {
            if case .number(let number) = $0.cell { number } else { nil }
        }
    }

    @Test func `extensions for policy, tool, data set and judge work together`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(
            """
            {"country": "France", "capital": "Paris"}
            {"country": "Chile", "capital": "Santiago"}

            """.utf8
        ).write(to: file)
        let results = DictionaryResults()
        let (ending, told) = await run(
            """
            parrot "Paris"
            dataset capitals data:"\(file.path)"
            tools weather
            rollout samples:2
            judge with:distant
            filter kind = "capital" and not process
            """, results)
        #expect(ending == .done, "\(diagnostics(told).map(\.lines))")
        let rolled = values(told).first { $0.type == "trajectories" }
        #expect(number("trajectories", rolled) == 4 && number("tool_calls", rolled) == 4)
        let judged = values(told).first { $0.type == "judgements" }
        // The first request failed; the others stand. Both samples make it, and it was asked once.
        #expect(number("missing", judged) == 2 && number("good", judged) == 6)
        #expect(number("outcome", judged) == 2)
        #expect(results.count > 0)
    }

    @Test func `train refuses a policy without weights, and score refuses one without likelihoods`() async {
        let (ending, events) = await run(
            "parrot \"x\"; dataset hop-nano limit:2; tools weather; rollout samples:2; judge with:distant; filter none; train updates:1"
        )
        #expect(ending == .failed && diagnostics(events).map(\.code) == ["weights-elsewhere"])
        let (scored, told) = await run("parrot \"x\"; score text:\"a b\"")
        #expect(scored == .failed && diagnostics(told).map(\.code) == ["no-likelihoods"])
    }

    @Test func `a server that is down ends its episodes, not the run`() async {
        let (ending, events) = await run("parrot \"silence\"; dataset hop-nano limit:2; rollout samples:2")
        #expect(ending == .done)
        let rolled = values(events).first { $0.type == "trajectories" }
        #expect(rolled?.lines.first?.contains("4 failed") == true, "\(rolled?.lines ?? [])")
    }

    @Test func `an error that a tool throws is reported with a failure code`() async {
        let (_, events) = await run("call weather \"Oslo\"; call weather \"nowhere\"")
        #expect(values(events).first?.lines == ["sunny in Oslo"])
        #expect(diagnostics(events).map(\.code) == ["tool-refused"])
        let (_, storm) = await run("call weather \"sea\"")
        #expect(diagnostics(storm).map(\.code) == ["unknown-failure"])
    }

    @Test func `an objective with a clipped ratio trains`() async {
        let (ending, events) = await run(
            """
            model nano-xs tokens:10k
            dataset hop-nano limit:6
            rollout samples:4
            judge with:distant
            filter none
            train objective:clipped updates:2 batch:8 validate:0
            """)
        #expect(ending == .done, "\(diagnostics(events).map(\.lines))")
        #expect(number("updates", values(events).last { $0.type == "training" }) == 2)
    }

    @Test(.enabled(if: Gnuplot() != nil, "needs gnuplot"))
    func `charts of an extension and built-in charts are both drawn`() async {
        let (ending, events) = await run(
            """
            let a = sweep seed:[1 2] {
              model nano-xs tokens:3k
              eval on:hop-nano limit:3
            }
            plot stairs $a x:seed
            plot line $a x:seed
            """)
        #expect(ending == .done, "\(diagnostics(events).map(\.lines))")
        let kinds = events.compactMap { if case .chart(let drawing) = $0 { drawing.chart.kind } else { nil } }
        #expect(kinds == ["stairs", "line"])
    }

    @Test func `help, completion and the checker know an extension's command`() async {
        let application = Application(Self.registry)
        #expect(application.overview.contains { $0.contains("says what it is told") })
        #expect(application.help("echo")?.first == "echo: says what it is told")
        #expect(application.reference.contains("## parrot"))
        let offered = Completion("rollout; judge with:", commands: application.commands)
        #expect(offered.candidates.contains { $0.text.contains("distant") })
        let (_, told) = await run("echo \"hello\"")
        #expect(values(told).map(\.lines) == [["hello"]])
        let (ending, events) = await run("echo text:")
        #expect(ending == .invalid && !diagnostics(events).isEmpty)
    }
}
