import Application
import CommandKit
import Commands
import Events
import Foundation
import Interpreter
import Language
import Synchronization

/// A session whose events are kept.
final class SessionHarness: Sendable {
    let session: Session

    static let application = Application()

    /// Results are shared by all tests: a small base is pretrained once.
    static let results = InMemoryResults()

    /// - Parameter ownFiles: knows of no file that another test has used.
    init(
        results: any ResultStore = SessionHarness.results, seed: UInt64 = 1, files: [String: String] = [:],
        ownFiles: Bool = false, stopsOnFailure: Bool = false,
        isSeedGiven: Bool = false
    ) {
        let sink = Sink()
        session = Session(
            (ownFiles ? Application() : Self.application).commands, results, seed: seed,
            loader: ScriptLoader { path, _ in
                guard let text = files[path] else { throw CommandFailure(.noSuchFile, "no such file") }
                return Source(name: path, text: text)
            }, isSeedGiven: isSeedGiven, stopsOnFailure: stopsOnFailure, sink: { sink.add($0) })
        self.sink = sink
    }

    private let sink: Sink

    private final class Sink: Sendable {
        let events = Mutex<[Event]>([])
        func add(_ event: Event) { events.withLock { $0.append(event) } }
    }

    func run(_ text: String, settings: [String: String] = [:]) async -> RunStatus {
        await session.run(Source(name: "test.swirl", text: text), settings: settings)
    }

    var all: [Event] { sink.events.withLock { $0 } }

    var diagnostics: [DiagnosticRecord] {
        all.compactMap { if case .diagnostic(let record) = $0 { record } else { nil } }
    }

    var values: [Event.ObjectSummary] {
        all.compactMap { if case .value(let value) = $0 { value } else { nil } }
    }
    var tables: [Table] { all.compactMap { if case .table(let table) = $0 { table } else { nil } } }
    var claims: [Event.Claim] { all.compactMap { if case .claim(let claim) = $0 { claim } else { nil } } }
    var warnings: [String] { all.compactMap { if case .warning(let text) = $0 { text } else { nil } } }
    var finished: [Event.Finished] {
        all.compactMap { if case .finished(let finished) = $0 { finished } else { nil } }
    }
}
