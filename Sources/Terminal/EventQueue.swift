import Events
import Synchronization

/// A queue that carries events from other threads to the thread that writes to the terminal.
package final class EventQueue: Sendable {
    private let events = Mutex<[Event]>([])

    package init() {}

    /// The sink that adds events to the queue.
    package var sink: EventSink {
        { [self] event in events.withLock { $0.append(event) } }
    }

    /// Removes and returns all events, in order.
    func take() -> [Event] {
        events.withLock { events in
            defer { events = [] }
            return events
        }
    }
}
