import Foundation

/// The distinct words of an index, sorted by their UTF-8 bytes, in two files that need not be read to be used: a word is
/// found by bisection.
struct WordList: Sendable {
    /// The names of the files: the bytes of all words, and the offset at which each word begins.
    static let fileNames = ["words.bin", "words.offsets"]

    private let bytes: FixedBytes
    private let offsets: FixedBytes
    let count: Int

    init(_ files: [String: Data]) throws {
        guard let bytes = files[Self.fileNames[0]], let offsets = files[Self.fileNames[1]],
            offsets.count % 8 == 0, offsets.count >= 8
        else { throw DamagedIndex("the list of words is missing or cut") }
        self.bytes = FixedBytes(bytes)
        self.offsets = FixedBytes(offsets)
        count = offsets.count / 8 - 1
        guard self.offsets.numbers(UInt64.self)[count] == bytes.count else {
            throw DamagedIndex("the list of words and its offsets do not fit together")
        }
    }

    /// Returns the files of a list.
    ///
    /// - Precondition: the words are sorted by their UTF-8 bytes.
    static func files(_ words: some Sequence<String>) -> [String: Data] {
        var bytes = Data()
        var offsets: [UInt64] = [0]
        for word in words {
            bytes.append(contentsOf: word.utf8)
            offsets.append(UInt64(bytes.count))
        }
        return [fileNames[0]: bytes, fileNames[1]: Data(of: offsets)]
    }

    /// Returns the place of a word; `nil` if the list does not have it.
    func place(of word: String) -> Int? {
        var word = word
        return word.withUTF8 { wanted in
            let offsets = offsets.numbers(UInt64.self)
            var (low, high) = (0, count)
            while low < high {
                let middle = (low + high) / 2
                let start = Int(offsets[middle])
                let length = Int(offsets[middle + 1]) - start
                let order = memcmp(
                    bytes.start + start, wanted.baseAddress.map { UnsafeRawPointer($0) } ?? bytes.start,
                    min(length, wanted.count))
                if order < 0 || order == 0 && length < wanted.count {
                    low = middle + 1
                } else if order == 0, length == wanted.count {
                    return middle
                } else {
                    high = middle
                }
            }
            return nil
        }
    }
}
