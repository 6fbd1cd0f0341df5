import ArgumentParser
import Events
import Foundation
import Interpreter
import Language

/// The subcommand `swirl fmt FILE…`: formats recipes in place. With `--check`, the exit status is 2 if a recipe is not
/// formatted.
struct Format: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt", abstract: "Format recipes in place.")

    @Argument(help: "The recipes.")
    var files: [String]

    @Flag(help: "Change nothing; fail if anything would be changed.")
    var check = false

    @OptionGroup var sessionOptions: SessionOptions

    func run() async throws {
        let console = sessionOptions.console()
        var status: Int32 = 0
        for file in files {
            let source = try Files.source(file)
            let formatted: String
            do {
                formatted = try Formatter.format(source)
            } catch {
                for diagnostic in error.diagnostics {
                    console.show(.diagnostic(DiagnosticRecord(diagnostic)))
                }
                status = 2
                continue
            }
            guard formatted != source.text else { continue }
            if check {
                console.show(.warning("\(file) is not formatted; run: swirl fmt \(file)"))
                status = max(status, 2)
            } else {
                try Data(formatted.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
            }
        }
        if status != 0 { throw ExitCode(status) }
    }
}
