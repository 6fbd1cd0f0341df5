import Foundation

/// The small text file that Git LFS leaves in place of a large file that was not fetched. It contains the SHA-256
/// digest and the size of the large file (git-lfs.com, specification version 1).
package struct GitLFSPointer: Hashable, Sendable {
    /// The size of the missing file in bytes; `nil` if the pointer does not contain it.
    package let size: Int?

    /// Parses a pointer; returns `nil` if the bytes are not a pointer.
    package init?(_ data: Data) {
        let mark = Data("version https://git-lfs.github.com/spec/".utf8)
        guard data.count < 2_048, data.starts(with: mark) else { return nil }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        size = lines.first { $0.hasPrefix("size ") }.flatMap { Int($0.dropFirst(5)) }
    }

    /// The next step for the user.
    package static let hint = "run git lfs pull in the repository that contains the file"

    /// Returns an error message with the name of the missing file and the command that fetches it.
    package func explanation(_ name: String) -> String {
        let size = size.map { " of \($0) bytes" } ?? ""
        return "\(name) is a Git LFS pointer instead of the actual file\(size); run: git lfs pull"
    }
}
