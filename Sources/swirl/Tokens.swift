import ArgumentParser
import Events
import Language

/// `swirl tokens FILE`, for authors of syntax highlighters and for the tests of the ones in this repository.
struct Tokens: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the kind and text of every token of a script, one JSON object a line.",
        shouldDisplay: false)

    @Argument(help: "The script.")
    var file: String

    func run() throws {
        let source = try Files.source(file)
        for piece in Highlighter.pieces(source) {
            let json: JSON = ["kind": .text(piece.kind.rawValue), "text": .text(source.text(piece.span))]
            print(String(decoding: json.data, as: UTF8.self))
        }
    }
}
