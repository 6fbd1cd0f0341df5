import BigInt

/// A number with its unit, parsed from an answer: `1,200`, `-2 1/2`, `1.5 million`, `$5`, `28 percent`, `5 km`,
/// `\frac{1}{2}`, `3 × 10⁸ m/s`.
package struct Quantity: Hashable, Sendable {
    package let value: Rational
    /// The unit in a canonical spelling, such as `$` for dollars; `nil` for a bare number and for a percentage, whose
    /// value is already divided by 100.
    package let unit: String?
    /// True for a known unit, such as dollars or km. An answer may add it if the correct answer is a bare number.
    private let isCommonUnit: Bool

    /// True if the text is certainly a number: bare, or with a known unit. `2004 Summer Olympics` begins with a number
    /// but is a name.
    package var isCertain: Bool { unit == nil || isCommonUnit }

    /// Returns true if both units are abbreviations (up to 3 letters) that differ only in case, such as `MW` and `mW`.
    package func differsInCase(from other: Quantity) -> Bool {
        guard let unit, let other = other.unit, unit.count <= 3 else { return false }
        return unit != other && unit.lowercased() == other.lowercased()
    }

    /// Returns true if this answer has the same value as the correct answer `gold`. If `gold` is a bare number, the
    /// answer may add a known unit. If `gold` has a unit, the answer must have the same unit, but it may leave out a
    /// currency.
    package func states(_ gold: Quantity) -> Bool {
        guard value == gold.value else { return false }
        if unit == gold.unit { return true }
        if gold.unit == nil { return isCommonUnit }
        return unit == nil && Self.currencies.contains(gold.unit!)
    }

    /// Parses an answer.
    ///
    /// - Returns: the quantity; `nil` if the text is not exactly one number with an optional unit, or if it is
    ///   ambiguous.
    package init?(_ text: String) {
        guard text.utf8.count <= 200, text.contains(where: { $0.isNumber }) else { return nil }
        guard let notation = try? PlainNotation(Self.unwrapped(text)) else { return nil }
        var reader = Reader(notation.glyphs.map(\.character))
        guard let quantity = reader.quantity() else { return nil }
        self = quantity
    }

    fileprivate init(value: Rational, unit: String?, isCommonUnit: Bool) {
        self.value = value
        self.unit = unit
        self.isCommonUnit = isCommonUnit
    }

    /// Returns the text without a final period, quotes, bold marks, and the dollar signs of LaTeX formulas.
    private static func unwrapped(_ text: String) -> String {
        var body = text.trimmingPrefix(while: \.isWhitespace)
        while body.last?.isWhitespace == true { body = body.dropLast() }
        if body.last == "." { body = body.dropLast() }
        while body.count > 4, body.hasPrefix("**"), body.hasSuffix("**") {
            body = body.dropFirst(2).dropLast(2)
        }
        for (open, close) in [("\"", "\""), ("“", "”"), ("'", "'"), ("$", "$"), ("(", ")"), ("`", "`")] {
            guard body.count > 2, body.first == Character(open), body.last == Character(close),
                case let inside = body.dropFirst().dropLast(), !inside.contains(Character(open)),
                !inside.contains(Character(close))
            else { continue }
            body = inside
        }
        for prefix in ["US$", "USD "] where body.hasPrefix(prefix) {
            body = "$" + body.dropFirst(prefix.count)
        }
        return String(body)
    }

    // MARK: Units

    static let currencies: Set<String> = ["$", "€", "£", "¥"]

    /// The canonical unit by spelling. Single letters are not included: `m` may mean meter or million.
    private static let units: [String: String] = {
        let spellings: [(String, [String])] = [
            ("$", ["$", "dollar", "dollars", "usd", "us dollars", "us$"]),
            ("€", ["€", "euro", "euros", "eur"]),
            ("£", ["£", "gbp"]), ("¥", ["¥", "yen", "jpy"]),
            ("second", ["second", "seconds", "sec", "secs"]),
            ("minute", ["minute", "minutes", "min", "mins"]),
            ("hour", ["hour", "hours", "hr", "hrs"]), ("day", ["day", "days"]), ("week", ["week", "weeks"]),
            ("month", ["month", "months"]), ("year", ["year", "years", "yr", "yrs"]),
            ("mm", ["mm", "millimeter", "millimeters", "millimetre", "millimetres"]),
            ("cm", ["cm", "centimeter", "centimeters", "centimetre", "centimetres"]),
            ("metre", ["meter", "meters", "metre", "metres"]),
            ("km", ["km", "kilometer", "kilometers", "kilometre", "kilometres"]),
            ("inch", ["inch", "inches"]), ("foot", ["foot", "feet", "ft"]),
            ("yard", ["yard", "yards", "yd"]),
            ("mile", ["mile", "miles"]), ("gram", ["gram", "grams"]),
            ("kg", ["kg", "kilogram", "kilograms", "kilo", "kilos"]),
            ("mg", ["mg", "milligram", "milligrams"]),
            ("pound", ["pound", "pounds", "lb", "lbs"]), ("ounce", ["ounce", "ounces", "oz"]),
            ("ton", ["ton", "tons"]), ("litre", ["liter", "liters", "litre", "litres"]),
            ("ml", ["ml", "milliliter", "milliliters", "millilitre", "millilitres"]),
            ("gallon", ["gallon", "gallons"]), ("cup", ["cup", "cups"]),
            ("degree", ["°", "degree", "degrees"]),
            ("mph", ["mph", "miles per hour", "miles/hour"]),
            ("km/h", ["km/h", "kmh", "kilometers per hour", "kilometres per hour"]),
            ("square foot", ["square foot", "square feet", "sq ft", "ft^(2)"]),
            ("square metre", ["square meter", "square meters", "square metre", "square metres"]),
            ("people", ["people", "persons", "person"]),
        ]
        return Dictionary(uniqueKeysWithValues: spellings.flatMap { unit, words in words.map { ($0, unit) } })
    }()

    private static let multipliers: [String: Int] = [
        "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12,
    ]

    private static let percentWords: Set<String> = ["%", "percent", "per cent", "pct"]

    /// A parser that reads a quantity from its characters.
    private struct Reader {
        private let characters: [Character]
        private var index = 0

        init(_ characters: [Character]) { self.characters = characters }

        mutating func quantity() -> Quantity? {
            var negative = false
            var currency: String?
            var hasSign = false
            prefix: while let next = peek {
                switch next {
                case "+", "-":
                    guard !hasSign else { return nil }
                    hasSign = true
                    negative = next == "-"
                case _ where Quantity.currencies.contains(String(next)):
                    guard currency == nil else { return nil }
                    currency = String(next)
                default: break prefix
                }
                skipSpaces()
                index += 1
            }
            guard var value = magnitude() else { return nil }
            if negative { value = -value }
            var rest = unitText()
            while case let word = String(rest.prefix { $0 != " " }),
                let power = Quantity.multipliers[word.lowercased()]
            {
                value = value * Rational(BigInt(10).power(power))
                rest = String(rest.dropFirst(word.count).drop { $0 == " " })
            }
            if Quantity.percentWords.contains(rest.lowercased()) {
                guard currency == nil else { return nil }
                return Quantity(value: value / Rational(100), unit: nil, isCommonUnit: false)
            }
            // Case matters in abbreviations: MW is a megawatt, mW a milliwatt.
            let known = Quantity.units[rest] ?? (rest.count > 3 ? Quantity.units[rest.lowercased()] : nil)
            // If digits or operators follow the number, the text is not a single number.
            guard known != nil || !rest.contains(where: { $0.isNumber || "+*=<>,;:%^".contains($0) }) else {
                return nil
            }
            if let currency {
                guard rest.isEmpty || known == currency else { return nil }
                return Quantity(value: value, unit: currency, isCommonUnit: true)
            }
            guard !rest.isEmpty else { return Quantity(value: value, unit: nil, isCommonUnit: false) }
            return Quantity(value: value, unit: known ?? rest, isCommonUnit: known != nil)
        }

        /// Parses a number, a fraction or a mixed number, with an optional power of ten after it.
        private mutating func magnitude() -> Rational? {
            if peek == PlainNotation.fraction || peek == "(" { return fraction() }
            guard let first = numeral() else { return nil }
            if take("/") {
                guard let denominator = numeral()?.value ?? fraction(), !denominator.isZero else {
                    return nil
                }
                return first.value / denominator
            }
            if first.isWhole, first.value == Rational(10), peek == "^" || isAtPower { return power() }
            if first.isWhole, let fraction = properFraction() { return first.value + fraction }
            return powerOfTen(first.value)
        }

        /// Parses a number in parentheses, or a fraction of two of them: `(1)/(2)`, `\frac{-1}{2}`.
        private mutating func fraction() -> Rational? {
            let start = index
            _ = take(PlainNotation.fraction)
            guard let value = parenthesized() else {
                index = start
                return nil
            }
            guard take("/") else { return value }
            guard let bottom = numeral()?.value ?? parenthesized(), !bottom.isZero else {
                index = start
                return nil
            }
            return value / bottom
        }

        private mutating func parenthesized() -> Rational? {
            let start = index
            guard take("(") else { return nil }
            let isNegative = take("-")
            let inner = numeral()?.value ?? fraction()
            if let inner, take("/"), let bottom = numeral()?.value ?? parenthesized(), !bottom.isZero,
                take(")")
            {
                return isNegative ? -(inner / bottom) : inner / bottom
            }
            guard let inner, take(")") else {
                index = start
                return nil
            }
            return isNegative ? -inner : inner
        }

        /// Parses a fraction below one after a whole number: ` 1/2` or ` ½`.
        private mutating func properFraction() -> Rational? {
            let start = index
            if peek == PlainNotation.fraction {
                if let value = fraction(), value.magnitudeIsBelowOne, !(value < Rational(0)) { return value }
                index = start
                return nil
            }
            guard index < characters.count, characters[index].isWhitespace else { return nil }
            if let top = numeral() {
                // A vulgar fraction such as `½` is one character.
                if !top.isWhole, Numeral.vulgar[characters[index - 1]] != nil, top.value < Rational(1) {
                    return top.value
                }
                if top.isWhole, take("/"), let bottom = numeral(), bottom.isWhole, top.value < bottom.value {
                    return top.value / bottom.value
                }
            }
            index = start
            return nil
        }

        /// Parses an optional `× 10^8` after a number and multiplies the number by it.
        private mutating func powerOfTen(_ value: Rational) -> Rational? {
            let start = index
            guard take("*") || take("x") || take("X") else { return value }
            guard let ten = numeral(), ten.isWhole, ten.value == Rational(10), peek == "^" || isAtPower,
                let power = power()
            else {
                index = start
                return value
            }
            return value * power
        }

        /// Parses the exponent after a ten (`^8`, `^(-8)` or `**8`) and returns the power of ten.
        private mutating func power() -> Rational? {
            if !take("^") {
                guard take("*"), take("*") else { return nil }
            }
            let isGrouped = take("(")
            let isNegative = take("-")
            guard let exponent = numeral(), exponent.isWhole, let n = Int(String(exponent.value.numerator)),
                n <= Numeral.Limit.exponent, !isGrouped || take(")")
            else { return nil }
            return Rational(10).power(isNegative ? -n : n)
        }

        private var isAtPower: Bool {
            characters[index...].drop(while: \.isWhitespace).starts(with: "**")
        }

        private mutating func numeral() -> Numeral? {
            let start = index
            skipSpaces()
            guard let found = try? Numeral(characters[index...]) else {
                index = start
                return nil
            }
            index += found.length
            return found
        }

        private mutating func unitText() -> String {
            let text = String(characters[index...])
            let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            return words.last == "." ? String(words.dropLast()) : words
        }

        private var peek: Character? { characters[index...].first { !$0.isWhitespace } }

        private mutating func take(_ character: Character) -> Bool {
            guard peek == character else { return false }
            skipSpaces()
            index += 1
            return true
        }

        private mutating func skipSpaces() {
            while index < characters.count, characters[index].isWhitespace { index += 1 }
        }
    }
}
