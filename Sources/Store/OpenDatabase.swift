import Foundation
import GRDB

extension DatabaseQueue {
    /// Opens a database that several processes may use at once.
    ///
    /// Its content can be computed again. Writes are therefore not synchronized to the disk one by one.
    ///
    /// - Parameter file: the database file; `nil` for a database in memory.
    /// - Throws: `DatabaseError`.
    static func shared(_ file: URL?, label: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = label
        configuration.busyMode = .timeout(30)
        configuration.prepareDatabase { db in
            if file != nil { try db.execute(sql: "PRAGMA journal_mode = WAL") }
            // Adding the columns of many trajectories is one transaction: the page cache holds 64 MB of it.
            try db.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536")
        }
        return try file.map { try DatabaseQueue(path: $0.path, configuration: configuration) }
            ?? DatabaseQueue(configuration: configuration)
    }
}
