import CommandKit

/// A command of the catalog. Each command is one file in `Catalog`; the build finds it.
package protocol CatalogCommand: Command {
    /// The command's group in help and in the reference. Within a group, commands are sorted by name.
    static var group: CommandGroup { get }
    init(_ services: Services)
}

/// The groups of commands, in the order in which help and the reference list them.
package enum CommandGroup: Int, Sendable {
    case data, rollout, judge, select, train, evaluate, report, session
}
