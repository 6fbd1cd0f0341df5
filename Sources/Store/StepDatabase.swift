import Foundation
import GRDB

/// The open database of a ``StepTable``, in a file or in memory.
///
/// Every process that uses the database file holds a shared lock on a second file next to it. A damaged database file
/// is removed only if no other process has it open, because that process would continue to write into the removed file.
final class StepDatabase: Sendable {
    let database: DatabaseQueue
    private let file: URL?
    private let lock: Int32

    /// Opens the database.
    ///
    /// - Parameter file: the database file; `nil` for a database in memory. If the file can't be used, the database is
    ///   in memory too.
    /// - Throws: `DatabaseError` if not even a database in memory can be opened.
    init(_ file: URL?) throws {
        if let file, case let lock = Self.lock(file), lock >= 0 {
            var database = try? Self.open(file)
            if database == nil, flock(lock, LOCK_EX | LOCK_NB) == 0 {
                // The file can't be read and no other process has it open: create it again.
                Self.remove(file)
                database = try? Self.open(file)
                flock(lock, LOCK_SH)
            }
            if let database {
                (self.database, self.file, self.lock) = (database, file, lock)
                return
            }
            close(lock)
        }
        (database, self.file, lock) = (try Self.open(nil), nil, -1)
    }

    deinit { if lock >= 0 { close(lock) } }

    /// Closes the database and removes its file, unless another process has the file open.
    ///
    /// - Returns: true if the file was removed.
    func remove() -> Bool {
        guard let file, flock(lock, LOCK_EX | LOCK_NB) == 0 else { return false }
        try? database.close()
        Self.remove(file)
        return true
    }

    /// Returns true if an error indicates that the file's content is damaged. Returns false if, for example, the disk
    /// is full or the file is locked or read-only.
    static func isDamage(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return true }
        let busy: [ResultCode] = [
            .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN,
            .SQLITE_NOMEM, .SQLITE_INTERRUPT, .SQLITE_PERM,
        ]
        return !busy.contains(error.resultCode)
    }

    /// Acquires a shared lock on the file next to the database file.
    ///
    /// - Returns: the file descriptor of the lock; negative if the lock file can't be opened.
    private static func lock(_ file: URL) -> Int32 {
        try? FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let descriptor = Foundation.open(file.path + ".lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
        if descriptor >= 0 { flock(descriptor, LOCK_SH) }
        return descriptor
    }

    private static func open(_ file: URL?) throws -> DatabaseQueue {
        let database = try DatabaseQueue.shared(file, label: "swirl.steps")
        try database.write { try $0.execute(sql: StepTable.schema) }
        return database
    }

    private static func remove(_ file: URL) {
        for ending in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file.path + ending) }
    }
}
