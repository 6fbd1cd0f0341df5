import CommandKit
import Foundation
import Keys

/// Keys of the files that a script reads. A key depends on the file's content, not on its path.
enum FileKey {
    /// Returns the key of a file's content.
    ///
    /// - Throws: `CommandFailure` if the file can't be read or is a Git LFS pointer; `CancellationError`.
    static func of(_ path: String) throws -> ContentKey {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw CommandFailure(.noSuchFile, "\(path): this is a folder", hint: "give the file in it")
        }
        let head = FileHandle(forReadingAtPath: path).flatMap { handle in
            defer { try? handle.close() }
            return try? handle.read(upToCount: 1_024)
        }
        if let head, let pointer = GitLFSPointer(head) {
            throw CommandFailure(.lfsPointer, pointer.explanation(path), hint: GitLFSPointer.hint)
        }
        guard let key = try ContentKey(file: path, block: { try Task.checkCancellation() }) else {
            throw CommandFailure(
                .noSuchFile, "\(path): no such file, or not readable",
                hint: "relative paths start at the folder in which swirl was started")
        }
        return key
    }
}
