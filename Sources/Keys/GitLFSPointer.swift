import Foundation

/// The text that Git leaves in the place of a large file that was not fetched: the file's SHA-256 and size
/// (git-lfs.com, specification version 1).
package struct GitLFSPointer: Hashable, Sendable {
    /// Of the file that is missing, in bytes; `nil` where the pointer does not say.
    package let size: Int?

    /// `nil` where the bytes are no pointer.
    package init?(_ data: Data) {
        let mark = Data("version https://git-lfs.github.com/spec/".utf8)
        guard data.count < 2_048, data.starts(with: mark) else { return nil }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        size = lines.first { $0.hasPrefix("size ") }.flatMap { Int($0.dropFirst(5)) }
    }

    package static let hint = "run it where the file's repository is checked out"

    /// The missing file and what to do about it.
    package func explanation(_ name: String) -> String {
        let size = size.map { " of \($0) bytes" } ?? ""
        return "\(name) is a Git LFS pointer, not the file\(size) that it stands for; run: git lfs pull"
    }
}
