import Foundation
import GRDB
import Keys
import Trajectories

/// Steps and verdicts as columns of SQLite, so that filters are queries.
///
/// A copy of what the artifacts hold, made when a set of judgements is made or first filtered: it may be
/// deleted at any time.
package final class StepTable: Sendable {
    private let database: DatabaseQueue

    /// - Parameter file: where the columns are kept; `nil` keeps them in memory.
    /// - Throws: `DatabaseError`.
    package init(_ file: URL?) throws {
        database = try .shared(file, label: "swirl.steps")
        try database.write { db in
            let version = Self.columns.joined(separator: " ")
            try db.execute(sql: "CREATE TABLE IF NOT EXISTS version(columns TEXT NOT NULL)")
            if try String.fetchOne(db, sql: "SELECT columns FROM version") != version {
                // Another program version kept other columns; they are made anew from the artifacts.
                try db.execute(
                    sql: "DROP TABLE IF EXISTS judged; DROP TABLE IF EXISTS step; DELETE FROM version")
                try db.execute(sql: "INSERT INTO version VALUES (?)", arguments: [version])
            }
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS judged(key TEXT PRIMARY KEY, id INTEGER NOT NULL);
                    CREATE TABLE IF NOT EXISTS step(
                        judged INTEGER NOT NULL, trajectory INTEGER NOT NULL, position INTEGER NOT NULL,
                        broken INTEGER NOT NULL, \(Self.columns.joined(separator: ", ")),
                        PRIMARY KEY(judged, trajectory, position)) WITHOUT ROWID;
                    """)
        }
    }

    private static let columns = StepPredicate.Field.allCases.map { "\"\($0.rawValue)\"" }

    /// The steps that a rule selects: one set a trajectory. Trajectories that the environment broke
    /// are never selected.
    ///
    /// - Parameter key: the identity of the judgements.
    package func select(
        _ predicate: StepPredicate, from judgements: Judgements, key: ContentKey
    ) throws -> [StepSet] {
        try add(key) { [judgements] }
        for other in predicate.others { try add(other.key) { [other.judgements] } }
        return try select(predicate, key, count: judgements.trajectories.count)
    }

    /// The same over judgements that were added earlier.
    ///
    /// - Parameter count: how many trajectories they hold.
    /// - Throws: ``UnknownJudgements``, `DatabaseError`.
    package func select(_ predicate: StepPredicate, _ key: ContentKey, count: Int) throws -> [StepSet] {
        try database.read { db in
            guard let id = try Self.id(key, db) else { throw UnknownJudgements(key: key) }
            let query = try StepQuery(predicate)
            let others = try query.others.map { other in
                guard let id = try Self.id(other.key, db) else { throw UnknownJudgements(key: other.key) }
                return id
            }
            let matches = query.matches
            db.add(function: matches)
            defer { db.remove(function: matches) }
            var steps = Array(repeating: StepSet(), count: count)
            let rows = try Row.fetchCursor(db, sql: query.sql, arguments: query.arguments(id, others: others))
            while let row = try rows.next() {
                let trajectory: Int = row[0]
                precondition(trajectory < count, "more trajectories are stored than were counted")
                steps[trajectory].append(row[1])
            }
            return steps
        }
    }

    /// Judgements that have no columns here; another program may have made the table anew meanwhile.
    package struct UnknownJudgements: Error, CustomStringConvertible {
        let key: ContentKey
        package var description: String { "no columns of the judgements \(key.short); run the command again" }
    }

    /// Makes columns of judgements, where there are none yet. Parts are asked for one by one, so that
    /// not all of them need be in memory; trajectories are numbered through.
    package func add(_ key: ContentKey, _ parts: () throws -> some Sequence<Judgements>) throws {
        try database.write { db in
            guard try Self.id(key, db) == nil else { return }
            let id = try Int.fetchOne(db, sql: "SELECT COALESCE(MAX(id), 0) + 1 FROM judged")!
            try db.execute(sql: "INSERT INTO judged VALUES (?, ?)", arguments: [key.hex, id])
            let fields = StepPredicate.Field.allCases
            let places = Array(repeating: "?", count: fields.count + 4).joined(separator: ", ")
            let insert = try db.makeStatement(sql: "INSERT INTO step VALUES (\(places))")
            var first = 0
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
                    }
                }
                first += part.trajectories.count
            }
        }
    }

    private static func id(_ key: ContentKey, _ db: Database) throws -> Int? {
        try Int.fetchOne(db, sql: "SELECT id FROM judged WHERE key = ?", arguments: [key.hex])
    }
}
