import Events
import Language
import Synchronization

/// Records events in a ``RunRecord`` and passes them on to the next sink.
final class Recorder: Sendable {
    private let state: Mutex<RunRecord>
    private let next: EventSink

    init(seed: UInt64, _ next: @escaping EventSink) {
        state = Mutex(RunRecord(name: "", seed: seed))
        self.next = next
    }

    /// A sink that records each event and passes it on.
    var sink: EventSink {
        { [self] event in
            state.withLock { $0.add(event) }
            next(event)
        }
    }

    var record: RunRecord { state.withLock(\.self) }

    /// Adds the sources of a script when it begins. A session's record collects the sources of all cells.
    func begin(_ script: LoadedScript) {
        state.withLock { record in
            if record.name.isEmpty { record.name = script.source.name }
            for source in script.sources
            where !record.sources.contains(where: { $0 == (source.name, source.text) }) {
                record.sources.append((source.name, source.text))
            }
        }
    }

    /// Appends the complete record of a background statement, so that its events do not mix with those of other cells.
    func take(_ other: RunRecord) {
        state.withLock { $0.add(other) }
    }

    /// Stores the values of `param` statements. A new value replaces the earlier value of the same name.
    func parameters(_ values: [(name: String, value: String)]) {
        state.withLock { record in
            record.parameters.removeAll { known in values.contains { $0.name == known.name } }
            record.parameters += values
        }
    }
}

extension LoadedScript {
    /// The sources of the script and of all scripts that it includes.
    var sources: [Source] {
        [source]
            + parts.flatMap { part -> [Source] in
                if case .script(let included) = part { included.sources } else { [] }
            }
    }
}
