import CommandKit
import Commands
import Foundation
import Store

/// The assembled program: the registry, the services that commands use, and the store of cached results.
///
/// Front ends, benchmarks and tests start from here. Files are opened on first use.
package struct Application: Sendable {
    package let services: Services
    package let results: any ResultStore

    /// - Parameters:
    ///   - registry: the available commands, judges, data sets and so on; by default all of the program.
    ///   - folder: the folder where results and tables persist between runs; `nil` keeps them in memory.
    package init(_ registry: Registry = Registry(), keepingIn folder: URL? = nil) {
        services = Services(registry, keepingIn: folder)
        results = folder.map { CachedResults(ArtifactStore($0), registry) } ?? InMemoryResults()
    }

    package var commands: CommandSet { services.commands }
    package static var version: String { Program.version }

    /// Returns the help on a command or a word of the language; `nil` for anything else.
    package func help(_ name: String) -> [String]? { services.help(name) }

    /// The list of all commands, one line each.
    package var overview: [String] { HelpPages.overview(commands.commands) }

    /// The reference page in Markdown.
    package var reference: String { HelpPages.page(commands.commands) }
}
