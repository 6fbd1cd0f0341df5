import Foundation

/// The identifiers, titles and texts of passages, in files that are mapped instead of read.
package final class PassageTexts: Sendable {
    /// The names of the files: all bytes, and for each passage the offsets of its identifier, its title and its text.
    package static let fileNames = ["passages.bin", "passages.offsets"]

    private let bytes: FixedBytes
    private let offsets: FixedBytes
    /// The number of passages.
    package let count: Int

    /// Opens the texts.
    ///
    /// - Throws: ``DamagedIndex`` if files are missing or their sizes do not fit together.
    package init(_ files: [String: Data]) throws {
        guard let bytes = files[Self.fileNames[0]], let offsets = files[Self.fileNames[1]],
            offsets.count % 24 == 8
        else { throw DamagedIndex("the passages are missing or cut") }
        self.bytes = FixedBytes(bytes)
        self.offsets = FixedBytes(offsets)
        count = offsets.count / 24
        guard self.offsets.numbers(UInt64.self)[3 * count] == bytes.count else {
            throw DamagedIndex("the passages and their offsets do not fit together")
        }
    }

    private func text(_ index: Int) -> String {
        let offsets = offsets.numbers(UInt64.self)
        return bytes.text(Int(offsets[index])..<Int(offsets[index + 1]))
    }

    package func id(_ passage: Int) -> String { text(3 * passage) }
    package func title(_ passage: Int) -> String { text(3 * passage + 1) }
    package func text(of passage: Int) -> String { text(3 * passage + 2) }
}

/// Writes the files of ``PassageTexts``.
package struct PassageTextsBuilder {
    private var bytes = Data()
    private var offsets: [UInt64] = [0]

    package init() {}

    package var count: Int { offsets.count / 3 }

    /// Adds a passage behind all earlier ones.
    package mutating func add(id: String, title: String, text: String) {
        for part in [id, title, text] {
            bytes.append(contentsOf: part.utf8)
            offsets.append(UInt64(bytes.count))
        }
    }

    /// Returns the files, by name.
    package func files() -> [String: Data] {
        [PassageTexts.fileNames[0]: bytes, PassageTexts.fileNames[1]: Data(of: offsets)]
    }
}
