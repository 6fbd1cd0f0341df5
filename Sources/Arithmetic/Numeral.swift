import BigInt

/// An unsigned number at the beginning of a text: `1,200.5`, `.5`, `1e3`, `½`, `2½`.
struct Numeral {
    let value: Rational
    /// The length of the number in characters.
    let length: Int
    /// True if the number consists only of digits and thousands commas, as the parts of a fraction do.
    let isWhole: Bool

    /// Limits that keep the cost of hostile input low.
    enum Limit {
        static let exponent = 1_024
        static let digits = 1_500
    }

    /// The reason why a number is rejected: it is ambiguous or too large.
    struct Refusal: Error, Hashable {
        let message: String
        /// The offset of the offending character from the beginning of the number.
        let offset: Int
    }

    /// The numerator and denominator of each fraction that is a single character.
    static let vulgar: [Character: (Int, Int)] = [
        "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5),
        "⅗": (3, 5),
        "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8),
        "⅞": (7, 8),
        "⅑": (1, 9), "⅒": (1, 10), "↉": (0, 3),
    ]

    /// Parses the number at the beginning of a text.
    ///
    /// - Parameter text: the text; more characters may follow the number.
    /// - Returns: the number; `nil` if the text does not begin with one.
    /// - Throws: ``Refusal`` if the number is ambiguous or too large.
    init?(_ text: ArraySlice<Character>) throws(Refusal) {
        func at(_ offset: Int) -> Character? {
            let index = text.startIndex + offset
            return index < text.endIndex ? text[index] : nil
        }
        func isDigit(_ character: Character?) -> Bool { character.map { $0.isASCII && $0.isNumber } ?? false }
        func digits(from offset: Int) -> String {
            String(text.dropFirst(offset).prefix { isDigit($0) })
        }
        if let first = at(0), let (a, b) = Self.vulgar[first] {
            self.init(value: Rational(BigInt(a), BigInt(b)), length: 1, isWhole: false)
            return
        }
        var length = 0
        var whole = digits(from: 0)
        length += whole.count
        // A comma must separate thousands; otherwise the number is ambiguous.
        if !whole.isEmpty, at(length) == ",", isDigit(at(length + 1)) {
            let refusal = Refusal(
                message: "a comma that separates no thousands has two readings; write 1.5 or 1500",
                offset: length)
            guard whole.count <= 3, whole.first != "0" else { throw refusal }
            while at(length) == ",", isDigit(at(length + 1)) {
                let group = digits(from: length + 1)
                guard group.count == 3 else { throw refusal }
                whole += group
                length += 4
            }
        }
        if whole == "0", let next = at(length), "xXbBoO".contains(next), let digit = at(length + 1),
            digit.isHexDigit
        {
            throw Refusal(
                message: "0\(next) has two readings; write 0 * \(digit), or the number in decimal digits",
                offset: length)
        }
        var fraction = ""
        var isWhole = true
        if at(length) == ".", !whole.isEmpty || isDigit(at(length + 1)) {
            fraction = digits(from: length + 1)
            length += 1 + fraction.count
            isWhole = false
            if at(length) == ",", isDigit(at(length + 1)) {
                throw Refusal(message: "a comma behind decimals has two readings", offset: length)
            }
        }
        guard !(whole.isEmpty && fraction.isEmpty) else { return nil }
        guard whole.count + fraction.count <= Limit.digits, let number = BigInt(whole + fraction) else {
            throw Refusal(message: "the number has too many digits", offset: length)
        }
        var value = Rational(number, BigInt(10).power(fraction.count))
        // An exponent. `3e` without digits after it is not one.
        if at(length) == "e" || at(length) == "E" {
            let isSigned = at(length + 1) == "-" || at(length + 1) == "+"
            let exponent = digits(from: length + (isSigned ? 2 : 1))
            if !exponent.isEmpty {
                guard let n = Int(exponent), n <= Limit.exponent else {
                    throw Refusal(message: "the exponent is larger than \(Limit.exponent)", offset: length)
                }
                value = value * Rational(10).power(at(length + 1) == "-" ? -n : n)
                length += (isSigned ? 2 : 1) + exponent.count
                isWhole = false
            }
        }
        if isWhole, let next = at(length), let (a, b) = Self.vulgar[next] {
            self.init(value: value + Rational(BigInt(a), BigInt(b)), length: length + 1, isWhole: false)
            return
        }
        self.init(value: value, length: length, isWhole: isWhole)
    }

    private init(value: Rational, length: Int, isWhole: Bool) {
        self.value = value
        self.length = length
        self.isWhole = isWhole
    }
}
