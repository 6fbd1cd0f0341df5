import Failures
import Foundation
import GRDB
import Keys
import Synchronization
import Trajectories

/// A table of steps and verdicts in an SQLite database, so that a filter is a query.
///
/// The table is a copy of data in the artifacts. The rows of a set of judgements are added when the set is created or
/// first filtered, so the file may be deleted at any time. SQLite's pages have no checksums. The table therefore stores
/// a digest of each set's rows and verifies it when a process first uses the set; if it does not match, the rows are
/// built again. The result of a selection never depends on the state of the file.
package final class StepTable: Sendable {
    private let file: URL?
    private let state = Mutex(State())

    private struct State {
        var opened: StepDatabase?
        /// The keys of the judgements whose rows this process built or verified.
        var trusted: Set<ContentKey> = []
    }

    /// Creates the table. The database is opened on first use.
    ///
    /// - Parameter folder: the folder of the database file; `nil` for a database in memory. The file name contains a
    ///   hash of the column names, so program versions with different columns use different files.
    package init(_ folder: URL?) {
        file = folder?.appending(
            path: "steps-\(ContentKey(parts: Self.columns + ["digests", "solved"]).short).sqlite")
    }

    /// The fields with a column. Those of a question are in a table of their own.
    private static let fields = StepPredicate.Field.allCases.filter { !$0.isOfQuestion }
    private static let columns = fields.map { "\"\($0.rawValue)\"" }

    /// Applies a rule to every trajectory. Trajectories with an environment failure are never selected.
    ///
    /// - Parameter key: the key of the judgements.
    /// - Returns: one outcome per trajectory, in the order of `judgements.trajectories`.
    /// - Throws: `DatabaseError` if not even a database in memory can be queried; an error if a regular expression of
    ///   the rule is not valid.
    package func select(
        _ predicate: StepPredicate, from judgements: Judgements, key: ContentKey
    ) throws -> [RuleOutcome] {
        guard StepQuery.fits(predicate) else { return try predicate.outcomes(judgements) }
        func selected() throws -> [RuleOutcome] {
            try add(key) { [judgements] }
            for other in predicate.others { try add(other.key) { [other.judgements] } }
            return try select(predicate, key, count: judgements.trajectories.count)
        }
        // On an error, a damaged file is created again. If the disk is full or the file is locked or read-only, the
        // file stays unchanged and a database in memory is used.
        for attempt in 0..<2 {
            do {
                return try selected()
            } catch  where error is DatabaseError || error is UnknownJudgements {
                forget(remakingFile: attempt == 0 && StepDatabase.isDamage(error))
            }
        }
        return try selected()
    }

    /// Applies a rule to judgements that were added earlier.
    ///
    /// - Parameters:
    ///   - key: the key of the judgements.
    ///   - count: the number of trajectories in the judgements.
    /// - Throws: ``UnknownJudgements`` if the table does not contain the judgements, or those of another judge that the
    ///   rule uses; `DatabaseError`; `TextPattern.TooSlow`; `CancellationError`; an error if a regular expression of
    ///   the rule is not valid.
    package func select(_ predicate: StepPredicate, _ key: ContentKey, count: Int) throws -> [RuleOutcome] {
        try database().read { db in
            guard let id = try Self.id(key, db) else { throw UnknownJudgements(key: key) }
            let query = try StepQuery(predicate)
            let others = try query.others.map { other in
                guard let id = try Self.id(other.key, db) else { throw UnknownJudgements(key: other.key) }
                return id
            }
            let failure = Mutex<(any Error)?>(nil)
            let matches = query.matches { error in failure.withLock { $0 = $0 ?? error } }
            db.add(function: matches)
            defer { db.remove(function: matches) }
            var outcomes = Array(repeating: RuleOutcome(), count: count)
            let rows = try Row.fetchCursor(db, sql: query.sql, arguments: query.arguments(id, others: others))
            while let row = try rows.next() {
                if let failure = failure.withLock(\.self) { throw failure }
                let trajectory: Int = row[0]
                guard outcomes.indices.contains(trajectory) else { throw UnknownJudgements(key: key) }
                let code: Int = row[2]
                outcomes[trajectory].add(
                    row[1], failure: code < 0 ? nil : .init(clause: code / 2, isFalse: code % 2 == 1))
            }
            return outcomes
        }
    }

    /// The error for judgements that this table does not contain, for example because another process created the table
    /// again.
    package struct UnknownJudgements: Explained {
        let key: ContentKey
        package var code: FailureCode { .unreadableTable }
        package var message: String { "the filter table does not contain the judgements \(key.short)" }
        package var hint: String? { "run the command again" }
    }

    /// Adds the rows of judgements, unless the table already contains them undamaged.
    ///
    /// - Parameters:
    ///   - key: the key of the judgements.
    ///   - parts: returns the judgements in pieces, which are read one by one so that not all of them need to be in
    ///     memory. Trajectories are numbered consecutively across pieces.
    /// - Throws: `DatabaseError`; errors of `parts`.
    package func add(_ key: ContentKey, _ parts: () throws -> some Sequence<Judgements>) throws {
        guard !state.withLock({ $0.trusted.contains(key) }) else { return }
        let database = try database()
        // Verify in a read transaction, because a write transaction would block writes of other processes.
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
                try db.execute(sql: "DELETE FROM solved WHERE judged = ?", arguments: [id])
                try db.execute(sql: "DELETE FROM judged WHERE id = ?", arguments: [id])
            }
            let id = try Int.fetchOne(db, sql: "SELECT COALESCE(MAX(id), 0) + 1 FROM judged")!
            let fields = Self.fields
            var rates = SolveRates()
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
                rates.add(part)
            }
            for (question, rate) in rates.byQuestion.sorted(by: { $0.key < $1.key }) {
                let values = [id.databaseValue, question.databaseValue, rate.databaseValue]
                try db.execute(
                    sql: "INSERT INTO solved VALUES (?, ?, ?)", arguments: StatementArguments(values))
                for value in values.dropFirst() { digest.add(value) }
            }
            try db.execute(
                sql: "INSERT INTO judged VALUES (?, ?, ?)", arguments: [key.hex, id, digest.hex])
        }
        state.withLock { _ = $0.trusted.insert(key) }
    }

    /// Returns true if the rows of a set of judgements match the stored digest.
    ///
    /// - Parameter id: the row id of the judgements.
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
        let rates = try Row.fetchCursor(
            db, sql: "SELECT question, rate FROM solved WHERE judged = ? ORDER BY question", arguments: [id])
        while let row = try rates.next() {
            for column in 0..<row.count { digest.add(row[column] as DatabaseValue) }
        }
        return digest.hex == stored
    }

    /// Returns the row id of judgements; `nil` if the table does not contain them.
    private static func id(_ key: ContentKey, _ db: Database) throws -> Int? {
        try Int.fetchOne(db, sql: "SELECT id FROM judged WHERE key = ?", arguments: [key.hex])
    }

    // MARK: The file

    /// Returns the database, which is opened on first use. If the file can't be used, the database is in memory.
    private func database() throws -> DatabaseQueue {
        try state.withLock { state in
            if let opened = state.opened { return opened.database }
            let opened = try StepDatabase(file)
            state.opened = opened
            return opened.database
        }
    }

    /// Closes the database. If its file is removed, the next use creates a new file; otherwise a database in memory is
    /// used.
    ///
    /// - Parameter remakingFile: true to remove the file, unless another process has it open.
    private func forget(remakingFile: Bool) {
        state.withLock { state in
            let isRemade = remakingFile && state.opened?.remove() == true
            state = State()
            if !isRemade { state.opened = try? StepDatabase(nil) }
        }
    }

    /// The SQL statements that create the tables.
    static let schema = """
        CREATE TABLE IF NOT EXISTS judged(
            key TEXT PRIMARY KEY, id INTEGER NOT NULL, digest TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS step(
            judged INTEGER NOT NULL, trajectory INTEGER NOT NULL, position INTEGER NOT NULL,
            broken INTEGER NOT NULL, \(columns.joined(separator: ", ")),
            PRIMARY KEY(judged, trajectory, position)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS solved(
            judged INTEGER NOT NULL, question INTEGER NOT NULL, rate REAL,
            PRIMARY KEY(judged, question)) WITHOUT ROWID;
        """
}
