import Events
import Interpreter
import Rendering

/// What begins with a dot: it speaks to the terminal, not to the experiment, and never stands in a recipe.
struct MetaCommand {
    let name: String
    let argument: MetaArgument
    let meaning: String
    /// Runs it.
    ///
    /// - Returns: whether the session goes on.
    let run: (Repl, Line) -> Bool

    /// The line that asked for it.
    struct Line {
        /// What stands behind the word; checked against ``argument``.
        let rest: String
        let editor: LineEditor
        /// The newest entry of history before this line was typed.
        let last: String?
    }

    /// A command after which the session goes on.
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

    /// Every one with its handler; those of ``SessionWord`` are answered alike in notebooks.
    static var all: [MetaCommand] {
        [MetaCommand(".help", .none, "this list") { repl, _ in repl.help() }]
            + [
                MetaCommand(
                    name: ".edit", argument: .none,
                    meaning: "opens the last cell over lines in $EDITOR and runs what you leave there"
                ) { $0.edit($1.editor, $1.last) }
            ]
            + SessionWord.all.map { word in
                MetaCommand(word.name, .none, word.meaning) { repl, _ in
                    repl.console.show(repl.session.ask { await word.answer($0) })
                }
            }
            + [
                MetaCommand(".read", .file(isRequired: true), "runs a recipe in this session") {
                    $0.readFile($1.rest)
                },
                MetaCommand(
                    ".save", .file(isRequired: true), "writes what succeeded in this session as a recipe"
                ) { $0.save($1.rest) },
                MetaCommand(
                    ".mode", .words(Console.Mode.allCases.map(\.rawValue)), "how results are written"
                ) { repl, line in
                    if let mode = Console.Mode(rawValue: line.rest) {
                        repl.console.mode = mode
                    } else {
                        print(repl.console.mode.rawValue)
                    }
                },
                MetaCommand(
                    ".output", .file(isRequired: false),
                    "results go into a file; without one, to the screen again"
                ) { $0.redirect($1.rest) },
                MetaCommand(".time", .onOff, "says how long every cell took") { repl, line in
                    repl.toggle(\.showsTime, line.rest)
                },
                MetaCommand(".pager", .onOff, "whether long output is shown by $PAGER") { repl, line in
                    repl.toggle(\.pages, line.rest)
                    repl.applyPager()
                },
                MetaCommand(name: ".quit", argument: .none, meaning: "leaves, as Ctrl-D does") { repl, _ in
                    !repl.leaves()
                },
            ]
    }
}
