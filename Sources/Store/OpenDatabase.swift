import Foundation
import GRDB

extension DatabaseQueue {
    /// Opens a database that several processes may use at once.
    ///
    /// The database's content can be computed again, so writes are not synchronized to the disk one by one.
    ///
    /// - Parameters:
    ///   - file: the database file; `nil` for a database in memory.
    ///   - label: the name of the database in messages for developers.
    /// - Throws: `DatabaseError` if the database can't be opened.
    static func shared(_ file: URL?, label: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = label
        configuration.busyMode = .timeout(30)
        configuration.prepareDatabase { db in
            if file != nil { try db.execute(sql: "PRAGMA journal_mode = WAL") }
            // One transaction adds the columns of many trajectories. A page cache of 64 MiB holds most of its pages.
            try db.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536")
        }
        return try file.map { try DatabaseQueue(path: $0.path, configuration: configuration) }
            ?? DatabaseQueue(configuration: configuration)
    }
}
