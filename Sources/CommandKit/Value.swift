import Events
import Keys
import Language

/// A value of the language. While a script is checked, an object or frame has a type but no content, and its key is a
/// placeholder. Values written in the script are known completely.
///
/// ```swift
/// Value.number(0.1, .percent).notation  // "0.1"
/// Value.text("q37.s4").kindName         // "a text in quotes"
/// ```
package indirect enum Value: Sendable {
    case number(Double, Token.Unit)
    case text(String)
    case boolean(Bool)
    /// A word without quotes. Its meaning depends on the parameter that takes it.
    case word(String)
    case list([Element])
    /// An object that a command made. The object is `nil` while a script is checked.
    case object(ObjectType, key: ContentKey, (any WorkspaceObject)?)
    /// Rows with named columns. The frame is `nil` while a script is checked; the shape is what is known of it then.
    case frame(FrameShape, key: ContentKey, Frame?)
    /// The result of a command that only prints.
    case nothing
    /// The result of a statement with an error, while a script is checked. Uses of this value are not checked, so that
    /// one mistake causes only one message.
    case unknown

    /// An element of a list.
    package struct Element: Sendable {
        /// The text that stands for the element in tables: the variable's name for an object, otherwise the value
        /// itself.
        package let label: String
        package let value: Value

        package init(label: String, value: Value) {
            self.label = label
            self.value = value
        }
    }

    /// The kind of value in words, for messages.
    package var kindName: String {
        switch self {
        case .number(_, .seconds): "a duration"
        case .number(_, .percent): "a percentage"
        case .number: "a number"
        case .text: "a text in quotes"
        case .boolean: "true or false"
        case .word(let word): "the word '\(word)'"
        case .list: "a list"
        case .object(let type, _, _): "\(type.name.withArticle)"
        case .frame: "a frame"
        case .nothing: "nothing"
        case .unknown: "something unknown"
        }
    }

    /// A one-line description for people.
    package var summary: String {
        switch self {
        case .object(_, _, let object): object?.summary ?? ""
        case .frame(let shape, _, let frame):
            "\((frame?.rows.count ?? 0).grouped) rows of \((shape.columns ?? []).joined(separator: ", "))"
        default: notation
        }
    }

    /// The key of an object or frame; `nil` for other values.
    package var key: ContentKey? {
        switch self {
        case .object(_, let key, _), .frame(_, let key, _): key
        default: nil
        }
    }

    /// True if the value can be used by later statements.
    package var hasContent: Bool {
        switch self {
        case .nothing, .unknown: false
        default: true
        }
    }

    /// The value as it is written in a script. Objects and frames are written as `@` and their key.
    package var notation: String { notation { "\"\($0)\"" } }

    private func notation(_ quote: (String) -> String) -> String {
        switch self {
        case .number(let value, let unit): value.shortest + (unit == .seconds ? "s" : "")
        case .text(let text): quote(text)
        case .boolean(let value): value.canonical
        case .word(let word): word
        case .list(let elements): "[" + elements.map { $0.value.notation(quote) }.joined(separator: " ") + "]"
        case .object(_, let key, _), .frame(_, let key, _): "@" + key.hex
        case .nothing, .unknown: ""
        }
    }

    /// The rows of the value; `nil` if it has none or they are not computed yet.
    package var frame: Frame? {
        switch self {
        case .frame(_, _, let frame): frame
        case .object(_, _, let object): object?.frame
        default: nil
        }
    }

    /// The columns of the value's rows; `nil` if it has no rows or the columns are not known yet. The columns of an
    /// object's type are known even while a script is checked.
    package var columns: [String]? {
        switch self {
        case .frame(let shape, _, let frame): frame?.columns ?? shape.columns
        case .object(let type, _, _): type.columns
        default: nil
        }
    }

    /// What is known of the value's rows without computing them; `nil` if it has no rows.
    package var shape: FrameShape? {
        switch self {
        case .frame(let shape, _, _): shape
        case .object(let type, _, _): type.shape
        default: nil
        }
    }

    /// The value as a table cell.
    package var cell: TableCell {
        switch self {
        case .number(let value, _): .number(value)
        case .text(let text), .word(let text): .text(text)
        case .boolean(let value): .boolean(value)
        default: .text(notation)
        }
    }
}

extension Value {
    /// Returns what came along with an object and fills another slot; `nil` if nothing did. While a script is checked, it
    /// is a placeholder, because it is not known yet what came along.
    package func companion(_ type: ObjectType) -> Value? {
        guard case .object(_, let key, let object) = self else { return nil }
        let own = ContentKey("companion", type.name, key.hex)
        guard let object else { return .object(type, key: own, nil) }
        return object.companion(type, key: key).map { .object(type, key: own, $0) }
    }
}

extension Value: Canonical {
    package var canonical: String { notation(\.canonical) }
}

extension String {
    /// The word with "a" or "an" in front; a plural stays as it is.
    package var withArticle: String {
        // Slots that hold several things have plural names, such as `trajectories`.
        if hasSuffix("s") { return self }
        return "aeio".contains(first ?? "x") ? "an \(self)" : "a \(self)"
    }
}

extension Value {
    package var number: Double? { if case .number(let value, _) = self { value } else { nil } }
    package var integer: Int? { number.map { Int($0) } }
    package var string: String? {
        switch self {
        case .text(let text), .word(let text): text
        default: nil
        }
    }
    /// True for a text in quotes, false for a word.
    package var isQuoted: Bool { if case .text = self { true } else { false } }
    var numbers: [Double]? {
        if case .list(let elements) = self { return elements.compactMap(\.value.number) }
        return number.map { [$0] }
    }

    var integers: [Int]? {
        if case .list(let elements) = self { return elements.compactMap(\.value.integer) }
        return integer.map { [$0] }
    }

    var strings: [String]? {
        if case .list(let elements) = self { return elements.compactMap(\.value.string) }
        return string.map { [$0] }
    }
}
