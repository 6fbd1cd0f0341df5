import BigInt

/// A parser that evaluates an arithmetic expression exactly, in the notations that people and models write.
///
/// It accepts `+ - * / ^ %` in the spellings of Unicode and LaTeX, `x` and `X` between numbers, `**`, parentheses and
/// brackets, decimals, thousands commas, exponents, fractions such as `½`, superscripts, currency signs, and square
/// roots whose values are fractions. `%` after a number divides it by 100. A name and `=` at the beginning and `=` at
/// the end are skipped: `total = 48/2 =` is `48/2`. Ambiguous notation such as `1,5` and `0x10` is rejected with a
/// message that names the unambiguous form.
///
/// ```swift
/// try ArithmeticExpression.evaluate("total = 48/2 + 10%").notation  // "24.1"
/// ```
package struct ArithmeticExpression {
    /// The reason why an expression is rejected.
    package struct EvaluationError: Error, Hashable, Sendable {
        package let message: String
        /// The position of the offending character in the text, from 1.
        package let position: Int
    }

    /// Limits that keep the cost of hostile input low.
    private enum Limit {
        static let length = 2_000
        static let depth = 100
        static let bits = 4_096
        static let exponent = 100_000
        /// The precision in bits of powers that are too long to be computed exactly; far more than is displayed.
        static let precision = 1_024
    }

    private let characters: [Character]
    /// The position of each character in the original text.
    private let positions: [Int]
    private let length: Int
    private var index = 0
    private var depth = 0
    /// True after a factor that ends in a percent sign.
    private var lastIsPercent = false

    /// Returns the exact value of an expression. It returns quickly for any input, because the size of every result is
    /// bounded before it is computed.
    ///
    /// - Throws: ``EvaluationError`` if the expression is invalid, ambiguous or too large.
    package static func evaluate(_ text: String) throws(EvaluationError) -> Rational {
        guard text.count <= Limit.length else {
            throw EvaluationError(
                message: "longer than \(Limit.length) characters", position: Limit.length + 1)
        }
        let notation: PlainNotation
        do {
            notation = try PlainNotation(text)
        } catch {
            throw EvaluationError(message: error.message, position: error.position + 1)
        }
        var parser = ArithmeticExpression(notation, length: text.count)
        return try parser.equation()
    }

    private init(_ notation: PlainNotation, length: Int) {
        characters = notation.glyphs.map(\.character)
        positions = notation.glyphs.map(\.position)
        self.length = length
    }

    // MARK: Grammar

    /// Parses an expression with an optional name and `=` before it, and an optional `=` with or without its value
    /// after it.
    private mutating func equation() throws(EvaluationError) -> Rational {
        skipName()
        _ = takeEquals()
        let value = try sum()
        while takeEquals() {
            // `48/2 = ?` is a question.
            if take(["?"]) != nil || peek == nil { break }
            let at = index
            let stated = try sum()
            guard stated == value || isRounded(stated, from: at, of: value) else {
                throw problem("the two sides of = differ: the left one is \(value.notation)", at: at)
            }
        }
        _ = take([".", ";"])
        skipSpaces()
        guard index == characters.count else { throw unexpected() }
        return value
    }

    /// Reads `=`, `==` or `≈` if it comes next.
    private mutating func takeEquals() -> Bool {
        guard take(["=", "≈"]) != nil else { return false }
        if index < characters.count, characters[index] == "=" { index += 1 }
        return true
    }

    /// Returns true if the text since `start` is one decimal number that equals `value` rounded to as many decimal
    /// places.
    private func isRounded(_ stated: Rational, from start: Int, of value: Rational) -> Bool {
        let text = String(characters[start..<index]).drop { $0.isWhitespace || "-$€£¥".contains($0) }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.joined().allSatisfy({ $0.isNumber || $0 == "," }) else { return false }
        let half = Rational(1) / Rational(2) / Rational(10).power(parts[1].count)
        return !(half < stated - value) && !(half < value - stated)
    }

    /// Skips a name at the beginning, such as `x =`, `total cost =` or `Total:`. A text with a word for an operation,
    /// such as `half`, is not a name.
    private mutating func skipName() {
        let end = characters[index...].firstIndex { $0 == "=" || $0 == "≈" || $0 == ":" } ?? characters.count
        guard end < characters.count else { return }
        let words = characters[index..<end].split(whereSeparator: \.isWhitespace).map { String($0) }
        let isName = words.allSatisfy { word in
            word.first!.isLetter && word.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
                && !Self.computing.contains(word.lowercased())
                && (words.count == 1 || word.lowercased() != "x")
        }
        guard (1...4).contains(words.count), isName else { return }
        index = characters[end] == ":" ? end + 1 : end
    }

    private static let computing: Set<String> = [
        "of", "sqrt", "times", "plus", "minus", "divided", "by", "over", "half", "third", "quarter", "double",
        "twice",
        "percent",
    ]

    private mutating func sum() throws(EvaluationError) -> Rational {
        var value = try product()
        while let sign = take(["+", "-"]) {
            let right = try product()
            value = try bounded(sign == "+" ? value + right : value - right)
        }
        return value
    }

    private mutating func product() throws(EvaluationError) -> Rational {
        var value = try signed()
        // `of` is accepted only after a percentage, a number below one, or a quotient below one: `1/2 of 10`.
        var isShare = lastIsPercent || value.magnitudeIsBelowOne
        var factors = 1
        while true {
            let start = index
            if takeWord("of") {
                guard isShare else {
                    throw problem("'of' has two readings here; write * and parentheses", at: start)
                }
                value = try bounded(value * signed())
                (isShare, factors) = (false, factors + 1)
            } else if let sign = take(["*", "x", "X", "/"]) {
                let at = index
                let isFloor = sign == "/" && index < characters.count && characters[index] == "/"
                if isFloor { index += 1 }
                let right = try signed()
                if sign == "/" {
                    guard !right.isZero else { throw problem("division by zero", at: at) }
                    value = try bounded(value / right)
                    if isFloor { value = value.floor }
                } else {
                    value = try bounded(value * right)
                }
                isShare = factors == 1 && sign == "/" && !lastIsPercent && value.magnitudeIsBelowOne
                factors += 1
            } else if peek == "(" || peek == "√" || peek == PlainNotation.fraction || isAtRoot {
                value = try bounded(value * signed())
                (isShare, factors) = (false, factors + 1)
            } else {
                return value
            }
        }
    }

    private mutating func signed() throws(EvaluationError) -> Rational {
        var negative = false
        while true {
            skipCurrency()
            guard let sign = take(["+", "-"]) else { break }
            if sign == "-" { negative.toggle() }
        }
        let value = try power()
        return negative ? -value : value
    }

    private mutating func power() throws(EvaluationError) -> Rational {
        let base = try postfix()
        guard takePower() else { return base }
        let at = index
        try descend()
        let exponent = try signed()
        depth -= 1
        // An exponent of n/2 means a square root, which is allowed if the root is a fraction.
        let isHalf = !exponent.isWhole && (exponent * Rational(2)).isWhole
        let (root, power) = isHalf ? (base.squareRoot, exponent * Rational(2)) : (base, exponent)
        guard let base = root, power.isWhole, power.numerator.magnitude <= Limit.exponent else {
            throw problem("the exponent must be a whole number of at most \(Limit.exponent)", at: at)
        }
        let n = Int(power.numerator)
        guard n >= 0 || !base.isZero else { throw problem("division by zero", at: at) }
        if base.bitWidth * abs(n) <= Limit.bits * 2 || base.isUnit { return base.power(n) }
        guard abs(base.magnitudeBits) * abs(n) <= Limit.bits, base.bitWidth <= Limit.precision else {
            throw problem("the power has too many digits", at: at)
        }
        return base.power(n, toBits: Limit.precision)
    }

    private mutating func postfix() throws(EvaluationError) -> Rational {
        var value = try primary()
        lastIsPercent = false
        while true {
            let isSpaced = index < characters.count && characters[index].isWhitespace
            if take(["%"]) != nil || takeWord("percent") {
                value = try bounded(value / Rational(100))
                lastIsPercent = true
                // The same notation can mean a remainder.
                if let next = peek,
                    next.isNumber || next == "(" || next.isLetter && !"xXo".contains(next)
                        || isSpaced && "+-".contains(next) && isAttachedSign
                {
                    throw problem("% has two readings here; write * 0.01 for a share")
                }
            } else if let next = peek, Self.currency.contains(next) {
                skipSpaces()
                index += 1
            } else {
                return value
            }
        }
    }

    private static let currency: Set<Character> = ["$", "€", "£", "¥"]

    private mutating func skipCurrency() {
        while let next = peek, Self.currency.contains(next) {
            skipSpaces()
            index += 1
        }
    }

    /// True if a number follows the next sign without a space: `50% -3`.
    private var isAttachedSign: Bool {
        guard let at = characters[index...].firstIndex(where: { !$0.isWhitespace }) else { return false }
        return at + 1 < characters.count && characters[at + 1].isNumber
    }

    private mutating func primary() throws(EvaluationError) -> Rational {
        skipSpaces()
        if take([PlainNotation.fraction]) != nil {
            _ = take(["("])
            try descend()
            let value = try closing()
            depth -= 1
            return value
        }
        if takeRoot() {
            let at = index
            try descend()
            skipSpaces()
            let value = take(["("]) != nil ? try closing() : try number()
            depth -= 1
            guard value.bitWidth <= Limit.bits, let root = value.squareRoot else {
                throw problem("this square root is no fraction; write it as a decimal number", at: at)
            }
            return root
        }
        if take(["("]) != nil {
            try descend()
            let value = try closing()
            depth -= 1
            return value
        }
        return try number()
    }

    /// Parses the rest of a group after its opening parenthesis.
    private mutating func closing() throws(EvaluationError) -> Rational {
        let value = try sum()
        guard take([")"]) != nil else {
            if peek == nil { throw problem("a parenthesis is not closed") }
            throw unexpected()
        }
        return value
    }

    private mutating func number() throws(EvaluationError) -> Rational {
        skipSpaces()
        do {
            guard let numeral = try Numeral(characters[index...]) else {
                guard index < characters.count else { throw problem("the expression ends too early") }
                if characters[index].isLetter { throw unexpected() }
                throw problem("a number is missing before '\(characters[index])'")
            }
            index += numeral.length
            // `1\frac{1}{2}` is one and a half.
            if numeral.isWhole, peek == PlainNotation.fraction {
                let at = index
                let fraction = try primary()
                guard fraction.magnitudeIsBelowOne else {
                    throw problem("a fraction behind a number has two readings; write + or *", at: at)
                }
                return try bounded(numeral.value + fraction)
            }
            return try bounded(numeral.value)
        } catch let refusal as Numeral.Refusal {
            throw problem(refusal.message, at: index + refusal.offset)
        } catch let problem as EvaluationError {
            throw problem
        } catch {
            preconditionFailure("numerals throw refusals")
        }
    }

    // MARK: Bounds and problems

    private mutating func descend() throws(EvaluationError) {
        depth += 1
        guard depth <= Limit.depth else {
            throw problem("nested deeper than \(Limit.depth) levels")
        }
    }

    private func bounded(_ value: Rational) throws(EvaluationError) -> Rational {
        guard value.bitWidth <= Limit.bits * 2 else { throw problem("the number has too many digits") }
        return value
    }

    /// Returns the problem that the next character is not allowed here, with advice on what to write instead.
    private func unexpected() -> EvaluationError {
        let character = characters[index]
        let word = String(characters[index...].prefix { $0.isLetter })
        switch character {
        case _ where !word.isEmpty:
            return problem("'\(word)' is no number; leave words and units out")
        case _ where character.isNumber:
            return problem("an operator is missing before '\(character)'")
        case ",": return problem("a comma that separates no thousands has two readings; write 1.5 or 1500")
        case ":": return problem("':' has two readings; write / to divide")
        case "!": return problem("factorials are not computed; write the product")
        default: return problem("unexpected '\(character)'")
        }
    }

    private func problem(_ message: String, at place: Int? = nil) -> EvaluationError {
        let place = place ?? index
        return EvaluationError(
            message: message, position: (place < positions.count ? positions[place] : length) + 1)
    }

    // MARK: Characters

    private var peek: Character? {
        var at = index
        while at < characters.count, characters[at].isWhitespace { at += 1 }
        return at < characters.count ? characters[at] : nil
    }

    private mutating func take(_ accepted: Set<Character>) -> Character? {
        guard let next = peek, accepted.contains(next) else { return nil }
        if next == "*", followsStar() { return nil }
        skipSpaces()
        index += 1
        return next
    }

    private mutating func takePower() -> Bool {
        if take(["^"]) != nil { return true }
        guard peek == "*", followsStar() else { return false }
        skipSpaces()
        index += 2
        return true
    }

    private func followsStar() -> Bool {
        guard let at = characters[index...].firstIndex(where: { !$0.isWhitespace }) else {
            return false
        }
        return at + 1 < characters.count && characters[at] == "*" && characters[at + 1] == "*"
    }

    private var isAtRoot: Bool {
        var copy = self
        return copy.takeRoot()
    }

    private mutating func takeRoot() -> Bool { take(["√"]) != nil || takeWord("sqrt") }

    private mutating func takeWord(_ word: String) -> Bool {
        let start = characters[index...].firstIndex { !$0.isWhitespace } ?? characters.count
        let end = start + word.count
        guard end <= characters.count, String(characters[start..<end]).lowercased() == word,
            end == characters.count || !characters[end].isLetter
        else { return false }
        index = end
        return true
    }

    private mutating func skipSpaces() {
        while index < characters.count, characters[index].isWhitespace { index += 1 }
    }
}
