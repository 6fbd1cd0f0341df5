import Events
import Language
import Synchronization

/// Writes down what happens while events go by.
final class Recorder: Sendable {
    private let state: Mutex<RunRecord>
    private let next: EventSink

    init(seed: UInt64, _ next: @escaping EventSink) {
        state = Mutex(RunRecord(name: "", seed: seed))
        self.next = next
    }

    /// The sink that records and passes on.
    var sink: EventSink {
        { [self] event in
            state.withLock { $0.add(event) }
            next(event)
        }
    }

    var record: RunRecord { state.withLock(\.self) }

    /// A script begins; a session's cells add up.
    func begin(_ script: LoadedScript) {
        state.withLock { record in
            if record.name.isEmpty { record.name = script.source.name }
            for source in script.sources
            where !record.sources.contains(where: { $0 == (source.name, source.text) }) {
                record.sources.append((source.name, source.text))
            }
        }
    }

    /// What ran beside the session is told in one piece.
    func take(_ other: RunRecord) {
        state.withLock { $0.add(other) }
    }

    func parameters(_ values: [(name: String, value: String)]) {
        state.withLock { record in
            record.parameters.removeAll { known in values.contains { $0.name == known.name } }
            record.parameters += values
        }
    }
}

extension LoadedScript {
    /// Itself and everything that it includes.
    var sources: [Source] {
        [source]
            + parts.flatMap { part -> [Source] in
                if case .script(let included) = part { included.sources } else { [] }
            }
    }
}
