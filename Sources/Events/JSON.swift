import Foundation

/// A JSON value, such as a message of the Jupyter kernel or a part of a notebook.
package enum JSON: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    package subscript(key: String) -> JSON? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    package var text: String? { if case .text(let text) = self { text } else { nil } }
    package var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    package var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
    package var list: [JSON]? { if case .list(let values) = self { values } else { nil } }
    package var object: [String: JSON]? { if case .object(let members) = self { members } else { nil } }
}

extension JSON: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// Parses JSON text.
    ///
    /// - Throws: `DecodingError` if the bytes are not valid JSON.
    package init(_ data: Data) throws { self = try JSONDecoder().decode(JSON.self, from: data) }

    /// The value encoded on one line, with sorted keys.
    package var data: Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        // Encoding can't fail: keys are strings, and numbers that are not finite are encoded as text.
        return (try? encoder.encode(self)) ?? Data("null".utf8)
    }
}

extension JSON {
    /// The value encoded on several lines, indented by one space per level, with keys sorted by code points. It has the
    /// format of Python's `json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)`, in which Jupyter saves
    /// notebooks.
    package var indented: String {
        var text = ""
        write(to: &text, level: 0)
        return text
    }

    private func write(to text: inout String, level: Int) {
        func enclose<Element>(
            _ brackets: (String, String), _ elements: [Element], _ write: (Element, inout String) -> Void
        ) {
            guard !elements.isEmpty else {
                text += brackets.0 + brackets.1
                return
            }
            let margin = "\n" + String(repeating: " ", count: level)
            text += brackets.0
            for (index, element) in elements.enumerated() {
                text += (index > 0 ? "," : "") + margin + " "
                write(element, &text)
            }
            text += margin + brackets.1
        }
        switch self {
        case .list(let values):
            enclose(("[", "]"), values) { $0.write(to: &$1, level: level + 1) }
        case .object(let members):
            let sorted = members.sorted {
                $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars)
            }
            enclose(("{", "}"), sorted) { member, text in
                text += Self.quoted(member.key) + ": "
                member.value.write(to: &text, level: level + 1)
            }
        case .text(let value): text += Self.quoted(value)
        case .null: text += "null"
        case .boolean(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number: text += String(decoding: data, as: UTF8.self)
        }
    }

    private static func quoted(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{8}": text += "\\b"
            case "\u{c}": text += "\\f"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
    package init(arrayLiteral elements: JSON...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}
