import Foundation

/// A record of which the user names the fields. A name is that of a field, or a path of names joined by dots:
/// `extra_info.answer`.
struct NamedFields {
    private let record: KeyedDecodingContainer<FieldKey>

    init(from decoder: any Decoder) throws {
        record = try decoder.container(keyedBy: FieldKey.self)
    }

    /// The names of the record's own fields.
    var names: [String] { record.allKeys.map(\.stringValue).sorted() }

    /// Returns the value of a field; `nil` if it is null or missing.
    ///
    /// - Parameter found: called with the name if the record has the field, also with the value null.
    func value<Value: Decodable>(
        _ type: Value.Type, _ name: String, found: (String) -> Void = { _ in }
    ) throws -> Value? {
        if record.contains(FieldKey(name)) {
            found(name)
            return try record.decodeIfPresent(type, forKey: FieldKey(name))
        }
        var steps = name.split(separator: ".").map { FieldKey(String($0)) }
        guard steps.count > 1, let last = steps.popLast() else { return nil }
        var inner = record
        for step in steps {
            guard let next = try? inner.nestedContainer(keyedBy: FieldKey.self, forKey: step) else {
                return nil
            }
            inner = next
        }
        if inner.contains(last) { found(name) }
        return try inner.decodeIfPresent(type, forKey: last)
    }

    /// Returns true if the record has a field, also with the value null.
    func has(_ name: String) -> Bool {
        var isThere = false
        _ = try? value(WordingsField.self, name) { _ in isThere = true }
        return isThere
    }

    /// Returns the error that the record lacks a field.
    func missing(_ name: String) -> RecordProblem {
        RecordProblem(
            "there is no '\(name)'",
            hint: "the fields of this record: \(names.prefix(20).joined(separator: ", "))")
    }

    private struct FieldKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

/// A field with one or several wordings: a text, a number, true or false, or a list of these.
struct WordingsField: Decodable {
    let wordings: [String]

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            wordings = [text]
        } else if let flag = try? value.decode(Bool.self) {
            wordings = flag ? ["true", "yes"] : ["false", "no"]
        } else if let number = try? value.decode(NumeralField.self) {
            wordings = [number.text]
        } else {
            wordings = try value.decode([WordingsField?].self).flatMap { $0?.wordings ?? [] }
        }
    }
}
