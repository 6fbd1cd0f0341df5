import Foundation
import Output
import Synchronization

/// The iopub socket: everything that clients see of a cell while it runs. Any thread may publish.
final class Publisher: Sendable {
    private let socket: Mutex<Socket>
    private let wire: Wire

    init(_ socket: sending Socket, _ wire: Wire) {
        self.socket = Mutex(socket)
        self.wire = wire
    }

    func publish(_ type: String, _ content: JSON, to parent: Message?) {
        let message = wire.message(type, content, to: parent, identities: [Data(type.utf8)])
        let frames = wire.frames(message)
        socket.withLock { $0.send(frames) }
    }

    func status(_ state: String, to parent: Message?) {
        publish("status", ["execution_state": .text(state)], to: parent)
    }

    /// Text on a stream of the cell.
    func stream(_ name: String, _ lines: [String], to parent: Message?) {
        guard !lines.isEmpty else { return }
        publish(
            "stream", ["name": .text(name), "text": .text(lines.joined(separator: "\n") + "\n")], to: parent)
    }
}
