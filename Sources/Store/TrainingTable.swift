import Foundation
import GRDB
import Keys
import Synchronization
import Trajectories

/// Which policy was trained on which steps, so that a trajectory can be asked what came of it, in
/// this session or an earlier one.
package final class TrainingTable: Sendable {
    /// One training.
    package struct Entry: Hashable, Sendable {
        /// The key of the result.
        package let key: ContentKey
        package let policy: String
        /// The statement as it was written.
        package let text: String
        /// The rule that selected what was learned from.
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

    /// Opens nothing yet.
    ///
    /// - Parameter file: where it is kept; `nil` keeps it in memory.
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

    /// Notes a training, where it is not known yet.
    ///
    /// - Throws: `DatabaseError`, such as where the file is damaged or can't be written.
    ///
    /// - Parameters:
    ///   - trajectories: the key of what was selected from.
    ///   - steps: one set a trajectory, in their order.
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

    /// The trainings that learned from a trajectory, with the steps that they learned from.
    ///
    /// - Parameter index: the trajectory's place among those of the key.
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
