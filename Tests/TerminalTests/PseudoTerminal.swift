import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// `swirl` on a real pty: keys go in, the screen's bytes come out.
final class PseudoTerminal: Sendable {
    private let primary: Int32
    private let process: pid_t
    private let shown = Mutex(Shown())

    private struct Shown {
        var text = ""
        /// True once every byte that the program wrote is in `text`.
        var isComplete = false
    }

    /// POSIX_SPAWN_SETSID, which the C headers hide behind _GNU_SOURCE.
    private static let newSession: Int16 = 0x80

    init(_ executable: URL, _ arguments: [String], environment: [String: String], folder: URL) throws {
        var primary: Int32 = 0
        var secondary: Int32 = 0
        var size = winsize(ws_row: 40, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0)
        var path = [CChar](repeating: 0, count: 256)
        guard openpty(&primary, &secondary, &path, nil, &size) == 0 else { throw POSIXError(.EIO) }
        self.primary = primary
        let name = path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }

        // A session of its own, so that the pty becomes its controlling terminal and Ctrl-C a signal.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setflags(&attributes, Self.newSession)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        posix_spawn_file_actions_addclose(&actions, primary)
        posix_spawn_file_actions_addclose(&actions, secondary)
        let all = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        // What other tests have open at this moment is not for this child, which outlives them: the end
        // of a pipe that it held would keep a reader elsewhere waiting.
        let closing =
            "for fd in /proc/$$/fd/*; do fd=${fd##*/}; [ \"$fd\" -gt 2 ] 2>/dev/null && eval \"exec $fd>&-\"; done; "
        let shell = ["/bin/bash", "-c", closing + "cd \"$0\" && exec \"$@\"", folder.path, executable.path]
        let argv = (shell + arguments).map { strdup($0) } + [nil]
        let envp = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var pid: pid_t = 0
        let status = posix_spawn(&pid, shell[0], &actions, &attributes, argv, envp)
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
        close(secondary)
        guard status == 0 else { throw POSIXError(.ENOEXEC) }
        process = pid
        let reader = Thread { [self] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(self.primary, &buffer, buffer.count)
                if count <= 0 { return shown.withLock { $0.isComplete = true } }
                let text = String(decoding: buffer[..<count], as: UTF8.self)
                shown.withLock { $0.text += text }
            }
        }
        reader.start()
    }

    deinit {
        kill(process, SIGKILL)
        close(primary)
    }

    /// Everything shown since the last call to ``forget()``, without the requests for bracketed paste, which show
    /// nothing.
    var screen: String {
        shown.withLock { $0.text.replacing("\u{1B}[?2004h", with: "").replacing("\u{1B}[?2004l", with: "") }
    }

    func forget() { shown.withLock { $0.text = "" } }

    func type(_ keys: String) {
        let bytes = Array(keys.utf8)
        _ = bytes.withUnsafeBytes { write(primary, $0.baseAddress!, $0.count) }
    }

    func resize(columns: UInt16) {
        var size = winsize(ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(primary, UInt(TIOCSWINSZ), &size)
    }

    /// Sends a signal to the program.
    func signal(_ number: Int32) { kill(process, number) }

    /// Waits until `text` is shown.
    ///
    /// - Returns: seconds waited; `nil` when it did not come in time.
    func wait(for text: String, seconds: Double = 20) async -> Double? {
        let start = Date()
        let isShown = await wait(seconds: seconds) { $0.contains(text) }
        return isShown ? Date().timeIntervalSince(start) : nil
    }

    /// Waits until the screen is as it should be.
    func wait(seconds: Double = 20, until holds: (String) -> Bool) async -> Bool {
        let start = Date()
        while Date().timeIntervalSince(start) < seconds {
            if holds(screen) { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        // Beside tests that compute, a sleep may outlast all of the time: what counts is what is there.
        return holds(screen)
    }

    /// The exit status, once the process has ended and everything that it wrote is on ``screen``.
    ///
    /// - Returns: `nil` when the process did not end in time.
    func exitStatus(seconds: Double = 10) async -> Int32? {
        let start = Date()
        while Date().timeIntervalSince(start) < seconds {
            var status: Int32 = 0
            if waitpid(process, &status, WNOHANG) == process {
                // The last bytes of a process are in the pty, and the reader's turn may come later than this one.
                _ = await wait { _ in shown.withLock { $0.isComplete } }
                return (status >> 8) & 0xFF
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }
}
