import Foundation

/// A JSON document whose objects preserve the bytes and the order of their keys.
///
/// Foundation's parsers store members in dictionaries, where precomposed and decomposed `é` are the same key. A
/// tokenizer's vocabulary would lose tokens.
enum OrderedJSON: Sendable, Equatable {
    case null
    case boolean(Bool)
    /// A number written without a decimal point. Some parsers accept only this form for counts.
    case integer(Int)
    /// A number written with a decimal point or an exponent.
    case number(Double)
    case string(String)
    case array([OrderedJSON])
    case object([Member])

    struct Member: Sendable, Equatable {
        let key: String
        let value: OrderedJSON

        init(_ key: String, _ value: OrderedJSON) {
            self.key = key
            self.value = value
        }

        /// Compares keys byte for byte, unlike String's own comparison.
        static func == (a: Member, b: Member) -> Bool {
            a.key.utf8.elementsEqual(b.key.utf8) && a.value == b.value
        }
    }

    /// The error that a document is not valid JSON.
    struct SyntaxError: Error {
        /// The position of the problem in bytes from the start, counted from 0.
        let offset: Int
    }

    /// Parses a JSON document.
    ///
    /// - Throws: ``SyntaxError`` if the bytes are not valid JSON or are nested more than 200 levels deep.
    init(_ data: Data) throws {
        self = try data.withUnsafeBytes { bytes in
            var parser = JSONParser(bytes: bytes.bindMemory(to: UInt8.self))
            return try parser.document()
        }
    }

    // MARK: Reading

    /// The value of a member of an object; `nil` if the member is missing or null.
    subscript(_ key: String) -> OrderedJSON? {
        guard let value = members?.last(where: { $0.key.utf8.elementsEqual(key.utf8) })?.value,
            value != .null
        else { return nil }
        return value
    }

    var members: [Member]? { if case .object(let members) = self { members } else { nil } }
    var array: [OrderedJSON]? { if case .array(let values) = self { values } else { nil } }
    var string: String? { if case .string(let text) = self { text } else { nil } }
    var boolean: Bool? { if case .boolean(let flag) = self { flag } else { nil } }
    /// The value of an ``integer(_:)`` or a ``number(_:)``; `nil` for all other values.
    var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }
    /// The value of a number without a fractional part; `nil` for all other values.
    var integer: Int? {
        if case .integer(let integer) = self { integer } else { number.flatMap { Int(exactly: $0) } }
    }

    /// Returns all elements, converted; `nil` if the value is not an array or an element can't be converted.
    func all<Element>(_ element: (OrderedJSON) -> Element?) -> [Element]? {
        guard let array else { return nil }
        let elements = array.compactMap(element)
        return elements.count == array.count ? elements : nil
    }

    // MARK: Writing

    /// The document as compact JSON, with keys in their original order.
    var data: Data {
        var bytes: [UInt8] = []
        write(&bytes)
        return Data(bytes)
    }

    private func write(_ out: inout [UInt8]) {
        switch self {
        case .null: out += "null".utf8
        case .boolean(let flag): out += (flag ? "true" : "false").utf8
        case .integer(let integer): out += "\(integer)".utf8
        case .number(let number): out += "\(number)".utf8
        case .string(let text): Self.write(text, &out)
        case .array(let values):
            out.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                value.write(&out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                Self.write(member.key, &out)
                out.append(UInt8(ascii: ":"))
                member.value.write(&out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, _ out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                out += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}

extension OrderedJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
    init(arrayLiteral elements: OrderedJSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, OrderedJSON)...) {
        self = .object(elements.map { Member($0, $1) })
    }
    init(nilLiteral: ()) { self = .null }
}

extension OrderedJSON {
    fileprivate struct JSONParser {
        let bytes: UnsafeBufferPointer<UInt8>
        private var at = 0
        /// The maximum nesting depth. It prevents a stack overflow, and real documents are far shallower.
        private static let deepest = 200

        init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

        mutating func document() throws -> OrderedJSON {
            let value = try value(0)
            skipSpace()
            guard at == bytes.count else { throw SyntaxError(offset: at) }
            return value
        }

        private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

        private mutating func skipSpace() {
            while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
        }

        private mutating func expect(_ character: Unicode.Scalar) throws {
            guard next == UInt8(ascii: character) else { throw SyntaxError(offset: at) }
            at += 1
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard next == UInt8(ascii: character) else { return false }
            at += 1
            return true
        }

        private mutating func value(_ depth: Int) throws -> OrderedJSON {
            skipSpace()
            guard let byte = next, depth < Self.deepest else { throw SyntaxError(offset: at) }
            switch byte {
            case UInt8(ascii: "{"): return try object(depth)
            case UInt8(ascii: "["): return try array(depth)
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t"): return try word("true", .boolean(true))
            case UInt8(ascii: "f"): return try word("false", .boolean(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            default: return try number()
            }
        }

        private mutating func word(_ word: StaticString, _ value: OrderedJSON) throws -> OrderedJSON {
            let wanted = word.withUTF8Buffer { Array($0) }
            guard bytes.count - at >= wanted.count, bytes[at..<at + wanted.count].elementsEqual(wanted)
            else { throw SyntaxError(offset: at) }
            at += wanted.count
            return value
        }

        private mutating func number() throws -> OrderedJSON {
            let start = at
            while let byte = next,
                (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
                    || byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
            { at += 1 }
            let text = String(decoding: bytes[start..<at], as: UTF8.self)
            if let integer = Int(text) { return .integer(integer) }
            guard let number = Double(text) else { throw SyntaxError(offset: start) }
            return .number(number)
        }

        private mutating func array(_ depth: Int) throws -> OrderedJSON {
            try expect("[")
            skipSpace()
            if take("]") { return .array([]) }
            var values: [OrderedJSON] = []
            repeat {
                values.append(try value(depth + 1))
                skipSpace()
            } while take(",")
            try expect("]")
            return .array(values)
        }

        private mutating func object(_ depth: Int) throws -> OrderedJSON {
            try expect("{")
            skipSpace()
            if take("}") { return .object([]) }
            var members: [Member] = []
            repeat {
                skipSpace()
                let key = try string()
                skipSpace()
                try expect(":")
                members.append(Member(key, try value(depth + 1)))
                skipSpace()
            } while take(",")
            try expect("}")
            return .object(members)
        }

        private mutating func string() throws -> String {
            try expect("\"")
            let start = at
            while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
                at += 1
            }
            if next == UInt8(ascii: "\"") {
                defer { at += 1 }
                return try text(bytes[start..<at])
            }
            var unescaped = Array(bytes[start..<at])
            while true {
                guard let byte = next, byte >= 0x20 else { throw SyntaxError(offset: at) }
                at += 1
                switch byte {
                case UInt8(ascii: "\""): return try text(unescaped[...])
                case UInt8(ascii: "\\"): try escape(&unescaped)
                default: unescaped.append(byte)
                }
            }
        }

        private func text(_ bytes: some Collection<UInt8>) throws -> String {
            guard let text = String(validating: bytes, as: UTF8.self) else { throw SyntaxError(offset: at) }
            return text
        }

        private mutating func escape(_ out: inout [UInt8]) throws {
            guard let byte = next else { throw SyntaxError(offset: at) }
            at += 1
            switch byte {
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
            case UInt8(ascii: "u"):
                var code = try hexadecimal()
                if (0xD800..<0xDC00).contains(code) {
                    try expect("\\")
                    try expect("u")
                    let low = try hexadecimal()
                    guard (0xDC00..<0xE000).contains(low) else { throw SyntaxError(offset: at) }
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                }
                guard let scalar = Unicode.Scalar(code) else { throw SyntaxError(offset: at) }
                out += String(Character(scalar)).utf8
            default: throw SyntaxError(offset: at)
            }
        }

        private mutating func hexadecimal() throws -> UInt32 {
            guard bytes.count - at >= 4,
                let code = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
            else { throw SyntaxError(offset: at) }
            at += 4
            return code
        }
    }
}
