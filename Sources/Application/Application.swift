import CommandKit
import Commands
import Foundation
import Store

/// The assembled program: the registry, the services that commands use, and the store of cached results. Front ends,
/// benchmarks and tests start from it.
///
/// ```swift
/// let application = Application()  // caches results in memory only
/// print(application.help("rollout")?.joined(separator: "\n") ?? "")
/// ```
package struct Application: Sendable {
    package let services: Services
    package let results: any ResultStore

    /// Assembles the program. Files are opened on first use.
    ///
    /// - Parameters:
    ///   - registry: the available commands, judges, data sets and so on; by default all that the program contains.
    ///   - folder: the folder in which results and tables persist between runs; `nil` to hold them in memory only.
    package init(_ registry: Registry = Registry(), keepingIn folder: URL? = nil) {
        services = Services(registry, keepingIn: folder)
        results = folder.map { CachedResults(ArtifactStore($0), registry) } ?? InMemoryResults()
    }

    package var commands: CommandSet { services.commands }
    package static var version: String { Program.version }

    /// Returns the help on a command or a word of the language; `nil` for anything else.
    package func help(_ name: String) -> [String]? { services.help(name) }

    /// The help's list of all commands, one line each.
    package var overview: [String] { HelpPages.overview(commands.commands) }

    /// The text of docs/reference.md: all commands, words and failure codes, in Markdown.
    package var reference: String { HelpPages.page(commands.commands) }
}
