import CEditLine
import Escaping
import Foundation

/// Shows output that is longer than the screen in the user's pager.
struct Pager: Sendable {
    private let command: String

    /// Uses `$PAGER`, or `less` if `$PAGER` is not set. `nil` if `$PAGER` is empty or `cat`, or if `less` is needed but
    /// not installed.
    init?(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        if let own = environment["PAGER"] {
            guard !own.isEmpty, own != "cat" else { return nil }
            command = own == "less" ? Self.less : own
            return
        }
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        guard folders.contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/less") }) else {
            return nil
        }
        command = Self.less
    }

    /// `less` with colors (`-R`), without its own screen (`-X`), and ending at once if everything fits (`-F`).
    private static let less = "less -RFX"

    /// Shows lines in the pager if they don't fit on the screen.
    ///
    /// - Returns: true if the pager showed the lines. False if they are few or the pager failed; the caller then shows
    ///   them.
    func show(_ lines: [String]) -> Bool {
        guard let rows = TerminalSize.rows, rows > 4, lines.count > rows - 2 else { return false }
        let file = FileManager.default.temporaryDirectory.appending(path: "swirl-page-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        guard (try? Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)) != nil else {
            return false
        }
        let status = swirl_shell("\(command) < \(file.path.quotedForShell)")
        let code = (status >> 8) & 0xFF
        // 130: the user left with Ctrl-C. 141 (SIGPIPE): the user left before the pager had read everything. In both
        // cases the pager has shown the lines.
        return status >= 0 && (code == 0 || code == 130 || code == 141)
    }
}
