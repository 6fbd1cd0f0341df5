import ArgumentParser
import Events

/// The subcommand `swirl check FILE…`: checks recipes without running them. The exit status is 2 if one has errors.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check recipes without running them.")

    @Argument(help: "The recipes.")
    var files: [String]

    @OptionGroup var sessionOptions: SessionOptions

    func validate() throws {
        if files.isEmpty { throw ValidationError("name at least one recipe") }
    }

    func run() async throws {
        let console = sessionOptions.console()
        var failed = 0
        for file in files {
            let session = try sessionOptions.session(console, keepsResults: false)
            if await !session.check(try Files.source(file)) { failed += 1 }
        }
        let text = "\(files.count - failed) of \(files.count) recipes are valid"
        console.show(
            .value(
                .init(
                    type: "check",
                    fields: [
                        .init("recipes", .number(Double(files.count))),
                        .init("failed", .number(Double(failed))),
                    ], lines: [text])))
        if failed > 0 { throw ExitCode(2) }
    }
}
