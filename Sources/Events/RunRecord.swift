/// What a session was asked and what came of it: all that a report tells.
package struct RunRecord: Sendable {
    /// The script's name, such as its path.
    package var name: String
    /// The script and what it includes, as they were written.
    package var sources: [(name: String, text: String)]
    /// Every `param` with the value that it had.
    package var parameters: [(name: String, value: String)]
    package var seed: UInt64
    /// Everything but progress, in order.
    package private(set) var events: [Event] = []

    package init(name: String, seed: UInt64) {
        self.name = name
        self.seed = seed
        sources = []
        parameters = []
    }

    /// Takes in another record: its scripts and what happened.
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
