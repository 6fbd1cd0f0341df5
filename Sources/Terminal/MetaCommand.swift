import Events
import Interpreter
import Rendering

/// What begins with a dot: it speaks to the terminal, not to the experiment, and never stands in a recipe.
struct MetaCommand {
    /// What may stand behind it.
    enum Argument {
        case none
        case file(isRequired: Bool)
        /// One of these, or nothing to be told how it stands.
        case words([String])

        var isFile: Bool { if case .file = self { true } else { false } }
        var words: [String] { if case .words(let words) = self { words } else { [] } }

        var text: String {
            switch self {
            case .none: ""
            case .file(true): " FILE"
            case .file(false): " [FILE]"
            case .words(let words): " " + words.joined(separator: "|")
            }
        }
    }

    let name: String
    let argument: Argument
    let meaning: String

    static let all = [
        MetaCommand(name: ".help", argument: .none, meaning: "this list"),
        MetaCommand(
            name: ".edit", argument: .none,
            meaning: "opens the last cell over lines in $EDITOR and runs what you leave there"),
        MetaCommand(
            name: ".cells", argument: .none,
            meaning: Session.cellsMeaning),
        MetaCommand(
            name: ".read", argument: .file(isRequired: true), meaning: "runs a recipe in this session"),
        MetaCommand(
            name: ".save", argument: .file(isRequired: true),
            meaning: "writes what succeeded in this session as a recipe"),
        MetaCommand(
            name: ".mode", argument: .words(Console.Mode.allCases.map(\.rawValue)),
            meaning: "how results are written"),
        MetaCommand(
            name: ".output", argument: .file(isRequired: false),
            meaning: "results go into a file; without one, to the screen again"),
        MetaCommand(
            name: ".time", argument: .words(["on", "off"]), meaning: "says how long every cell took"),
        MetaCommand(
            name: ".pager", argument: .words(["on", "off"]), meaning: "whether long output is shown by $PAGER"
        ),
        MetaCommand(name: ".quit", argument: .none, meaning: "leaves, as Ctrl-D does"),
    ]
}

/// Words that watch what runs beside the session; they stand at the beginning of a line.
struct TerminalWord {
    let name: String
    let argument: String
    let meaning: String
    /// How many words may follow; more belong to the language.
    private let most: Int

    func takes(_ count: Int) -> Bool { count <= most }

    /// A word of the language too: a recipe runs the statement in its place.
    static let background = TerminalWord(
        name: "background", argument: " STATEMENT", meaning: "runs a statement beside the session", most: -1)
    static let jobs = TerminalWord(
        name: "jobs", argument: "", meaning: "what runs beside the session, and what has ended", most: 0)
    static let wait = TerminalWord(
        name: "wait", argument: " [N]", meaning: "waits for job N, or for all; Ctrl-C stops waiting", most: 1)
    static let stop = TerminalWord(name: "stop", argument: " N", meaning: "interrupts job N", most: 1)
    static let tour = TerminalWord(
        name: "tour", argument: "", meaning: "a first result within a minute, step by step", most: 0)

    static let all = [background, jobs, wait, stop, tour]
}
