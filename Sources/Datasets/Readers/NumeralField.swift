import Foundation

/// A number, written as a JSON number or as text. Whole numbers lose their `.0`: `8.0` is `8`.
struct NumeralField: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let whole = try? value.decode(Int.self) {
            text = String(whole)
        } else if let number = try? value.decode(Double.self) {
            // A whole number keeps all of its digits.
            if abs(number) > 0x1p53, let exact = try? value.decode(Decimal.self) {
                text = "\(exact)"
            } else {
                text = Self.text(number)
            }
        } else {
            let written = try value.decode(String.self)
            text = Double(written).map(Self.text) ?? written
        }
    }

    /// Returns a number in digits, without an exponent up to 2⁵³.
    static func text(_ number: Double) -> String {
        number == number.rounded() && abs(number) <= 0x1p53 ? String(Int(number)) : "\(number)"
    }
}
