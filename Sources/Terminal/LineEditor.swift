import CEditLine
import Foundation

/// A line editor on the terminal, based on libedit. Only one thread may use it.
final class LineEditor {
    enum Line {
        case text(String)
        case end
        case interrupted
    }

    private let editor: OpaquePointer
    private let handler: Handler

    /// The callbacks of the editor while the user types a line.
    final class Handler {
        /// Called when the user presses Tab. Receives the line before the cursor; returns the text to insert, or the
        /// lines to list below the input.
        let complete: (String) -> (insertion: String, listing: [String])
        /// Called regularly while the user types. Returns the lines to show above the input line, and the status text
        /// for its right end.
        let notice: () -> (lines: [String], status: String?)

        init(
            complete: @escaping (String) -> (insertion: String, listing: [String]),
            notice: @escaping () -> (lines: [String], status: String?)
        ) {
            self.complete = complete
            self.notice = notice
        }
    }

    /// Creates a line editor; `nil` if the terminal can't be used.
    init?(_ handler: Handler) {
        swirl_use_locale()
        self.handler = handler
        let context = Unmanaged.passUnretained(handler).toOpaque()
        let made = swirl_editor_new(
            "swirl",
            { context, line, listed in
                let handler = Unmanaged<Handler>.fromOpaque(context!).takeUnretainedValue()
                let (insertion, listing) = handler.complete(String(cString: line!))
                if !listing.isEmpty { listed!.pointee = strdup(listing.joined(separator: "\n")) }
                return insertion.isEmpty ? nil : strdup(insertion)
            },
            { context, status in
                let handler = Unmanaged<Handler>.fromOpaque(context!).takeUnretainedValue()
                let notice = handler.notice()
                if let text = notice.status { status!.pointee = strdup(text) }
                return notice.lines.isEmpty ? nil : strdup(notice.lines.joined(separator: "\n"))
            }, context)
        guard let made else { return nil }
        editor = made
    }

    deinit { swirl_editor_free(editor) }

    /// Reads a line. Blocks until the user has entered it. Pasted or recalled text may have several lines.
    func read(_ prompt: String) -> Line {
        var text: UnsafeMutablePointer<CChar>?
        let outcome = prompt.withCString { swirl_editor_read(editor, $0, &text) }
        defer { free(text) }
        switch outcome {
        case swirl_line: return .text(text.map { String(cString: $0) } ?? "")
        case swirl_interrupted: return .interrupted
        default: return .end
        }
    }

    /// Adds a cell to the history.
    func remember(_ cell: String) { swirl_history_add(editor, cell) }

    /// The newest entry of history.
    var last: String? { swirl_history_last(editor).map { String(cString: $0) } }

    /// True if input is waiting that was typed or pasted before the program asked for it.
    var isInputWaiting: Bool { swirl_input_waits() != 0 }
}
