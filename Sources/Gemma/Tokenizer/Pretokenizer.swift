extension Tokenizer {
    /// A rule that splits text into pieces. Tokens never extend over two pieces.
    package enum Pretokenizer: Hashable, Sendable {
        /// A piece begins at every `▁`.
        case words
        /// A piece ends with every space.
        case spaces
        /// Every punctuation character is a piece of its own.
        case punctuation
        /// Every digit is a piece of its own.
        case digits
        /// Pieces are separated by white space, which is dropped: ` a  b` has the pieces `a` and `b`.
        case whitespace
        /// Like ``whitespace``, but runs of letters and digits are also separated from runs of symbols: `a+b` has the
        /// pieces `a`, `+` and `b`.
        case wordsAndSymbols
    }
}

extension Tokenizer.Pretokenizer {
    func split(_ piece: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var pieces: [[Unicode.Scalar]] = []
        var current: [Unicode.Scalar] = []
        func cut() {
            if !current.isEmpty { pieces.append(current) }
            current = []
        }
        for scalar in piece {
            switch self {
            case .words:
                if scalar == Tokenizer.space { cut() }
                current.append(scalar)
            case .spaces:
                current.append(scalar)
                if scalar == " " { cut() }
            case .whitespace where scalar.properties.isWhitespace: cut()
            case .whitespace: current.append(scalar)
            case .wordsAndSymbols where scalar.properties.isWhitespace: cut()
            case .wordsAndSymbols:
                if let last = current.last, Self.isWord(last) != Self.isWord(scalar) { cut() }
                current.append(scalar)
            case .punctuation where Self.isPunctuation(scalar), .digits where Self.isDigit(scalar):
                cut()
                pieces.append([scalar])
            case .punctuation, .digits:
                current.append(scalar)
            }
        }
        cut()
        return pieces
    }

    /// Returns true for ASCII punctuation and symbols, and for Unicode's general category P.
    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }

    /// Returns true if `\w` in a regular expression matches the scalar.
    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        if properties.isAlphabetic || properties.isJoinControl { return true }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
        default: return false
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }
}
