import GRDB

/// A digest of the values in rows, to detect damage: a variant of 64-bit FNV-1a that processes the type and the bytes
/// of each value, eight bytes at a time.
///
/// It does not protect against deliberate changes: anyone who can change the rows can change the digest as well.
struct RowDigest {
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ value: DatabaseValue) {
        switch value.storage {
        case .null: mix(word: 0)
        case .int64(let integer):
            mix(word: 1)
            mix(word: UInt64(bitPattern: integer))
        case .double(let double):
            mix(word: 2)
            mix(word: double.bitPattern)
        case .string(let text):
            var text = text
            text.withUTF8 { mix(3, $0) }
        case .blob(let data): data.withUnsafeBytes { mix(4, $0.bindMemory(to: UInt8.self)) }
        }
    }

    var hex: String { String(hash, radix: 16) }

    private mutating func mix(word: UInt64) {
        hash = (hash ^ word) &* 0x0000_0100_0000_01B3
        // FNV's multiplication carries information only to higher bits. This line returns it to the lower half.
        hash ^= hash >> 32
    }

    private mutating func mix(_ kind: UInt64, _ bytes: UnsafeBufferPointer<UInt8>) {
        mix(word: kind)
        mix(word: UInt64(bytes.count))
        let raw = UnsafeRawBufferPointer(bytes)
        var offset = 0
        while offset + 8 <= raw.count {
            mix(word: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < raw.count {
            rest = rest << 8 | UInt64(raw[offset])
            offset += 1
        }
        mix(word: rest)
    }
}
