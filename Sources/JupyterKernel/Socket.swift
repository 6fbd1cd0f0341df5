import CZeroMQ
import Foundation

/// The libzmq context. Every socket keeps a reference to it, so it is terminated after its last socket is closed.
final class ZeroMQ: @unchecked Sendable {
    // A context may be used from any thread (zmq_ctx_new(3)).
    let context: UnsafeMutableRawPointer

    /// Creates a context.
    ///
    /// - Throws: ``KernelFailure`` if libzmq can't create a context.
    init() throws {
        guard let context = zmq_ctx_new() else {
            throw KernelFailure(Socket.reason("can't create a ZeroMQ context"))
        }
        self.context = context
    }

    deinit { zmq_ctx_term(context) }
}

/// A ZeroMQ socket. Only one thread may use it at a time; ``Publisher`` protects its socket with a lock.
final class Socket {
    private let socket: UnsafeMutableRawPointer
    /// The context, stored so that it lives as long as the socket.
    private let zeroMQ: ZeroMQ

    /// Creates a socket and binds it to an address.
    ///
    /// - Throws: ``KernelFailure`` if the socket can't be created or the address can't be bound.
    init(_ zeroMQ: ZeroMQ, _ kind: Int32, bind address: String) throws {
        guard let socket = zmq_socket(zeroMQ.context, kind) else {
            throw KernelFailure(Self.reason("can't create a ZeroMQ socket"))
        }
        self.socket = socket
        self.zeroMQ = zeroMQ
        // Messages that a client never fetches must not delay the shutdown for more than a second.
        var linger: Int32 = 1_000
        zmq_setsockopt(socket, ZMQ_LINGER, &linger, MemoryLayout.size(ofValue: linger))
        // Let a peer reconnect under the same identity.
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

    /// Returns the frames of the next message; `nil` if none arrives in time.
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

    /// Sends the frames as one message.
    func send(_ frames: [Data]) {
        for (index, frame) in frames.enumerated() {
            let flags = index < frames.count - 1 ? ZMQ_SNDMORE : 0
            // Errors are ignored: the peer may have disconnected.
            _ = frame.withUnsafeBytes { zmq_send(socket, $0.baseAddress, $0.count, flags) }
        }
    }

    fileprivate static func reason(_ what: String) -> String {
        "\(what): \(String(cString: zmq_strerror(zmq_errno())))"
    }
}
