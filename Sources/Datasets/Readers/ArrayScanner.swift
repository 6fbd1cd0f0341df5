import Foundation

/// Finds the objects of a JSON array without reading meaning into them: at a gigabyte a second, so that decoding
/// them is what takes the time.
struct ArrayScanner {
    /// Why the array can't be read to its end.
    struct Problem: Error {
        let message: String
        /// From 1.
        let line: Int
    }

    private let data: Data
    private var index: Int
    private var line = 1
    private var hasBegun = false

    init(_ data: Data) {
        self.data = data
        index = data.startIndex
    }

    /// The next object and the line on which it begins; `nil` at the array's end.
    ///
    /// - Throws: ``Problem`` where something else stands there, or the file ends early.
    mutating func next() throws(Problem) -> (range: Range<Int>, line: Int)? {
        if !hasBegun {
            guard skipSpace() == UInt8(ascii: "[") else { throw problem("no array begins here") }
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
        guard first == UInt8(ascii: "{") else { throw problem("a record is no object") }
        let (start, begun) = (index, line)
        guard skipObject() else {
            throw Problem(message: "the object that begins here does not end", line: begun)
        }
        return (start..<index, begun)
    }

    private mutating func end() throws(Problem) -> (range: Range<Int>, line: Int)? {
        index += 1
        guard skipSpace() == nil else { throw problem("something stands behind the array") }
        index -= 1
        return nil
    }

    private func problem(_ message: String) -> Problem { Problem(message: message, line: line) }

    /// The next byte that is no white space.
    private mutating func skipSpace() -> UInt8? {
        while index < data.endIndex {
            let byte = data[index]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            if byte == 0x0A { line += 1 }
            index += 1
        }
        return nil
    }

    /// Goes behind the object that begins at `index`.
    ///
    /// - Returns: whether it ends.
    private mutating func skipObject() -> Bool {
        let start = data.startIndex
        var (at, depth, lines) = (index - start, 0, line)
        let isWhole = data.withUnsafeBytes { bytes -> Bool in
            let count = bytes.count
            while at < count {
                let byte = bytes[at]
                at += 1
                switch byte {
                case UInt8(ascii: "\""):
                    // A string: to the next quote that no backslash stands before.
                    while at < count, bytes[at] != UInt8(ascii: "\"") {
                        if bytes[at] == UInt8(ascii: "\\") { at += 1 }
                        at += 1
                    }
                    at += 1
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth == 0 { return true }
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
