import Application
import CommandKit
import Commands
import Events
import Foundation
import Interpreter
import Language
import Synchronization

/// What a person types while exploring stored trajectories, through the session that the REPL runs.
/// names: the statements; words: the seconds of each; amount: trajectories; number: the seconds that a
/// judge took over all of them, columns included.
@Sendable func explore(_ request: Request) async throws -> Answer {
    let folder = FileManager.default.temporaryDirectory.appending(path: "swirl-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let clock = Statements()
    let session = Session(
        Application(keepingIn: folder).commands, InMemoryResults(), seed: 1,
        loader: ScriptLoader { path, _ in throw Failure("no \(path)") }, sink: { clock.note($0) })
    func run(_ text: String) async throws {
        guard await session.run(Source(name: "bench", text: text), cell: CellName(number: 1)) == .done else {
            throw Failure("\(text): \(clock.mistakes)")
        }
    }
    let questions = (request.count ?? 50_000) / 5
    try await run(
        """
        model nano tokens:\(request.tokens ?? 300_000)
        dataset hop-nano gsm-nano limit:\(questions)
        rollout samples:5
        judge with:strict
        judge with:rules
        """)
    try await run(
        "let careful = filter process; let greedy = filter outcome; let short = filter steps <= 2 and tool_errors = 0"
    )
    let statements = [
        "filter process", "filter judge.mean >= 0.5 and repeated_queries = 0",
        "filter $careful and not $greedy", "filter judge.strict.mean >= 0.5 and not process",
        "filter reason matches \"plan|repeat\"", "filter action matches \"of [a-m]\"",
        "filter question.text matches \"director\" and logprob > -1", "count process by:[world hops]",
        "count by:[tool reward]", "overlap $careful $greedy $short", "pick $greedy 5", "describe",
        "describe $careful $greedy", "filter question.solve_rate < 0.8 and not question.never",
        "filter question.text contains \"director\" and world in [hop-nano gsm-nano]",
        "count outcome by:[world question] zero:true sort:solve_rate top:10",
        "count not good by:[tool reason.kind] sort:selected_steps order:falling top:10",
        "show q1.s0", "show q1", "why q1.s0", "why q1.s0 in:$careful",
    ]
    for statement in statements { try await run(statement) }
    return Answer(
        amount: Double(questions * 5), names: statements,
        words: statements.map { statement in ["\(clock.seconds(statement))"] },
        number: clock.seconds("judge with:rules"))
}

/// How long statements took, by their text.
private final class Statements: Sendable {
    private let state = Mutex(State())

    private struct State {
        var current = ""
        var seconds: [String: Double] = [:]
        var mistakes: [String] = []
    }

    func note(_ event: Event) {
        state.withLock { state in
            switch event {
            case .started(let started): state.current = started.text
            case .finished(let finished): state.seconds[state.current] = finished.seconds
            case .diagnostic(let diagnostic): state.mistakes += diagnostic.lines
            default: break
            }
        }
    }

    func seconds(_ statement: String) -> Double { state.withLock { $0.seconds[statement] ?? .infinity } }
    var mistakes: String { state.withLock { $0.mistakes.joined(separator: "\n") } }
}
