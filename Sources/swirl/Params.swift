import ArgumentParser
import CommandKit
import Escaping
import Events
import Foundation
import Interpreter
import Persistence

/// The subcommand `swirl params FILE`: lists the parameters of a recipe, which `--set` changes. Nothing runs.
struct Params: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the parameters of a recipe: name, default and description.")

    @Argument(help: "The recipe; - is standard input.")
    var file: String

    @OptionGroup var sessionOptions: SessionOptions

    func run() async throws {
        let console = sessionOptions.console()
        let session = try sessionOptions.session(console, keepsResults: false)
        guard let parameters = session.parameters(of: try Files.source(file)) else { throw ExitCode(2) }
        if sessionOptions.json {
            let list = parameters.map { parameter -> JSON in
                [
                    "name": .text(parameter.name), "default": .text(parameter.defaultText),
                    "description": parameter.description.map { .text($0) } ?? .null,
                    "file": .text(parameter.file),
                ]
            }
            print(String(decoding: try JSONCoding.data(JSON.list(list)), as: UTF8.self))
            return
        }
        let rows = parameters.map {
            ("\($0.name) = \($0.defaultText)".inertLine, ($0.description ?? "").inertLine)
        }
        print(
            rows.isEmpty ? "no parameters" : HelpPages.table(rows).map(\.trimmingEnd).joined(separator: "\n"))
    }
}
