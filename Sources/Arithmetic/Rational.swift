import BigInt

/// An exact fraction in lowest terms with a positive denominator.
package struct Rational: Hashable, Sendable {
    let numerator: BigInt
    let denominator: BigInt

    /// Creates a fraction and reduces it to lowest terms.
    ///
    /// - Precondition: `denominator` is not zero.
    init(_ numerator: BigInt, _ denominator: BigInt = 1) {
        let divisor = numerator.greatestCommonDivisor(with: denominator)
        let sign: BigInt = denominator.sign == .minus ? -1 : 1
        self.numerator = divisor == 0 ? 0 : sign * numerator / divisor
        self.denominator = divisor == 0 ? 1 : sign * denominator / divisor
    }

    static func + (a: Rational, b: Rational) -> Rational {
        Rational(
            a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)
    }

    static func - (a: Rational, b: Rational) -> Rational { a + -b }

    static prefix func - (a: Rational) -> Rational { Rational(-a.numerator, a.denominator) }

    static func * (a: Rational, b: Rational) -> Rational {
        Rational(a.numerator * b.numerator, a.denominator * b.denominator)
    }

    /// Returns the exact quotient.
    ///
    /// - Precondition: `b` is not zero.
    static func / (a: Rational, b: Rational) -> Rational {
        Rational(a.numerator * b.denominator, a.denominator * b.numerator)
    }

    static func < (a: Rational, b: Rational) -> Bool {
        a.numerator * b.denominator < b.numerator * a.denominator
    }

    /// Returns the exact power.
    ///
    /// - Precondition: the value is not zero if `exponent` is negative.
    func power(_ exponent: Int) -> Rational {
        let n = abs(exponent)
        return exponent < 0
            ? Rational(denominator.power(n), numerator.power(n))
            : Rational(numerator.power(n), denominator.power(n))
    }

    /// Returns the value truncated to about `bits` significant bits. If numerator and denominator together have at most
    /// 2 · `bits` bits, the value stays exact.
    func rounded(toBits bits: Int) -> Rational {
        guard bitWidth > 2 * bits else { return self }
        let shift = bits - (numerator.bitWidth - denominator.bitWidth)
        let scaled = shift >= 0 ? (numerator << shift) / denominator : numerator / (denominator << -shift)
        return shift >= 0 ? Rational(scaled, BigInt(1) << shift) : Rational(scaled << -shift)
    }

    /// Returns the power with a precision of about `bits` bits, by repeated squaring. It is for powers whose exact
    /// value would be too long.
    func power(_ exponent: Int, toBits bits: Int) -> Rational {
        var (result, square, rest) = (Rational(1), self, abs(exponent))
        while rest > 0 {
            if rest & 1 == 1 { result = (result * square).rounded(toBits: bits) }
            rest >>= 1
            if rest > 0 { square = (square * square).rounded(toBits: bits) }
        }
        return exponent < 0 ? (Rational(1) / result).rounded(toBits: bits) : result
    }

    /// log₂ of the magnitude, accurate to within one.
    var magnitudeBits: Int { numerator.bitWidth - denominator.bitWidth }

    /// The square root; `nil` if it is irrational or the value is negative.
    var squareRoot: Rational? {
        guard numerator.sign == .plus else { return nil }
        let (a, b) = (numerator.squareRoot(), denominator.squareRoot())
        return a * a == numerator && b * b == denominator ? Rational(a, b) : nil
    }

    /// The value as a `Double`, accurate to a few units in the last place.
    package var approximation: Double {
        let shift = max(0, denominator.bitWidth - 900, numerator.bitWidth - 900)
        return Double(numerator >> shift) / Double(denominator >> shift)
    }

    /// The largest integer that is not greater than the value.
    var floor: Rational {
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return Rational(remainder.sign == .minus && remainder != 0 ? quotient - 1 : quotient)
    }

    var magnitudeIsBelowOne: Bool { numerator.magnitude < denominator.magnitude }
    /// True for 0, 1 and -1, whose powers do not grow.
    var isUnit: Bool { isWhole && numerator.magnitude <= 1 }

    var isZero: Bool { numerator == 0 }
    var isWhole: Bool { denominator == 1 }
    /// The number of bits of numerator and denominator together.
    var bitWidth: Int { numerator.bitWidth + denominator.bitWidth }

    /// The value in plain decimal notation. It is exact if the decimals end within 10 places; otherwise it is rounded
    /// to 10 places (half away from zero). If rounding would lose more than 10⁻⁹ of the value, the notation is a
    /// fraction such as `1/30000`.
    package var notation: String {
        let places = 10
        guard !isWhole else { return String(numerator) }
        let scale = BigUInt(10).power(places)
        let (quotient, remainder) = (numerator.magnitude * scale)
            .quotientAndRemainder(dividingBy: denominator.magnitude)
        let rounded = remainder * 2 >= denominator.magnitude ? quotient + 1 : quotient
        // |value − rounded / scale| ≤ 10⁻⁹ · |value|, in whole numbers.
        let error = BigInt(rounded) * BigInt(denominator.magnitude) - BigInt(numerator.magnitude * scale)
        guard error.magnitude * BigUInt(10).power(9) <= numerator.magnitude * scale else {
            return "\(numerator)/\(denominator)"
        }
        var digits = String(rounded)
        digits = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let whole = digits.dropLast(places)
        let fraction = String(digits.suffix(places).reversed().drop { $0 == "0" }.reversed())
        let magnitude = fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
        return numerator.sign == .minus ? "-" + magnitude : magnitude
    }
}
