import Foundation
import GRDB

extension DatabaseQueue {
    /// A database that several processes may use at once; what it holds can be made again, so it need
    /// not reach the disk with every write.
    ///
    /// - Parameter file: where it is kept; `nil` keeps it in memory.
    /// - Throws: `DatabaseError`.
    static func shared(_ file: URL?, label: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = label
        configuration.busyMode = .timeout(30)
        configuration.prepareDatabase { db in
            if file != nil { try db.execute(sql: "PRAGMA journal_mode = WAL") }
            // Making the columns of many trajectories is one transaction: 64 MB of it stay in memory.
            try db.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536")
        }
        return try file.map { try DatabaseQueue(path: $0.path, configuration: configuration) }
            ?? DatabaseQueue(configuration: configuration)
    }
}
