/// The record of a session from which reports are made: scripts, parameters, seed and events.
package struct RunRecord: Sendable {
    /// The script's name, such as its path.
    package var name: String
    /// The names and texts of the scripts and of the scripts that they include.
    package var sources: [(name: String, text: String)]
    /// The parameters (`param`) with the values that they had.
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

    /// Appends the sources and the events of another record.
    package mutating func add(_ other: RunRecord) {
        for source in other.sources where !sources.contains(where: { $0 == source }) {
            sources.append(source)
        }
        events += other.events
    }

    package mutating func add(_ event: Event) {
        switch event {
        case .progress, .metric, .cell, .stale: break
        default: events.append(event)
        }
    }
}
