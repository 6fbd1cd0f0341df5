import Foundation
import GRDB
import Keys
import Synchronization
import Trajectories

/// A table of all trainings of this session and earlier ones, with the steps that each training learned from.
///
/// It answers the question which policies learned from a given trajectory.
package final class TrainingTable: Sendable {
    /// One training.
    package struct Entry: Hashable, Sendable {
        /// The key of the training's result.
        package let key: ContentKey
        /// The name of the trained policy.
        package let policy: String
        /// The statement as the user wrote it.
        package let text: String
        /// The rule that selected the steps to learn from.
        package let rule: String

        package init(key: ContentKey, policy: String, text: String, rule: String) {
            self.key = key
            self.policy = policy
            self.text = text
            self.rule = rule
        }
    }

    private let file: URL?
    private let opened = Mutex<DatabaseQueue?>(nil)

    /// Creates the table. The database is opened on first use.
    ///
    /// - Parameter file: the database file; `nil` for a database in memory.
    package init(_ file: URL?) { self.file = file }

    private func database() throws -> DatabaseQueue {
        try opened.withLock { opened in
            if let opened { return opened }
            let database = try Self.open(file)
            opened = database
            return database
        }
    }

    private static func open(_ file: URL?) throws -> DatabaseQueue {
        if let file {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        }
        let database = try DatabaseQueue.shared(file, label: "swirl.trainings")
        try database.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS training(
                        key TEXT PRIMARY KEY, policy TEXT NOT NULL, text TEXT NOT NULL, rule TEXT NOT NULL,
                        trajectories TEXT NOT NULL, steps TEXT NOT NULL);
                    CREATE INDEX IF NOT EXISTS by_trajectories ON training(trajectories);
                    """)
        }
        return database
    }

    /// Adds a training, unless the table already contains it.
    ///
    /// - Parameters:
    ///   - trajectories: the key of the trajectories from which steps were selected.
    ///   - steps: the steps that the training learned from: one set per trajectory, in order.
    /// - Throws: `DatabaseError`, for example if the file is damaged or not writable.
    package func add(_ training: Entry, trajectories: ContentKey, steps: @autoclosure () -> [StepSet])
        throws
    {
        let isKnown = try database().read { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS(SELECT 1 FROM training WHERE key = ?)", arguments: [training.key.hex])!
        }
        guard !isKnown else { return }
        let sets = "[" + steps().map { "\($0.indices)" }.joined(separator: ",") + "]"
        try database().write { db in
            try db.execute(
                sql: "INSERT OR IGNORE INTO training VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    training.key.hex, training.policy, training.text, training.rule, trajectories.hex, sets,
                ])
        }
    }

    /// Returns the trainings that learned from a trajectory, with the steps that they learned from.
    ///
    /// - Parameters:
    ///   - index: the index of the trajectory in its set of trajectories.
    ///   - trajectories: the key of this set.
    /// - Returns: the trainings in the order in which they were added.
    /// - Throws: `DatabaseError`; `DecodingError` if the stored steps are damaged.
    package func trainings(
        onTrajectory index: Int, of trajectories: ContentKey
    ) throws -> [(training: Entry, steps: StepSet)] {
        try database().read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT key, policy, text, rule, json_extract(steps, ?) AS own FROM training
                    WHERE trajectories = ? ORDER BY rowid
                    """, arguments: ["$[\(index)]", trajectories.hex])
            return try rows.compactMap { row in
                let own = try JSONDecoder().decode(
                    [Int].self, from: Data((row["own"] as String? ?? "[]").utf8))
                guard !own.isEmpty, let key = ContentKey(hex: row["key"]) else { return nil }
                return (
                    Entry(key: key, policy: row["policy"], text: row["text"], rule: row["rule"]),
                    StepSet(own)
                )
            }
        }
    }
}
