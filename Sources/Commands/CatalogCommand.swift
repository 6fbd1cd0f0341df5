import CommandKit

/// A command of the catalog: one file in `Catalog`, which the build finds.
package protocol CatalogCommand: Command {
    /// Its place in help and in the reference; within a group commands go by name.
    static var group: CommandGroup { get }
    init(_ services: Services)
}

/// The order in which a reader meets the commands.
package enum CommandGroup: Int, Sendable {
    case data, rollout, judge, select, train, evaluate, report, session
}
