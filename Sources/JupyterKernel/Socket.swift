import CZeroMQ
import Foundation

/// libzmq's context; closing it ends every wait.
final class ZeroMQ: @unchecked Sendable {
    // A context may be used from any thread (zmq_ctx_new(3)).
    let context: UnsafeMutableRawPointer

    /// - Throws: ``KernelFailure``.
    init() throws {
        guard let context = zmq_ctx_new() else { throw KernelFailure(Socket.reason("no context")) }
        self.context = context
    }

    deinit { zmq_ctx_term(context) }
}

/// One socket. Used by one thread at a time: ``Publisher`` shares one.
final class Socket {
    private let socket: UnsafeMutableRawPointer
    /// Holds the context for as long as the socket lives.
    private let zeroMQ: ZeroMQ

    /// - Throws: ``KernelFailure`` where the address can't be bound.
    init(_ zeroMQ: ZeroMQ, _ kind: Int32, bind address: String) throws {
        guard let socket = zmq_socket(zeroMQ.context, kind) else {
            throw KernelFailure(Self.reason("no socket"))
        }
        self.socket = socket
        self.zeroMQ = zeroMQ
        // What a client never fetches must not hold up the end.
        var linger: Int32 = 1_000
        zmq_setsockopt(socket, ZMQ_LINGER, &linger, MemoryLayout.size(ofValue: linger))
        // Peers that come back under the same name are let in again.
        if kind == ZMQ_ROUTER {
            var handover: Int32 = 1
            zmq_setsockopt(socket, ZMQ_ROUTER_HANDOVER, &handover, MemoryLayout.size(ofValue: handover))
        }
        guard zmq_bind(socket, address) == 0 else {
            let failure = KernelFailure(Self.reason("\(address) can't be bound"))
            zmq_close(socket)
            throw failure
        }
    }

    deinit { zmq_close(socket) }

    /// The frames of the next message; `nil` when none came in time.
    func receive(milliseconds: Int) -> [Data]? {
        var item = zmq_pollitem_t(socket: socket, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        guard zmq_poll(&item, 1, milliseconds) > 0 else { return nil }
        var frames: [Data] = []
        while true {
            var message = zmq_msg_t()
            zmq_msg_init(&message)
            defer { zmq_msg_close(&message) }
            guard zmq_msg_recv(&message, socket, 0) >= 0 else { return nil }
            frames.append(Data(bytes: zmq_msg_data(&message), count: zmq_msg_size(&message)))
            if zmq_msg_more(&message) == 0 { return frames }
        }
    }

    func send(_ frames: [Data]) {
        for (index, frame) in frames.enumerated() {
            let flags = index < frames.count - 1 ? ZMQ_SNDMORE : 0
            // A peer that is gone gets nothing; that is no mistake of ours.
            _ = frame.withUnsafeBytes { zmq_send(socket, $0.baseAddress, $0.count, flags) }
        }
    }

    fileprivate static func reason(_ what: String) -> String {
        "\(what): \(String(cString: zmq_strerror(zmq_errno())))"
    }
}
