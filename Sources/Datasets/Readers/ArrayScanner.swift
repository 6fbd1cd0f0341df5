import Foundation

/// A scanner that finds the objects of a JSON array without decoding them: of an array that is the whole file, or of one
/// member of an object. It scans about a gigabyte per second, which
/// is much faster than decoding.
struct ArrayScanner {
    /// The reason why the array can't be read to its end.
    struct SyntaxError: Error {
        let message: String
        /// The line of the problem, from 1.
        let line: Int
    }

    private let data: Data
    private var index: Int
    private var line = 1
    private var hasBegun = false
    /// True if the array is a member of an object, whose other members may follow.
    private let isMember: Bool

    /// Creates a scanner at the beginning of the array.
    ///
    /// - Parameter member: the name of the member of the file's object that is the array; `nil` if the whole file is.
    /// - Throws: ``SyntaxError`` if the file is no object, or has no such member.
    init(_ data: Data, member: String? = nil) throws(SyntaxError) {
        self.data = data
        index = data.startIndex
        isMember = member != nil
        if let member { try skip(to: member) }
    }

    /// Moves to the value of a member of the object that is the whole file.
    private mutating func skip(to member: String) throws(SyntaxError) {
        guard skipSpace() == UInt8(ascii: "{") else {
            throw problem("the file does not begin with an object")
        }
        index += 1
        let wanted = Data("\"\(member)\"".utf8)
        while skipSpace() == UInt8(ascii: "\"") {
            let start = index
            guard skipValue() else { break }
            let isWanted = data[start..<index] == wanted
            guard skipSpace() == UInt8(ascii: ":") else { break }
            index += 1
            _ = skipSpace()
            if isWanted { return }
            guard skipValue(), skipSpace() == UInt8(ascii: ",") else { break }
            index += 1
        }
        throw problem("the object has no member '\(member)'")
    }

    /// Returns the byte range of the next object and the line on which it begins, from 1; `nil` at the array's end.
    ///
    /// - Throws: ``SyntaxError`` if the file is not one complete array of objects, for example if it ends early or a comma
    ///   is missing.
    mutating func next() throws(SyntaxError) -> (range: Range<Int>, line: Int)? {
        if !hasBegun {
            guard skipSpace() == UInt8(ascii: "[") else {
                throw problem("the file does not begin with an array")
            }
            index += 1
            hasBegun = true
            if skipSpace() == UInt8(ascii: "]") { return try end() }
        } else {
            switch skipSpace() {
            case UInt8(ascii: "]"): return try end()
            case UInt8(ascii: ","): index += 1
            case nil: throw problem("the array does not end")
            default: throw problem("a comma is missing between two records")
            }
        }
        guard let first = skipSpace() else { throw problem("the array does not end") }
        guard first == UInt8(ascii: "{") else { throw problem("a record is not an object") }
        let (start, begun) = (index, line)
        guard skipValue() else {
            throw SyntaxError(message: "the object that begins here does not end", line: begun)
        }
        return (start..<index, begun)
    }

    /// Checks that only white space follows the array or the object that it is a member of.
    private mutating func end() throws(SyntaxError) -> (range: Range<Int>, line: Int)? {
        index += 1
        let (end, endLine) = (index - 1, line)
        if isMember { try skipRestOfObject() }
        guard skipSpace() == nil else { throw problem("there is more text after the array") }
        (index, line) = (end, endLine)
        return nil
    }

    /// Moves past the members after the array, and past the end of the object.
    private mutating func skipRestOfObject() throws(SyntaxError) {
        while skipSpace() == UInt8(ascii: ",") {
            index += 1
            guard skipSpace() == UInt8(ascii: "\""), skipValue(), skipSpace() == UInt8(ascii: ":") else {
                throw problem("the object does not end")
            }
            index += 1
            guard skipSpace() != nil, skipValue() else { throw problem("the object does not end") }
        }
        guard skipSpace() == UInt8(ascii: "}") else { throw problem("the object does not end") }
        index += 1
    }

    private func problem(_ message: String) -> SyntaxError { SyntaxError(message: message, line: line) }

    /// Skips white space and returns the next byte, without skipping it; `nil` at the end of the file.
    private mutating func skipSpace() -> UInt8? {
        while index < data.endIndex {
            let byte = data[index]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            if byte == 0x0A { line += 1 }
            index += 1
        }
        return nil
    }

    /// Moves past the value that begins at `index`.
    ///
    /// - Returns: true if the value is complete.
    private mutating func skipValue() -> Bool {
        let start = data.startIndex
        var (at, depth, lines) = (index - start, 0, line)
        let isWhole = data.withUnsafeBytes { bytes -> Bool in
            let count = bytes.count
            while at < count {
                let byte = bytes[at]
                at += 1
                switch byte {
                case UInt8(ascii: "\""):
                    // A string ends at the next quote that is not escaped.
                    while at < count, bytes[at] != UInt8(ascii: "\"") {
                        if bytes[at] == UInt8(ascii: "\\") { at += 1 }
                        at += 1
                    }
                    at += 1
                    if depth == 0 { return at <= count }
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                // A number or a word that is a member of the file's object.
                case UInt8(ascii: ",") where depth == 0:
                    at -= 1
                    return true
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth == 0 { return true }
                    if depth < 0 {
                        at -= 1
                        return true
                    }
                case 0x0A: lines += 1
                default: break
                }
            }
            return false
        }
        (index, line) = (start + at, lines)
        return isWhole
    }
}
