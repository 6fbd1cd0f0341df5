import CommandKit
import Foundation
import Keys

/// Keys of the files that a script reads. A key depends on the file's content, not on its path.
enum FileKey {
    /// Returns the key of a file's content.
    ///
    /// - Throws: `CommandFailure` if the file can't be read or is a Git LFS pointer.
    static func of(_ path: String) throws -> ContentKey {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) else {
            throw CommandFailure(
                .noSuchFile, "\(path): no such file, or not readable",
                hint: "relative paths start at the folder in which swirl was started")
        }
        if let pointer = GitLFSPointer(data) {
            throw CommandFailure(.lfsPointer, pointer.explanation(path), hint: GitLFSPointer.hint)
        }
        return ContentKey(contentsOf: data)
    }
}
