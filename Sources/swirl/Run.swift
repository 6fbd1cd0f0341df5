import ArgumentParser
import Output

/// `swirl run FILE`
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run a recipe.")

    @Argument(help: "The recipe.")
    var file: String

    @Option(name: .customLong("set"), help: "Change a param of the recipe: --set name=value.")
    var settings: [String] = []

    @OptionGroup var workbench: Workbench

    func run() async throws {
        let console = workbench.console()
        let source = try Files.source(file)
        let session = try workbench.session(console)
        let ending = await Interruptible.run(session, source, try Settings.parse(settings))
        throw ExitCode(ending.status)
    }
}

/// `--set name=value`.
enum Settings {
    static func parse(_ texts: [String]) throws -> [String: String] {
        var settings: [String: String] = [:]
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw ValidationError("'--set \(text)' is not of the form name=value")
            }
            let name = String(text[..<equals])
            guard settings[name] == nil else {
                throw ValidationError("'--set \(name)' is given twice")
            }
            settings[name] = String(text[text.index(after: equals)...])
        }
        return settings
    }
}
