import BigInt

/// Exact arithmetic on an expression in plain notation.
///
/// `+ - * / ^ %` with × ÷ − x and ** as other spellings, parentheses, decimals, thousands commas
/// and currency signs. `%` behind a number is a hundredth of it.
package struct Expression {
    /// What is wrong with an expression, and at which character (from 1).
    package struct Problem: Error, Hashable, Sendable {
        package let message: String
        package let position: Int
    }

    /// Bounds that keep hostile input cheap.
    private enum Limit {
        static let length = 2_000
        static let depth = 100
        static let bits = 4_096
        static let exponent = 1_024
    }

    private let characters: [Character]
    private var index = 0
    private var depth = 0

    /// The value of `text`.
    ///
    /// - Throws: ``Problem`` at once, whatever the input: nothing is computed before its size is known.
    package static func evaluate(_ text: String) throws -> Rational {
        var parser = Expression(characters: Array(text))
        guard parser.characters.count <= Limit.length else {
            throw Problem(
                message: "longer than \(Limit.length) characters", position: Limit.length + 1)
        }
        let value = try parser.sum()
        parser.skipSpaces()
        guard parser.index == parser.characters.count else {
            throw parser.problem("unexpected '\(parser.characters[parser.index])'")
        }
        return value
    }

    private init(characters: [Character]) {
        self.characters = characters
    }

    private mutating func sum() throws -> Rational {
        var value = try product()
        while let sign = take(["+", "-", "−", "–"]) {
            let right = try product()
            value = try bounded(sign == "+" ? value + right : value - right)
        }
        return value
    }

    private mutating func product() throws -> Rational {
        var value = try signed()
        while true {
            if let sign = take(["*", "×", "x", "·", "/", "÷"]) {
                let at = index
                let right = try signed()
                if sign == "/" || sign == "÷" {
                    guard !right.isZero else { throw problem("division by zero", at: at) }
                    value = try bounded(value / right)
                } else {
                    value = try bounded(value * right)
                }
            } else if peek == "(" {
                value = try bounded(value * signed())
            } else {
                return value
            }
        }
    }

    private mutating func signed() throws -> Rational {
        var negative = false
        while let sign = take(["+", "-", "−"]) {
            if sign != "+" { negative.toggle() }
        }
        let value = try power()
        return negative ? Rational(0) - value : value
    }

    private mutating func power() throws -> Rational {
        let base = try postfix()
        guard takePower() else { return base }
        let at = index
        try descend()
        let exponent = try signed()
        depth -= 1
        guard exponent.denominator == 1, exponent.numerator.magnitude <= Limit.exponent else {
            throw problem("the exponent must be a whole number of at most \(Limit.exponent)", at: at)
        }
        let n = Int(exponent.numerator)
        guard base.bitWidth * abs(n) <= Limit.bits * 2 else {
            throw problem("the power has too many digits", at: at)
        }
        guard n >= 0 || !base.isZero else { throw problem("division by zero", at: at) }
        let raised = Rational(base.numerator.power(abs(n)), base.denominator.power(abs(n)))
        return n < 0 ? Rational(1) / raised : raised
    }

    private mutating func postfix() throws -> Rational {
        var value = try primary()
        while take(["%"]) != nil { value = value / Rational(100) }
        return value
    }

    private mutating func primary() throws -> Rational {
        skipSpaces()
        while index < characters.count, "$€£¥".contains(characters[index]) { index += 1 }
        if take(["("]) != nil {
            try descend()
            let value = try sum()
            guard take([")"]) != nil else { throw problem("a parenthesis is not closed") }
            depth -= 1
            return value
        }
        return try number()
    }

    private mutating func number() throws -> Rational {
        skipSpaces()
        let start = index
        var digits = ""
        var places: Int?
        while index < characters.count {
            let character = characters[index]
            if character.isASCII, character.isNumber {
                digits.append(character)
                if let before = places { places = before + 1 }
            } else if character == ".", places == nil {
                places = 0
            } else if character != "," || digits.isEmpty || places != nil || !thousandsFollow() {
                break
            }
            index += 1
        }
        guard let whole = BigInt(digits) else {
            index = start
            guard index < characters.count else { throw problem("the expression ends too early") }
            throw problem("a number is missing before '\(characters[index])'")
        }
        return try bounded(Rational(whole, BigInt(10).power(places ?? 0)))
    }

    /// Whether a comma at `index` separates thousands.
    private func thousandsFollow() -> Bool {
        let next = characters[(index + 1)...].prefix(4)
        let digits = next.prefix(3)
        return digits.count == 3 && digits.allSatisfy { $0.isASCII && $0.isNumber }
            && !(next.count == 4 && next.last!.isNumber)
    }

    private mutating func descend() throws {
        depth += 1
        guard depth <= Limit.depth else {
            throw problem("nested deeper than \(Limit.depth) levels")
        }
    }

    private func bounded(_ value: Rational) throws -> Rational {
        guard value.bitWidth <= Limit.bits * 2 else { throw problem("the number has too many digits") }
        return value
    }

    private var peek: Character? {
        var at = index
        while at < characters.count, characters[at].isWhitespace { at += 1 }
        return at < characters.count ? characters[at] : nil
    }

    private mutating func take(_ accepted: [Character]) -> Character? {
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

    private mutating func skipSpaces() {
        while index < characters.count, characters[index].isWhitespace { index += 1 }
    }

    private func problem(_ message: String, at position: Int? = nil) -> Problem {
        Problem(message: message, position: (position ?? index) + 1)
    }
}
