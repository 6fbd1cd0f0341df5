/// The kind of argument that a meta-command takes.
enum MetaArgument {
    case none
    case file(isRequired: Bool)
    /// One of these words. Without a word, the command prints the current setting.
    case words([String])

    static let onOff = MetaArgument.words(["on", "off"])

    var isFile: Bool { if case .file = self { true } else { false } }
    var words: [String] { if case .words(let words) = self { words } else { [] } }

    /// The argument in a usage line, such as ` FILE` or ` on|off`.
    var text: String {
        switch self {
        case .none: ""
        case .file(true): " FILE"
        case .file(false): " [FILE]"
        case .words(let words): " " + words.joined(separator: "|")
        }
    }
}
