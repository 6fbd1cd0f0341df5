/// Notations of other languages that people type, and the form that this language uses.
enum ForeignNotation {
    /// An operator of another language.
    struct Operator {
        /// The operator as it is typed.
        let text: String
        /// The operator of this language with the same meaning.
        let meant: String

        /// The token of the operator that is meant.
        var token: Token.Kind {
            let word = meant.prefix { $0.isLetter }
            return word.isEmpty ? .symbol(meant) : .word(String(word))
        }
    }

    /// The operators, each before its own beginning.
    static let operators: [Operator] = [
        ("===", "="), ("==", "="), ("=~", "matches"), ("!==", "!="),
        ("!~", "matches, with not before the field"),
        ("&&", "and"), ("&", "and"), ("||", "or"), ("|", "or"), ("<>", "!="), ("=<", "<="), ("=>", ">="),
        (":=", "="),
        ("≠", "!="), ("≤", "<="), ("≥", ">="), ("≈", "="), ("×", "*"), ("·", "*"), ("÷", "/"), ("−", "-"),
        ("–", "-"),
        ("!", "not"), ("¬", "not"), ("∧", "and"), ("∨", "or"), ("**", "*"),
    ].map { Operator(text: $0.0, meant: $0.1) }

    /// Quotation marks other than the language's, each with its closing mark.
    static let quotes: [Unicode.Scalar: Unicode.Scalar] = [
        "'": "'", "`": "`", "“": "”", "”": "”", "„": "“", "‘": "’", "’": "’", "‚": "‘", "«": "»", "»": "«",
        "‹": "›",
        "＂": "＂",
    ]

    /// Returns the name of a character that is not seen in an editor, such as `NO-BREAK SPACE (U+00A0)`; `nil` for a
    /// visible one.
    static func name(ofInvisible scalar: Unicode.Scalar) -> String? {
        guard scalar.isInvisible else { return nil }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let name = scalar.properties.name ?? scalar.properties.nameAlias ?? "control character"
        return "\(name) (\(code))"
    }
}

extension Unicode.Scalar {
    /// True for white space other than blank, tab and line feed, and for characters without width.
    var isInvisible: Bool {
        switch self {
        case " ", "\t", "\n", "\r": return false
        default: break
        }
        if value < 0x7F { return value < 0x20 }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator: return true
        default: return properties.isDefaultIgnorableCodePoint
        }
    }
}
