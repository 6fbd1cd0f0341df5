/// A value with a canonical text form. Equal values have equal texts and different values have different texts, with
/// every compiler and in every version of the program.
///
/// Values that become part of a ``ContentKey``, and recorded values in the path of a ``RandomStream``, are written in
/// this form. A debug description could change with a new field or another compiler. Cached results would then silently
/// not be found any more, and seeds would yield different random numbers.
///
///     CanonicalText.record("toolCall", ["tool": "search", "input": "it's"])
///     // toolCall(tool: "search", input: "it\'s")
package protocol Canonical {
    /// The canonical text.
    var canonical: String { get }
}

/// The canonical form of compound values.
package enum CanonicalText {
    /// Returns the canonical form of a record: a name and labeled parts in the given order.
    package static func record(
        _ name: String, _ parts: KeyValuePairs<String, any Canonical>
    ) -> String {
        name + "(" + parts.map { "\($0.key): \($0.value.canonical)" }.joined(separator: ", ") + ")"
    }
}

extension String: Canonical {
    /// The text in quotes. Backslashes, quotes and control characters are escaped, so that no text can end its quotes
    /// early and look like two texts.
    package var canonical: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "'": text += "\\'"
            case "\0": text += "\\0"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}

extension Int: Canonical {
    package var canonical: String { String(self) }
}

extension UInt64: Canonical {
    package var canonical: String { String(self) }
}

extension Double: Canonical {
    /// The shortest decimal that reads back as the same number.
    package var canonical: String { String(self) }
}

extension Float: Canonical {
    /// The shortest decimal that reads back as the same number.
    package var canonical: String { String(self) }
}

extension Bool: Canonical {
    package var canonical: String { self ? "true" : "false" }
}

extension Optional: Canonical where Wrapped: Canonical {
    package var canonical: String { map { "some(\($0.canonical))" } ?? "none" }
}

extension Array: Canonical where Element: Canonical {
    package var canonical: String { "[" + map(\.canonical).joined(separator: ", ") + "]" }
}
