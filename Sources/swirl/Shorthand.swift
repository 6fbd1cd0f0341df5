import ArgumentParser
import Foundation
import Interpreter
import Language

/// `swirl FILE` for `swirl run FILE`, and `swirl FILE.ipynb` for `swirl notebook run FILE.ipynb`.
enum Shorthand {
    /// Returns the arguments of the program. If the first one is a file, the subcommand that runs it is inserted before
    /// it.
    ///
    /// - Throws: `ValidationError` if the first argument is not an option, a subcommand or a file.
    static func expanded(_ arguments: [String]) throws -> [String] {
        guard let first = arguments.first, first == Files.standardInput || !first.hasPrefix("-") else {
            return arguments
        }
        let subcommands = Swirl.configuration.subcommands
        if subcommands.contains(where: { $0._commandName == first }) { return arguments }
        if first.hasSuffix(NotebookFiles.ending) { return ["notebook", "run"] + arguments }
        if first == Files.standardInput || first.hasSuffix(Files.recipeEnding)
            || FileManager.default.fileExists(atPath: first)
        {
            return ["run"] + arguments
        }
        let names = subcommands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
        throw ValidationError(
            "'\(first)' is neither a subcommand nor a file"
                + (names.nearest(to: first).map { "; did you mean \($0)?" }
                    ?? "; swirl --help lists the subcommands"))
    }
}
