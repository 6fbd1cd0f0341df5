/// What may stand behind a meta-command.
enum MetaArgument {
    case none
    case file(isRequired: Bool)
    /// One of these, or nothing to be told how it stands.
    case words([String])

    static let onOff = MetaArgument.words(["on", "off"])

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
