import CommandKit
import Commands
import Foundation
import Store

/// The program put together: what exists, what commands work with, and where results are cached. Front ends, benchmarks
/// and tests ask here; nothing is opened before it is used.
package struct Application: Sendable {
    package let services: Services
    package let results: any ResultStore

    /// - Parameters:
    ///   - registry: what exists; all that the rooms hold unless said otherwise.
    ///   - folder: where results and tables are kept from run to run; `nil` keeps them in memory.
    package init(_ registry: Registry = Registry(), keepingIn folder: URL? = nil) {
        services = Services(registry, keepingIn: folder)
        results = folder.map { CachedResults(ArtifactStore($0), registry) } ?? InMemoryResults()
    }

    package var commands: CommandSet { services.commands }
    package static var version: String { Program.version }

    /// Help on a command or a word of the language; `nil` for anything else.
    package func help(_ name: String) -> [String]? { services.help(name) }

    /// All commands, a line each.
    package var overview: [String] { HelpPages.overview(commands.commands) }

    /// The reference page in Markdown.
    package var reference: String { HelpPages.page(commands.commands) }
}
