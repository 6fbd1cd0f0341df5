/// An expression in plain ASCII notation: operators of Unicode and LaTeX, full-width characters and superscripts become
/// `+ - * / ^ ( ) %` and digits.
///
/// Example: `\frac{3}{4} × 2²` becomes `((3)/(4)) * 2^(2)`, with the mark ``fraction`` before the fraction. Invisible
/// characters are removed.
struct PlainNotation {
    /// A character with its position in the original text, from 0.
    struct Glyph {
        let character: Character
        let position: Int
    }

    private(set) var glyphs: [Glyph] = []

    /// A mark before a fraction in LaTeX (a private-use character). After a whole number, such a fraction forms a mixed
    /// number: `1\frac{1}{2}` is 1.5, whereas `1(1/2)` is a product.
    static let fraction: Character = "\u{E000}"

    /// The reason why a text can't be normalized, such as an unknown LaTeX command.
    struct Unreadable: Error {
        let message: String
        let position: Int
    }

    private let source: [Character]
    private var depth = 0
    /// The maximum depth of the recursion.
    private static let deepest = 100

    /// Normalizes a text.
    ///
    /// - Throws: ``Unreadable`` if the text has an unknown LaTeX command, an open brace, or too many nested groups.
    init(_ text: String) throws(Unreadable) {
        source = Array(text)
        var index = 0
        while index < source.count { try read(&index) }
    }

    private mutating func add(_ text: some StringProtocol, at position: Int) {
        for character in text { glyphs.append(Glyph(character: character, position: position)) }
    }

    private mutating func read(_ index: inout Int) throws(Unreadable) {
        let start = index
        let character = source[index]
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw Unreadable(message: "nested deeper than \(Self.deepest) levels", position: start)
        }
        if character == "\\" {
            try command(&index)
        } else if let digits = superscript(&index) {
            add("^(\(digits))", at: start)
        } else {
            // A comma in braces is a thousands separator in LaTeX.
            if character == "{", index + 2 < source.count, source[index + 1] == ",", source[index + 2] == "}"
            {
                add(",", at: index)
                index += 3
                return
            }
            guard character == "{" else {
                add(Self.plain(character), at: index)
                index += 1
                return
            }
            add("(", at: index)
            try group(&index)
            add(")", at: index - 1)
        }
    }

    /// Returns the plain spelling of a character.
    static func plain(_ character: Character) -> String {
        guard !character.isASCII else {
            return switch character {
            case "[": "("
            case "]", "}": ")"
            default: String(character)
            }
        }
        switch character {
        case "−", "–", "—", "‐", "‑", "‒", "﹣", "－", "➖": return "-"
        case "＋", "﹢", "➕": return "+"
        case "×", "·", "⋅", "∙", "•", "∗", "✕", "✖", "⨯", "＊", "✖️": return "*"
        case "÷", "∕", "⁄", "／", "➗": return "/"
        case "％", "﹪": return "%"
        case "＄", "﹩": return "$"
        case "（", "【", "［": return "("
        case "）", "】", "］": return ")"
        case "＝": return "="
        case "．": return "."
        case "，": return ","
        case fraction: return "?"
        default:
            // Full-width digits.
            if let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1,
                (0xFF10...0xFF19).contains(scalar.value)
            {
                return String(Unicode.Scalar(UInt8(scalar.value - 0xFF10 + 0x30)))
            }
            if character.isWhitespace { return " " }
            let isInvisible = character.unicodeScalars.allSatisfy { $0.properties.generalCategory == .format }
            return isInvisible ? "" : String(character)
        }
    }

    private static let superscripts: [Character: Character] = [
        "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9",
        "⁻": "-", "⁺": "+",
    ]

    private func superscript(_ index: inout Int) -> String? {
        let run = source[index...].prefix { Self.superscripts[$0] != nil }
        guard !run.isEmpty else { return nil }
        index += run.count
        return String(run.map { Self.superscripts[$0]! })
    }

    // MARK: LaTeX

    private static let commands: [String: String] = [
        "times": "*", "cdot": "*", "ast": "*", "div": "/", "left": " ", "right": " ", "quad": " ",
        "qquad": " ",
        "sqrt": "sqrt", "displaystyle": " ", "bigl": " ", "bigr": " ", "Bigl": " ", "Bigr": " ",
    ]
    private static let symbols: [Character: String] = [
        "%": "%", "$": "$", ",": " ", ";": " ", ":": " ", "!": " ", " ": " ", "(": "(", ")": ")", "[": "(",
        "]": ")", "{": "(", "}": ")",
    ]

    private mutating func command(_ index: inout Int) throws(Unreadable) {
        let start = index
        index += 1
        guard index < source.count else {
            throw Unreadable(message: "a backslash stands alone", position: start)
        }
        if let symbol = Self.symbols[source[index]] {
            // In `5,\!000`, the negative thin space is dropped, so that the comma separates thousands.
            if source[index] != "!" || glyphs.last?.character != "," { add(symbol, at: start) }
            index += 1
            return
        }
        let name = String(source[index...].prefix { $0.isASCII && $0.isLetter })
        index += name.count
        switch name {
        case "frac", "dfrac", "tfrac":
            glyphs.append(Glyph(character: Self.fraction, position: start))
            add("((", at: start)
            try argument(&index, of: name)
            add(")/(", at: start)
            try argument(&index, of: name)
            add("))", at: start)
        case "boxed", "text", "mathrm", "mathbf":
            // The command only formats its argument.
            add(" ", at: start)
            try argument(&index, of: name)
        default:
            guard let plain = Self.commands[name] else {
                throw Unreadable(
                    message: "\\\(name) is not known here; write + - * / ^ ( )", position: start)
            }
            if name == "sqrt", index < source.count, source[index] == "[" {
                throw Unreadable(
                    message: "only square roots are computed; write the power, such as 8^(1/3), as a number",
                    position: start)
            }
            add(plain, at: start)
        }
    }

    /// Reads an argument: a group in braces, or one character, so that `\frac12` is a half.
    private mutating func argument(_ index: inout Int, of name: String) throws(Unreadable) {
        while index < source.count, source[index].isWhitespace { index += 1 }
        guard index < source.count else {
            throw Unreadable(message: "\\\(name) lacks an argument", position: index)
        }
        if source[index] == "{" { try group(&index) } else { try read(&index) }
    }

    /// Reads a group in braces.
    private mutating func group(_ index: inout Int) throws(Unreadable) {
        let start = index
        index += 1
        while index < source.count, source[index] != "}" { try read(&index) }
        guard index < source.count else {
            throw Unreadable(message: "a brace is not closed", position: start)
        }
        index += 1
    }
}
