import Events
import Synchronization

/// Events on their way to the one thread that writes on the terminal.
package final class Mailbox: Sendable {
    private let events = Mutex<[Event]>([])

    package init() {}

    /// What puts events in.
    package var sink: EventSink {
        { [self] event in events.withLock { $0.append(event) } }
    }

    /// Takes out everything, in order.
    func take() -> [Event] {
        events.withLock { events in
            defer { events = [] }
            return events
        }
    }
}
