import Crypto
import Foundation

/// An identity as a SHA-256 digest. For a result, it is the digest of the texts that determine the result (command,
/// arguments, inputs, seed); for a file or weights, the digest of the bytes. Values with equal keys are
/// interchangeable.
///
/// Each text is hashed with its length before it, so that the boundaries count:
///
/// ```swift
/// ContentKey("ab", "c") == ContentKey("a", "bc")  // false
/// ```
package struct ContentKey: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The key as 64 lowercase hexadecimal digits.
    package let hex: String

    package init(_ parts: String...) {
        self.init(parts: parts)
    }

    package init(parts: [String]) {
        var hash = SHA256()
        for part in parts {
            let bytes = Data(part.utf8)
            withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: bytes)
        }
        self.init(digest: hash.finalize())
    }

    /// Computes the key of raw bytes, such as a file's content.
    package init(contentsOf data: Data) {
        self.init(digest: SHA256.hash(data: data))
    }

    /// Computes the key of bytes that arrive in blocks. It equals ``init(contentsOf:)`` of all bytes together.
    ///
    /// - Parameter blocks: calls its argument with each block in order.
    package init(blocks: (_ add: (UnsafeRawBufferPointer) -> Void) -> Void) {
        var hash = SHA256()
        blocks { hash.update(bufferPointer: $0) }
        self.init(digest: hash.finalize())
    }

    /// Computes the key of a file's content, block by block, without a map of the file: a file that another program cuts
    /// meanwhile gives another key, not a crash.
    ///
    /// - Parameter block: called before each block of a mebibyte; an error ends the computation.
    /// - Returns: `nil` if the file can't be read.
    /// - Throws: errors of `block`.
    package init?(file path: String, block: () throws -> Void) rethrows {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        var hash = SHA256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            try block()
            let count = read(handle.fileDescriptor, buffer.baseAddress!, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        self.init(digest: hash.finalize())
    }

    private init(digest: SHA256.Digest) {
        hex = digest.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    /// Parses a stored key; returns `nil` if the text is not 64 lowercase hexadecimal digits.
    package init?(hex: String) {
        guard hex.utf8.count == 64, hex.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
            return nil
        }
        self.hex = hex
    }

    /// The first 12 digits, which are enough to distinguish the results of one store in output.
    package var short: String { String(hex.prefix(12)) }

    package var description: String { short }

    package init(from decoder: Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let key = ContentKey(hex: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a content key: \(text)"))
        }
        self = key
    }

    package func encode(to encoder: Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
