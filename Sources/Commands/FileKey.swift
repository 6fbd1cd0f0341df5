import CommandKit
import Foundation
import Keys

/// Files that a script reads, told apart by their content.
enum FileKey {
    /// The key of a file's content.
    ///
    /// - Throws: `CommandFailure` when it can't be read.
    static func of(_ path: String) throws -> ContentKey {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) else {
            throw CommandFailure(
                .noSuchFile, "\(path): no such file, or not readable",
                hint: "paths count from where swirl was started")
        }
        if let pointer = GitLFSPointer(data) {
            throw CommandFailure(.lfsPointer, pointer.explanation(path), hint: GitLFSPointer.hint)
        }
        return ContentKey(contentsOf: data)
    }
}
