import Events
import Synchronization

/// Routes the events of a session to a sink that receives all of them and to the running cell.
package final class CellRouter: Sendable {
    private let cell = Mutex<CellOutputBuilder?>(nil)
    private let next: EventSink

    /// Creates a router.
    ///
    /// - Parameter next: receives every event before the running cell receives it.
    package init(_ next: @escaping EventSink = { _ in }) { self.next = next }

    /// The sink to create the session with.
    package var sink: EventSink {
        { [self] event in
            next(event)
            cell.withLock { $0 }?.take(event)
        }
    }

    /// Directs events to a cell while it runs; `nil` when it has ended.
    package func direct(to outputs: CellOutputBuilder?) {
        cell.withLock { $0 = outputs }
    }
}
