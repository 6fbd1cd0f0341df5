import CommandKit

/// A command of the program. To add one, add a file to `Catalog` that declares the type; the build registers it:
///
/// ```swift
/// struct TimeCommand: CatalogCommand {
///     static let group = CommandGroup.session
///     init(_ services: Services) {}
///     // … and the requirements of ``Command``
/// }
/// ```
package protocol CatalogCommand: Command {
    /// The command's group in help and in the reference. Within a group, commands are sorted by name.
    static var group: CommandGroup { get }
    /// Creates the command.
    ///
    /// - Parameter services: the registry, tools and tables that commands share.
    init(_ services: Services)
}

/// The groups of commands, in the order in which help and the reference list them.
package enum CommandGroup: Int, Sendable {
    case data, rollout, judge, select, train, evaluate, report, session
}
