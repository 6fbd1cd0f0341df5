import Failures
import Foundation
import GRDB
import Keys
import Synchronization
import Trajectories

/// Steps and verdicts as columns of SQLite, so that filters are queries.
///
/// A copy of what the artifacts hold, made when a set of judgements is made or first filtered: it may be
/// deleted at any time. SQLite's pages have no check sums, so a digest of each set of columns stands beside
/// it and is verified when a process first uses the set; at any doubt the columns are made again. What is
/// selected never depends on the state of the file.
package final class StepTable: Sendable {
    private let file: URL?
    private let state = Mutex(State())

    private struct State {
        var opened: OpenedColumns?
        /// Sets of columns that this process made or verified.
        var trusted: Set<ContentKey> = []
    }

    /// Opens nothing yet.
    ///
    /// - Parameter folder: where the columns are kept, in a file that is named by which columns there are: a
    ///   program of another version has its own. `nil` keeps them in memory.
    package init(_ folder: URL?) {
        file = folder?.appending(path: "steps-\(ContentKey(parts: Self.columns + ["digests"]).short).sqlite")
    }

    private static let columns = StepPredicate.Field.allCases.map { "\"\($0.rawValue)\"" }

    /// Applies a rule to every trajectory. Trajectories that the environment broke are never selected.
    ///
    /// - Parameter key: the identity of the judgements.
    /// - Throws: `DatabaseError` where not even columns in memory can be queried.
    package func select(
        _ predicate: StepPredicate, from judgements: Judgements, key: ContentKey
    ) throws -> [RuleOutcome] {
        guard StepQuery.fits(predicate) else { return predicate.outcomes(judgements) }
        func selected() throws -> [RuleOutcome] {
            try add(key) { [judgements] }
            for other in predicate.others { try add(other.key) { [other.judgements] } }
            return try select(predicate, key, count: judgements.trajectories.count)
        }
        // A file that fails is made again where it is damaged, and left alone where it is full, locked or
        // read-only; the last resort is memory.
        for attempt in 0..<2 {
            do {
                return try selected()
            } catch  where error is DatabaseError || error is UnknownJudgements {
                forget(remakingFile: attempt == 0 && OpenedColumns.isDamage(error))
            }
        }
        return try selected()
    }

    /// The same over judgements that were added earlier.
    ///
    /// - Parameter count: how many trajectories they hold.
    /// - Throws: ``UnknownJudgements``, `DatabaseError`.
    package func select(_ predicate: StepPredicate, _ key: ContentKey, count: Int) throws -> [RuleOutcome] {
        try database().read { db in
            guard let id = try Self.id(key, db) else { throw UnknownJudgements(key: key) }
            let query = try StepQuery(predicate)
            let others = try query.others.map { other in
                guard let id = try Self.id(other.key, db) else { throw UnknownJudgements(key: other.key) }
                return id
            }
            let matches = query.matches
            db.add(function: matches)
            defer { db.remove(function: matches) }
            var outcomes = Array(repeating: RuleOutcome(), count: count)
            let rows = try Row.fetchCursor(db, sql: query.sql, arguments: query.arguments(id, others: others))
            while let row = try rows.next() {
                let trajectory: Int = row[0]
                guard outcomes.indices.contains(trajectory) else { throw UnknownJudgements(key: key) }
                let code: Int = row[2]
                outcomes[trajectory].add(
                    row[1], failure: code < 0 ? nil : .init(clause: code / 2, isFalse: code % 2 == 1))
            }
            return outcomes
        }
    }

    /// Judgements that have no columns here; another program may have made the table anew meanwhile.
    package struct UnknownJudgements: Explained {
        let key: ContentKey
        package var code: FailureCode { .unreadableTable }
        package var message: String { "no columns of the judgements \(key.short)" }
        package var hint: String? { "run the command again" }
    }

    /// Makes columns of judgements, where there are none yet or those that are there are damaged. Parts are
    /// asked for one by one, so that not all of them need be in memory; trajectories are numbered through.
    package func add(_ key: ContentKey, _ parts: () throws -> some Sequence<Judgements>) throws {
        guard !state.withLock({ $0.trusted.contains(key) }) else { return }
        let database = try database()
        // Verified outside of a transaction that would keep other programs from writing.
        let isThere = try database.read { db in
            try Self.id(key, db).map { try Self.isWhole($0, db) } ?? false
        }
        if isThere {
            state.withLock { _ = $0.trusted.insert(key) }
            return
        }
        try database.write { db in
            if let id = try Self.id(key, db) {
                try db.execute(sql: "DELETE FROM step WHERE judged = ?", arguments: [id])
                try db.execute(sql: "DELETE FROM judged WHERE id = ?", arguments: [id])
            }
            let id = try Int.fetchOne(db, sql: "SELECT COALESCE(MAX(id), 0) + 1 FROM judged")!
            let fields = StepPredicate.Field.allCases
            let places = Array(repeating: "?", count: fields.count + 4).joined(separator: ", ")
            let insert = try db.makeStatement(sql: "INSERT INTO step VALUES (\(places))")
            var first = 0
            var digest = RowDigest()
            for part in try parts() {
                for (index, trajectory) in part.trajectories.enumerated() {
                    let broken = trajectory.termination.isEnvironmentFailure
                    var values: [DatabaseValue] = [id.databaseValue, (first + index).databaseValue, .null]
                    values.append(broken.databaseValue)
                    for step in trajectory.steps.indices {
                        values[2] = step.databaseValue
                        for (column, field) in fields.enumerated() where step == 0 || field.isStepwise {
                            let value = field.value(part, index, step)?.databaseValue ?? .null
                            if step == 0 { values.append(value) } else { values[4 + column] = value }
                        }
                        insert.setUncheckedArguments(StatementArguments(values))
                        try insert.execute()
                        for value in values.dropFirst() { digest.add(value) }
                    }
                }
                first += part.trajectories.count
            }
            try db.execute(
                sql: "INSERT INTO judged VALUES (?, ?, ?)", arguments: [key.hex, id, digest.hex])
        }
        state.withLock { _ = $0.trusted.insert(key) }
    }

    /// Returns true if the columns are those that were written.
    private static func isWhole(_ id: Int, _ db: Database) throws -> Bool {
        guard
            let stored = try String.fetchOne(
                db, sql: "SELECT digest FROM judged WHERE id = ?", arguments: [id])
        else { return false }
        var digest = RowDigest()
        let rows = try Row.fetchCursor(
            db, sql: "SELECT * FROM step WHERE judged = ? ORDER BY trajectory, position", arguments: [id])
        while let row = try rows.next() {
            for column in 1..<row.count { digest.add(row[column] as DatabaseValue) }
        }
        return digest.hex == stored
    }

    private static func id(_ key: ContentKey, _ db: Database) throws -> Int? {
        try Int.fetchOne(db, sql: "SELECT id FROM judged WHERE key = ?", arguments: [key.hex])
    }

    // MARK: The file

    /// The database, opened on first use: in memory where the file can't be used.
    private func database() throws -> DatabaseQueue {
        try state.withLock { state in
            if let opened = state.opened { return opened.database }
            let opened = try OpenedColumns(file)
            state.opened = opened
            return opened.database
        }
    }

    /// Closes the database; the next use opens it again, or one in memory.
    private func forget(remakingFile: Bool) {
        state.withLock { state in
            let isRemade = remakingFile && state.opened?.remove() == true
            state = State()
            if !isRemade { state.opened = try? OpenedColumns(nil) }
        }
    }

    /// The tables that hold the columns.
    static let schema = """
        CREATE TABLE IF NOT EXISTS judged(
            key TEXT PRIMARY KEY, id INTEGER NOT NULL, digest TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS step(
            judged INTEGER NOT NULL, trajectory INTEGER NOT NULL, position INTEGER NOT NULL,
            broken INTEGER NOT NULL, \(columns.joined(separator: ", ")),
            PRIMARY KEY(judged, trajectory, position)) WITHOUT ROWID;
        """
}
