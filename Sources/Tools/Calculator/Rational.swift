import BigInt

/// An exact fraction in lowest terms with a positive denominator.
package struct Rational: Hashable, Sendable {
    let numerator: BigInt
    let denominator: BigInt

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

    static func - (a: Rational, b: Rational) -> Rational {
        a + Rational(-b.numerator, b.denominator)
    }

    static func * (a: Rational, b: Rational) -> Rational {
        Rational(a.numerator * b.numerator, a.denominator * b.denominator)
    }

    /// - Precondition: `b` is not zero.
    static func / (a: Rational, b: Rational) -> Rational {
        Rational(a.numerator * b.denominator, a.denominator * b.numerator)
    }

    var isZero: Bool { numerator == 0 }
    /// The bits that it takes to write the fraction down.
    var bitWidth: Int { numerator.bitWidth + denominator.bitWidth }

    /// Plain decimal notation: exact where the decimals end within 10 places, rounded there
    /// (half away from zero) where they do not.
    package var decimal: String {
        let places = 10
        guard denominator != 1 else { return String(numerator) }
        let scale = BigInt(10).power(places)
        let (quotient, remainder) = (numerator.magnitude * scale.magnitude)
            .quotientAndRemainder(dividingBy: denominator.magnitude)
        let rounded = remainder * 2 >= denominator.magnitude ? quotient + 1 : quotient
        var digits = String(rounded)
        digits = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let whole = digits.dropLast(places)
        let fraction = String(digits.suffix(places).reversed().drop { $0 == "0" }.reversed())
        let magnitude = fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
        return numerator.sign == .minus && rounded != 0 ? "-" + magnitude : magnitude
    }
}
