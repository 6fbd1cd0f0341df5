import CEditLine
import Escaping
import Foundation

/// Shows output that is longer than the screen a page at a time, by the user's pager.
struct Pager: Sendable {
    private let command: String

    /// `$PAGER`, or less where it is installed. `nil` where there is neither, or `$PAGER` is empty.
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

    /// Colours, no screen of its own, and gone where all fits.
    private static let less = "less -RFX"

    /// - Returns: whether the lines were shown: short output, and what the pager failed at, is left
    ///   to the caller.
    func show(_ lines: [String]) -> Bool {
        guard let rows = TerminalSize.rows, rows > 4, lines.count > rows - 2 else { return false }
        let file = FileManager.default.temporaryDirectory.appending(path: "swirl-page-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        guard (try? Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)) != nil else {
            return false
        }
        let status = swirl_shell("\(command) < \(file.path.quotedForShell)")
        let code = (status >> 8) & 0xFF
        // Left by Ctrl-C, or before it had read all, it has shown what it was wanted for.
        return status >= 0 && (code == 0 || code == 130 || code == 141)
    }
}
