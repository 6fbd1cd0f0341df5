import CEditLine
import Foundation

/// A line editor on the terminal. Used from one thread only.
final class LineEditor {
    enum Line {
        case text(String)
        case end
        case interrupted
    }

    private let editor: OpaquePointer
    private let completer: Completer

    /// Answers Tab: told the text before the cursor, it says what to insert and what to list.
    final class Completer {
        let answer: (String) -> (insertion: String, listing: [String])

        init(_ answer: @escaping (String) -> (insertion: String, listing: [String])) {
            self.answer = answer
        }
    }

    /// `nil` when the terminal can't be used.
    init?(complete: @escaping (String) -> (insertion: String, listing: [String])) {
        swirl_use_locale()
        completer = Completer(complete)
        let context = Unmanaged.passUnretained(completer).toOpaque()
        let made = swirl_editor_new(
            "swirl",
            { context, line in
                let completer = Unmanaged<Completer>.fromOpaque(context!).takeUnretainedValue()
                let (insertion, listing) = completer.answer(String(cString: line!))
                if !listing.isEmpty {
                    let text = "\n" + listing.joined(separator: "\n") + "\n"
                    FileHandle.standardOutput.write(Data(text.utf8))
                }
                return insertion.isEmpty ? nil : strdup(insertion)
            }, context)
        guard let made else { return nil }
        editor = made
    }

    deinit { swirl_editor_free(editor) }

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

    func remember(_ cell: String) { swirl_history_add(editor, cell) }

    func loadHistory(_ path: String) { _ = swirl_history_load(editor, path) }

    func saveHistory(_ path: String) {
        try? FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        _ = swirl_history_save(editor, path)
    }
}
