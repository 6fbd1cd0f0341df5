import Foundation
import Trajectories

/// A number, written as a JSON number or in digits. Whole numbers lose their `.0`: `8.0` is `8`. Other texts are refused.
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
            let written = try value.decode(String.self).trimmingSpaces
            guard written.wholeMatch(of: #/[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?/#) != nil else {
                throw DecodingError.typeMismatch(
                    Double.self, .init(codingPath: value.codingPath, debugDescription: "not a number"))
            }
            text = written.replacing(#/\.0+$/#, with: "")
        }
    }

    /// Returns a number in digits, without an exponent up to 2⁵³.
    static func text(_ number: Double) -> String {
        number == number.rounded() && abs(number) <= 0x1p53 ? String(Int(number)) : "\(number)"
    }
}
