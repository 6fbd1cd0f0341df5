import Events
import Foundation
import Rendering
import Synchronization
import Testing

/// Results in the mode and place that were asked for.
@Suite struct ConsoleTests {
    private static let table = Event.table(
        Table(name: "counts", columns: ["world", "n"], rows: [[.text("a"), .number(3)]], notes: ["a note"]))
    private static let value = Event.value(
        .init(type: "v", fields: [], lines: [StyledLine("good news", .good)]))

    private func written(_ mode: Console.Mode, _ events: [Event]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "console-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data().write(to: file)
        let console = Console(
            .init(isJSON: false, isInteractive: false, hasColor: true, hasOutputColor: true))
        console.mode = mode
        console.redirect(to: try FileHandle(forWritingTo: file))
        console.show(events)
        console.redirect(to: nil)
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test func `values and tables are written in every output mode, without colours in a file`() throws {
        let events = [Self.value, Self.table]
        #expect(
            try written(.table, events) == "good news\ncounts\nworld  n\n─────  ─\na      3\na note\n")
        #expect(try written(.csv, [Self.table]).split(whereSeparator: \.isNewline) == ["world,n", "a,3"])
        let markdown = try written(.markdown, events)
        #expect(markdown.contains("```\ngood news\n```") && markdown.contains("| a | 3 |"))
        let json = try written(.json, events).split(separator: "\n")
        #expect(json.count == 2)
        for line in json {
            #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any])
        }
    }

    @Test func `consecutive outputs are paged together`() {
        let console = Console(.init(isJSON: false, isInteractive: false, hasColor: false))
        let pages = Pages()
        console.page { lines in
            pages.add(lines)
            return true
        }
        console.show([Self.value, Self.value, Self.table])
        #expect(pages.all.map(\.count) == [7])
    }

    private final class Pages: Sendable {
        private let kept = Mutex([[String]]())
        var all: [[String]] { kept.withLock { $0 } }
        func add(_ lines: [String]) { kept.withLock { $0.append(lines) } }
    }
}
