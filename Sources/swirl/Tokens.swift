import ArgumentParser
import Events
import Language

/// The hidden subcommand `swirl tokens FILE`: prints the tokens of a script. It serves authors of syntax highlighters
/// and the tests of the highlighters in `editors`.
struct Tokens: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the kind and text of every token of a script, one JSON object a line.",
        shouldDisplay: false)

    @Argument(help: "The path of the script whose tokens to print.")
    var file: String

    func run() throws {
        let source = try Files.source(file)
        for piece in Highlighter.pieces(source) {
            let json: JSON = ["kind": .text(piece.kind.rawValue), "text": .text(source.text(piece.span))]
            print(String(decoding: json.data, as: UTF8.self))
        }
    }
}
