/// The record of a session, from which reports are made: scripts, parameters, seed and events.
package struct RunRecord: Sendable {
    /// The script's name, such as its path.
    package var name: String
    /// The names and texts of the scripts and of all included scripts.
    package var sources: [(name: String, text: String)]
    /// The names of the parameters (`param`) and their values in this session.
    package var parameters: [(name: String, value: String)]
    package var seed: UInt64
    /// The events in order, without progress, metrics and events about cells.
    package private(set) var events: [Event] = []

    package init(name: String, seed: UInt64) {
        self.name = name
        self.seed = seed
        sources = []
        parameters = []
    }

    /// Appends the events of another record and those of its sources that this record lacks.
    package mutating func add(_ other: RunRecord) {
        for source in other.sources where !sources.contains(where: { $0 == source }) {
            sources.append(source)
        }
        events += other.events
    }

    /// Appends an event. Progress, metrics and events about cells are ignored.
    package mutating func add(_ event: Event) {
        switch event {
        case .progress, .metric, .cell, .stale, .point: break
        default: events.append(event)
        }
    }
}
