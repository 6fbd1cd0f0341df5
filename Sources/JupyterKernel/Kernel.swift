import CZeroMQ
import CommandKit
import Events
import Foundation
import Interpreter
import Language
import Notebooks
import Synchronization

/// A kernel for Jupyter clients (Jupyter messaging, protocol 5.4). It runs the same kind of session as the REPL.
///
/// One thread answers the requests of the shell socket one by one. The control and heartbeat sockets have their own
/// threads, so that the kernel can handle an interrupt while a training runs. Outputs go to the iopub socket. The stdin
/// socket is never used.
package final class Kernel: Sendable {
    private let wire: Wire
    private let publisher: Publisher
    private let session: Session
    private let router = CellRouter()
    private let history: CellHistory
    private let introspection: Introspection
    private let state = Mutex(State())
    private let sockets: Sockets

    private struct State {
        var isStopping = false
        /// True after the thread of the shell socket has ended.
        var hasEnded = false
        var running: BlockingTask<RunStatus>?
        var count = 0
    }

    private struct Sockets: Sendable {
        let shell: SocketBox
        let control: SocketBox
        /// Bound because clients expect it. The kernel never asks for input.
        let stdin: SocketBox
        let heartbeat: SocketBox
    }

    /// Creates a kernel and binds its five sockets to the addresses in the connection file.
    ///
    /// - Parameters:
    ///   - version: the version of the program.
    ///   - history: the file that stores cells across sessions.
    ///   - session: creates the session. Its argument is the sink for the session's events.
    /// - Throws: ``KernelFailure`` if an address can't be bound; the errors of `session`.
    package init(
        _ connection: ConnectionFile, version: String, history: URL?,
        session: (@escaping EventSink) throws -> Session
    ) throws {
        let zeroMQ = try ZeroMQ()
        func bind(_ kind: Int32, _ port: Int) throws -> Socket {
            try Socket(zeroMQ, kind, bind: connection.address(port))
        }
        let wire = Wire(key: connection.key)
        self.wire = wire
        publisher = Publisher(try bind(ZMQ_PUB, connection.iopubPort), wire)
        sockets = Sockets(
            shell: SocketBox(try bind(ZMQ_ROUTER, connection.shellPort)),
            control: SocketBox(try bind(ZMQ_ROUTER, connection.controlPort)),
            stdin: SocketBox(try bind(ZMQ_ROUTER, connection.stdinPort)),
            heartbeat: SocketBox(try bind(ZMQ_REP, connection.heartbeatPort)))
        self.session = try session(router.sink)
        // Nothing is written yet: the history's file and folder are created with the first cell.
        self.history = CellHistory(history)
        introspection = Introspection(self.session, self.history, version: version)
    }

    /// Serves requests until a client asks for a shutdown or the calling task is cancelled. A running cell is then
    /// cancelled.
    ///
    /// - Parameter abandon: ends the process. It is called if the running cell has not ended within
    ///   ``gracePeriod``.
    /// - Returns: ``RunStatus/done`` after a shutdown, ``RunStatus/interrupted`` after a cancellation.
    package func run(abandon: @escaping @Sendable () -> Void) async -> RunStatus {
        publisher.status("starting", to: nil)
        return await withTaskCancellationHandler {
            async let control: Void = serve("control", sockets.control) { [self] in handleControl($0) }
            async let heartbeat: Void = echo(sockets.heartbeat)
            async let deadline: Void = watch(abandon)
            await serve("shell", sockets.shell) { [self] in handleShell($0) }
            state.withLock { $0.hasEnded = true }
            _ = await (control, heartbeat, deadline)
            return Task.isCancelled ? .interrupted : .done
        } onCancel: {
            stop()
        }
    }

    /// The time that a running cell has to end after a shutdown. Clients expect a kernel to end within a second.
    private static let gracePeriod = Duration.milliseconds(800)

    /// Calls `abandon` if the shell's thread has not ended ``gracePeriod`` after the kernel began to stop.
    private func watch(_ abandon: @escaping @Sendable () -> Void) async {
        await onThread("kernel.deadline") { [self] in
            let pause = Double(Self.pollMilliseconds) / 1000
            while !isStopping { Thread.sleep(forTimeInterval: pause) }
            let start = ContinuousClock().now
            while !state.withLock({ $0.hasEnded }) {
                guard ContinuousClock().now - start < Self.gracePeriod else { return abandon() }
                Thread.sleep(forTimeInterval: pause)
            }
        }
    }

    /// Stops serving and cancels the running cell.
    private func stop() {
        state.withLock { state in
            state.isStopping = true
            state.running?.cancel()
        }
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    // MARK: Threads

    private static let pollMilliseconds = 50

    /// Answers the messages of a socket on a separate thread.
    private func serve(
        _ name: String, _ box: SocketBox,
        _ handle: @escaping @Sendable (Message) -> (type: String, content: JSON)?
    ) async {
        await onThread("kernel.\(name)") { [self] in
            while !isStopping {
                guard let frames = box.socket.receive(milliseconds: Self.pollMilliseconds),
                    // Malformed messages and messages with a wrong signature are dropped.
                    let message = wire.message(frames)
                else { continue }
                answer(message, on: box.socket, handle)
            }
        }
    }

    private func answer(
        _ message: Message, on socket: Socket, _ handle: (Message) -> (type: String, content: JSON)?
    ) {
        publisher.status("busy", to: message)
        let reply = handle(message)
        // If a cell fails, the cells that already wait in the queue are aborted: the client sent them before it could
        // know of the failure.
        let abortsWaiting =
            reply?.content["status"]?.text == "error" && message.type == "execute_request"
            && message.content["stop_on_error"]?.boolean ?? true
        let waiting = abortsWaiting ? self.waiting(on: socket) : []
        if let reply {
            socket.send(
                wire.frames(
                    wire.message(reply.type, reply.content, to: message, identities: message.identities)))
        }
        publisher.status("idle", to: message)
        for next in waiting {
            // Only cells of the same client are aborted; all other messages are answered as usual.
            guard next.type == "execute_request", next.header["session"] == message.header["session"] else {
                answer(next, on: socket) { [self] in handleShell($0) }
                continue
            }
            answer(next, on: socket) { [self] _ in
                (
                    "execute_reply",
                    ["status": "aborted", "execution_count": .integer(state.withLock { $0.count })]
                )
            }
        }
    }

    /// Returns the messages that have arrived on a socket but have not been handled.
    private func waiting(on socket: Socket) -> [Message] {
        var messages: [Message] = []
        while let frames = socket.receive(milliseconds: 0) {
            if let message = wire.message(frames) { messages.append(message) }
        }
        return messages
    }

    private func echo(_ box: SocketBox) async {
        await onThread("kernel.heartbeat") { [self] in
            while !isStopping {
                if let frames = box.socket.receive(milliseconds: Self.pollMilliseconds) {
                    box.socket.send(frames)
                }
            }
        }
    }

    /// A wrapper that hands a socket over to the only thread that uses it.
    private struct SocketBox: @unchecked Sendable {
        let socket: Socket
        init(_ socket: Socket) { self.socket = socket }
    }

    // MARK: Requests

    private func handleControl(_ message: Message) -> (type: String, content: JSON)? {
        switch message.type {
        case "interrupt_request":
            state.withLock { $0.running }?.cancel()
            return ("interrupt_reply", ["status": "ok"])
        case "shutdown_request": return shutdown(message)
        case "kernel_info_request": return ("kernel_info_reply", introspection.information)
        default: return nil
        }
    }

    private func handleShell(_ message: Message) -> (type: String, content: JSON)? {
        let content = message.content
        switch message.type {
        case "execute_request": return ("execute_reply", execute(message))
        case "kernel_info_request": return ("kernel_info_reply", introspection.information)
        case "complete_request": return ("complete_reply", introspection.complete(content))
        case "inspect_request": return ("inspect_reply", introspection.inspect(content))
        case "is_complete_request": return ("is_complete_reply", introspection.isComplete(content))
        case "history_request": return ("history_reply", introspection.history(content))
        case "comm_info_request": return ("comm_info_reply", ["status": "ok", "comms": [:]])
        case "shutdown_request": return shutdown(message)
        default: return nil
        }
    }

    private func shutdown(_ message: Message) -> (type: String, content: JSON) {
        let restart = message.content["restart"]?.boolean ?? false
        stop()
        return ("shutdown_reply", ["status": "ok", "restart": .boolean(restart)])
    }

    // MARK: Cells

    private func execute(_ message: Message) -> JSON {
        let code = message.content["code"]?.text ?? ""
        let isSilent = message.content["silent"]?.boolean ?? false
        guard code.contains(where: { !$0.isWhitespace }) else {
            // As in IPython: nothing runs, and the execution count does not change.
            return Self.reply(state.withLock { $0.count }, nil, page: [])
        }
        let isStored = !isSilent && message.content["store_history"]?.boolean ?? true
        let count = state.withLock { state in
            if !isSilent { state.count += 1 }
            return state.count
        }
        if isStored { history.add(count, code) }
        if !isSilent {
            publisher.publish(
                "execute_input", ["code": .text(code), "execution_count": .integer(count)], to: message)
        }
        let outputs = CellOutputBuilder(count: count, showsProgress: true) { [publisher] output in
            if !isSilent { publisher.publish(output, to: message) }
        }
        var page: [String] = []
        let failure: CellFailure?
        if let meta = MetaCell(code) {
            let answer = session.ask { await meta.answer($0, to: outputs) }
            page = answer.page
            failure = outputs.conclude(answer.ending)
        } else {
            let cell = CellName(number: count, id: message.metadata["cellId"]?.text)
            failure = run(code, isSilent ? nil : cell, count, outputs)
        }
        return Self.reply(count, failure, page: page)
    }

    /// Returns the content of an execute reply.
    ///
    /// - Parameter page: help text, which clients show in a pager.
    private static func reply(_ count: Int, _ failure: CellFailure?, page: [String]) -> JSON {
        let pages: JSON =
            page.isEmpty
            ? []
            : [["source": "page", "start": 0, "data": ["text/plain": .text(page.joined(separator: "\n"))]]]
        let own =
            failure?.fields.merging(["status": "error"]) { $1 } ?? ["status": "ok", "user_expressions": [:]]
        return .object(own.merging(["execution_count": .integer(count), "payload": pages]) { $1 })
    }

    /// Runs a cell and waits for its end.
    ///
    /// - Parameter cell: the name of the cell; `nil` for a silent execution, which front ends don't show.
    private func run(_ code: String, _ cell: CellName?, _ count: Int, _ outputs: CellOutputBuilder)
        -> CellFailure?
    {
        router.direct(to: outputs)
        defer { router.direct(to: nil) }
        let source = Source(name: "In[\(count)]", text: code)
        if Parser.parse(source).script.statements.contains(where: {
            if case .background = $0 { true } else { false }
        }) {
            outputs.stream(
                "stderr",
                [
                    "note: cells run one after another, so this cell waits for its background statement; the REPL runs it beside the session"
                ])
        }
        let running = BlockingTask { [session] in await session.run(source, cell: cell) }
        state.withLock { state in
            state.running = running
            if state.isStopping { running.cancel() }
        }
        let ending = running.result
        state.withLock { $0.running = nil }
        return outputs.conclude(ending)
    }
}
