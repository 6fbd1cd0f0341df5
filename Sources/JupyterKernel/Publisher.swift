import Events
import Foundation
import Notebooks
import Rendering
import Synchronization

/// The iopub socket, which publishes the kernel's status and the outputs of cells. Any thread may publish.
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

    func publish(_ output: CellOutput, to parent: Message?) {
        func display(_ bundle: MimeBundle, _ id: String?) -> JSON {
            [
                "data": bundle.json, "metadata": [:],
                "transient": id.map { ["display_id": .text($0)] } ?? [:],
            ]
        }
        switch output {
        case .stream(let name, let text):
            publish("stream", ["name": .text(name), "text": .text(text)], to: parent)
        case .display(let bundle, let id): publish("display_data", display(bundle, id), to: parent)
        case .update(let bundle, let id): publish("update_display_data", display(bundle, id), to: parent)
        case .result(let bundle, let count):
            publish(
                "execute_result",
                ["execution_count": .integer(count), "data": bundle.json, "metadata": [:]], to: parent)
        case .clear: publish("clear_output", ["wait": false], to: parent)
        case .error(let failure): publish("error", .object(failure.fields), to: parent)
        }
    }
}

extension MimeBundle {
    fileprivate var json: JSON { .object(parts.mapValues { .text($0) }) }
}
