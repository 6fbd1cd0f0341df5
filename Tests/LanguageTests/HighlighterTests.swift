import Foundation
import Language
import Testing

@Suite struct HighlighterTests {
    /// The words that begin commands, as the parser reads them.
    private static func commands(_ statements: [Statement]) -> Set<Span> {
        var spans: Set<Span> = []
        for statement in statements {
            switch statement {
            case .command(let invocation), .binding(_, .invocation(let invocation), _):
                spans.insert(invocation.name.span)
                spans.formUnion(commands(invocation.block ?? []))
            case .background(let inner, _): spans.formUnion(commands([inner]))
            case .binding, .parameter, .include, .invalid: break
            }
        }
        return spans
    }

    @Test func `the highlighter marks the commands that the parser finds in every recipe`() throws {
        let folder = URL(fileURLWithPath: #filePath).appending(path: "../../../recipes").standardized
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)!
        var count = 0
        for case let file as URL in files where file.pathExtension == "swirl" {
            let source = Source(name: file.path, text: try String(contentsOf: file, encoding: .utf8))
            let pieces = Highlighter.pieces(source)
            let blocks = Set(
                pieces.filter { $0.kind == .keyword && ["sweep", "repeat"].contains(source.text($0.span)) }
                    .map(\.span))
            let found = Set(pieces.filter { $0.kind == .command }.map(\.span)).union(blocks)
            #expect(
                found == Self.commands(Parser.parse(source).script.statements), "\(file.lastPathComponent)")
            count += 1
        }
        #expect(count > 15)
    }

    @Test func `a statement continues after an operator and inside brackets`() {
        let source = Source(
            name: "",
            text: "let a = filter process and # why\n\n  outcome; help\nlet b = [x\n  y]\nlet c = true")
        let words = Highlighter.pieces(source).map { "\($0.kind) \(source.text($0.span))" }
        #expect(
            words == [
                "keyword let", "name a", "operator =", "command filter", "word process", "operator and",
                "comment # why", "word outcome", "punctuation ;", "command help", "keyword let", "name b",
                "operator =", "punctuation [", "word x", "word y", "punctuation ]", "keyword let", "name c",
                "operator =", "constant true",
            ])
    }
}
