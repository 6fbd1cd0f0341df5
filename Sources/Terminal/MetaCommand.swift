import Events
import Interpreter
import Rendering

/// A command that begins with a dot, such as `.save`. It controls the terminal, not the experiment, and is never part
/// of a recipe.
struct MetaCommand {
    let name: String
    let argument: MetaArgument
    let meaning: String
    /// Runs the command.
    ///
    /// - Returns: true if the session continues.
    let run: (Repl, Line) -> Bool

    /// The input line that invokes a command.
    struct Line {
        /// The text after the command's name, already checked against ``argument``.
        let rest: String
        let editor: LineEditor
    }

    /// Creates a command after which the session continues.
    private init(
        _ name: String, _ argument: MetaArgument, _ meaning: String,
        _ work: @escaping (Repl, Line) -> Void
    ) {
        self.init(name: name, argument: argument, meaning: meaning) { repl, line in
            work(repl, line)
            return true
        }
    }

    private init(name: String, argument: MetaArgument, meaning: String, run: @escaping (Repl, Line) -> Bool) {
        self.name = name
        self.argument = argument
        self.meaning = meaning
        self.run = run
    }

    /// All meta-commands with their handlers. Those from ``SessionMetaCommand`` also work in notebooks.
    static var all: [MetaCommand] {
        [MetaCommand(".help", .none, "shows this list") { repl, _ in repl.help() }]
            + [
                MetaCommand(
                    name: ".edit", argument: .none,
                    meaning: "opens the last cell in $VISUAL or $EDITOR and runs the edited text"
                ) { $0.edit($1.editor) }
            ]
            + SessionMetaCommand.all.map { word in
                MetaCommand(word.name, .none, word.meaning) { repl, _ in
                    repl.console.show(repl.session.ask { await word.answer($0) })
                }
            }
            + [
                MetaCommand(".read", .file(isRequired: true), "runs a recipe in this session") {
                    $0.readFile($1.rest)
                },
                MetaCommand(
                    ".save", .file(isRequired: true),
                    "writes this session's successful statements as a recipe; with $name behind FILE only what that value needs"
                ) { $0.save($1.rest) },
                MetaCommand(
                    ".mode", .words(Console.Mode.allCases.map(\.rawValue)),
                    "shows or sets the format of results"
                ) { repl, line in
                    if let mode = Console.Mode(rawValue: line.rest) {
                        repl.console.mode = mode
                    } else {
                        print(repl.console.mode.rawValue)
                    }
                },
                MetaCommand(
                    ".output", .file(isRequired: false),
                    "sends results to a file; without FILE, to the screen again"
                ) { $0.redirect($1.rest) },
                MetaCommand(".time", .onOff, "shows or hides how long each cell took") { repl, line in
                    repl.toggle(\.showsTime, line.rest)
                },
                MetaCommand(".pager", .onOff, "turns paging of long output by $PAGER on or off") {
                    repl, line in
                    repl.toggle(\.pages, line.rest)
                    repl.applyPager()
                },
                MetaCommand(name: ".quit", argument: .none, meaning: "leaves, as Ctrl-D does") { repl, _ in
                    !repl.leaves()
                },
            ]
    }
}
