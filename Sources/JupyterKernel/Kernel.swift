import CZeroMQ
import Foundation
import Interpreter
import Language
import Output
import Synchronization

/// A kernel for Jupyter clients (Jupyter messaging, protocol 5.4): the same session as the REPL's, asked
/// over five sockets.
///
/// Shell requests are answered one by one on a thread of their own. Control and heartbeat have theirs,
/// so that an interrupt is heard while a training runs.
package final class Kernel: Sendable {
    private let wire: Wire
    private let publisher: Publisher
    private let session: Session
    private let current: CurrentCell
    private let version: String
    private let state = Mutex(State())
    private let sockets: Sockets

    private struct State {
        var isStopping = false
        var running: Task<Void, Never>?
        var count = 0
        var history: [String] = []
    }

    private struct Sockets: Sendable {
        let shell: SocketBox
        let control: SocketBox
        /// Bound because the connection file names it; nothing asks for input here.
        let stdin: SocketBox
        let heartbeat: SocketBox
    }

    /// Where events of the session go: to the cell that runs.
    private final class CurrentCell: Sendable {
        let cell = Mutex<Cell?>(nil)
        func take(_ event: Event) { cell.withLock { $0 }?.take(event) }
    }

    /// Binds the addresses of the connection file, and no others.
    ///
    /// - Parameters:
    ///   - version: of the program.
    ///   - session: makes the session; told where its events go.
    /// - Throws: ``KernelFailure``; what `session` throws.
    package init(
        _ connection: ConnectionFile, version: String, session: (@escaping EventSink) throws -> Session
    ) throws {
        let zeroMQ = try ZeroMQ()
        func bind(_ kind: Int32, _ port: Int) throws -> Socket {
            try Socket(zeroMQ, kind, bind: connection.address(port))
        }
        let wire = Wire(key: connection.key)
        self.wire = wire
        self.version = version
        publisher = Publisher(try bind(ZMQ_PUB, connection.iopubPort), wire)
        sockets = Sockets(
            shell: SocketBox(try bind(ZMQ_ROUTER, connection.shellPort)),
            control: SocketBox(try bind(ZMQ_ROUTER, connection.controlPort)),
            stdin: SocketBox(try bind(ZMQ_ROUTER, connection.stdinPort)),
            heartbeat: SocketBox(try bind(ZMQ_REP, connection.heartbeatPort)))
        let current = CurrentCell()
        self.current = current
        self.session = try session { current.take($0) }
    }

    /// Serves until a client asks for the end.
    package func run() async {
        publisher.status("starting", to: nil)
        async let control: Void = serve("control", sockets.control) { [self] in handleControl($0) }
        async let heartbeat: Void = echo(sockets.heartbeat)
        await serve("shell", sockets.shell) { [self] in handleShell($0) }
        _ = await (control, heartbeat)
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    // MARK: Threads

    private static let pollMilliseconds = 50

    /// Answers what comes in on a socket, on a thread of its own.
    private func serve(
        _ name: String, _ box: SocketBox,
        _ handle: @escaping @Sendable (Message) -> (type: String, content: JSON)?
    ) async {
        await onThread(name) { [self] in
            while !isStopping {
                guard let frames = box.socket.receive(milliseconds: Self.pollMilliseconds),
                    // What is malformed, or signed by somebody else, is dropped.
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
        // Cells that were sent before the client could know that this one failed don't run.
        let isStopping =
            reply?.content["status"]?.text == "error" && message.type == "execute_request"
            && message.content["stop_on_error"]?.boolean ?? true
        let waiting = isStopping ? self.waiting(on: socket) : []
        if let reply {
            socket.send(
                wire.frames(
                    wire.message(reply.type, reply.content, to: message, identities: message.identities)))
        }
        publisher.status("idle", to: message)
        for next in waiting {
            // Another client's cells have nothing to do with it.
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

    /// What has come in and was not looked at.
    private func waiting(on socket: Socket) -> [Message] {
        var messages: [Message] = []
        while let frames = socket.receive(milliseconds: 0) {
            if let message = wire.message(frames) { messages.append(message) }
        }
        return messages
    }

    private func echo(_ box: SocketBox) async {
        await onThread("heartbeat") { [self] in
            while !isStopping {
                if let frames = box.socket.receive(milliseconds: Self.pollMilliseconds) {
                    box.socket.send(frames)
                }
            }
        }
    }

    private func onThread(_ name: String, _ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                body()
                continuation.resume()
            }
            thread.name = "swirl.kernel.\(name)"
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    /// A socket on its way to the one thread that uses it.
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
        case "kernel_info_request": return ("kernel_info_reply", information)
        default: return nil
        }
    }

    private func handleShell(_ message: Message) -> (type: String, content: JSON)? {
        let content = message.content
        switch message.type {
        case "execute_request": return ("execute_reply", execute(message))
        case "kernel_info_request": return ("kernel_info_reply", information)
        case "complete_request": return ("complete_reply", complete(content))
        case "inspect_request": return ("inspect_reply", inspect(content))
        case "is_complete_request": return ("is_complete_reply", isComplete(content))
        case "history_request": return ("history_reply", history(content))
        case "comm_info_request": return ("comm_info_reply", ["status": "ok", "comms": [:]])
        case "shutdown_request": return shutdown(message)
        default: return nil
        }
    }

    private func shutdown(_ message: Message) -> (type: String, content: JSON) {
        let restart = message.content["restart"]?.boolean ?? false
        state.withLock { state in
            state.isStopping = true
            state.running?.cancel()
        }
        return ("shutdown_reply", ["status": "ok", "restart": .boolean(restart)])
    }

    private var information: JSON {
        [
            "status": "ok", "protocol_version": .text(Wire.version), "implementation": "swirl",
            "implementation_version": .text(version),
            "language_info": [
                "name": "swirl", "version": .text(version), "mimetype": "text/x-swirl",
                "file_extension": ".swirl",
                "pygments_lexer": "swirl", "codemirror_mode": "shell",
            ], "banner": .text("swirl \(version): step-wise RL of language models"), "help_links": [],
        ]
    }

    // MARK: Cells

    private func execute(_ message: Message) -> JSON {
        let code = message.content["code"]?.text ?? ""
        let isSilent = message.content["silent"]?.boolean ?? false
        let isStored = !isSilent && message.content["store_history"]?.boolean ?? true
        let count = state.withLock { state in
            if !isSilent { state.count += 1 }
            if isStored { state.history.append(code) }
            return state.count
        }
        if !isSilent {
            publisher.publish(
                "execute_input", ["code": .text(code), "execution_count": .integer(count)], to: message)
        }
        let cell = Cell(publisher, message, count: count, isSilent: isSilent)
        current.cell.withLock { $0 = cell }
        defer { current.cell.withLock { $0 = nil } }
        let source = Source(name: "In[\(count)]", text: code)
        let ending = Mutex(Session.Ending.done)
        let done = DispatchSemaphore(value: 0)
        let task = Task {
            let ended = await session.run(source, isCell: true)
            ending.withLock { $0 = ended }
            done.signal()
        }
        state.withLock { state in
            state.running = task
            if state.isStopping { task.cancel() }
        }
        done.wait()
        state.withLock { $0.running = nil }
        return cell.conclude(ending.withLock { $0 })
    }

    /// Asks the session something that takes no time.
    private func ask<Result: Sendable>(_ question: @escaping @Sendable (Session) async -> Result) -> Result {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result?>(nil)
        Task {
            let value = await question(session)
            result.withLock { $0 = value }
            done.signal()
        }
        done.wait()
        return result.withLock { $0! }
    }

    // MARK: Words

    /// The text before the cursor, which counts Unicode code points.
    private func before(_ content: JSON) -> (text: String, cursor: Int) {
        let scalars = (content["code"]?.text ?? "").unicodeScalars
        let cursor = min(max(0, content["cursor_pos"]?.integer ?? scalars.count), scalars.count)
        return (String(String.UnicodeScalarView(scalars.prefix(cursor))), cursor)
    }

    private func complete(_ content: JSON) -> JSON {
        let (text, cursor) = before(content)
        let names = ask { await $0.names }
        let completion = Completion(text, commands: session.commands, names: names)
        return [
            "status": "ok", "matches": .list(completion.candidates.map { .text($0.text) }),
            "cursor_start": .integer(cursor - completion.typed.unicodeScalars.count),
            "cursor_end": .integer(cursor),
            "metadata": [
                "_jupyter_types_experimental": .list(
                    completion.candidates.map { ["text": .text($0.text), "type": .text($0.meaning)] })
            ],
        ]
    }

    private func inspect(_ content: JSON) -> JSON {
        let code = Array((content["code"]?.text ?? "").unicodeScalars)
        let (_, cursor) = before(content)
        func isWord(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || "_-.$".unicodeScalars.contains(scalar)
        }
        var (start, end) = (cursor, cursor)
        while start > 0, isWord(code[start - 1]) { start -= 1 }
        while end < code.count, isWord(code[end]) { end += 1 }
        let word = String(String.UnicodeScalarView(code[start..<end]))
        var lines: [String] = []
        if word.hasPrefix("$") {
            let contents = ask { await $0.contents }
            lines = contents.first { $0.name == word }.map { [$0.value.summary] } ?? []
        } else if let command = session.commands[word] {
            lines = Reference.help(type(of: command))
        } else {
            lines = Reference.help(word: word) ?? []
        }
        return [
            "status": "ok", "found": .boolean(!lines.isEmpty), "metadata": [:],
            "data": lines.isEmpty ? [:] : ["text/plain": .text(lines.joined(separator: "\n"))],
        ]
    }

    private func isComplete(_ content: JSON) -> JSON {
        let result = Parser.parse(Source(name: "cell", text: content["code"]?.text ?? ""))
        if result.isIncomplete { return ["status": "incomplete", "indent": "    "] }
        let isWrong = result.diagnostics.contains { $0.severity == .error }
        return ["status": isWrong ? "invalid" : "complete"]
    }

    /// The inputs of this session: its end, a range of it, or what a pattern with `*` and `?` finds.
    private func history(_ content: JSON) -> JSON {
        let inputs = Array(state.withLock { $0.history }.enumerated()).map {
            (line: $0.offset + 1, code: $0.element)
        }
        var chosen = inputs
        switch content["hist_access_type"]?.text {
        case "range":
            let start = content["start"]?.integer ?? 1
            let stop = content["stop"]?.integer ?? .max
            chosen = inputs.filter { $0.line >= start && $0.line < stop }
        case "search":
            let pattern = content["pattern"]?.text ?? "*"
            chosen = inputs.filter { Self.fits(Array($0.code), Array(pattern)) }
            if content["unique"]?.boolean == true {
                var seen: Set<String> = []
                chosen = chosen.reversed().filter { seen.insert($0.code).inserted }.reversed()
            }
        default: break
        }
        if let most = content["n"]?.integer, most >= 0 { chosen = Array(chosen.suffix(most)) }
        let hasOutput = content["output"]?.boolean ?? false
        return [
            "status": "ok",
            "history": .list(
                chosen.map { input in
                    [0, .integer(input.line), hasOutput ? [.text(input.code), .null] : .text(input.code)]
                }),
        ]
    }

    /// Whether a text is what a pattern with `*` and `?` says.
    private static func fits(_ text: [Character], _ pattern: [Character]) -> Bool {
        var reachable: Set<Int> = [0]
        for sign in pattern {
            switch sign {
            case "*": if let first = reachable.min() { reachable = Set(first...text.count) }
            case "?": reachable = Set(reachable.filter { $0 < text.count }.map { $0 + 1 })
            default: reachable = Set(reachable.filter { $0 < text.count && text[$0] == sign }.map { $0 + 1 })
            }
        }
        return reachable.contains(text.count)
    }
}
