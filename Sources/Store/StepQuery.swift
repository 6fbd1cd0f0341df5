import GRDB
import Trajectories

/// A predicate as SQL over the columns of ``StepTable``.
struct StepQuery {
    let sql: String
    /// The judges that it joins, in the order of their places in `sql`.
    let others: [OtherJudge]
    fileprivate let condition: Condition

    /// What is asked of a step, and the values of its places.
    fileprivate struct Condition {
        var others: [OtherJudge] = []
        var patterns: [String: TextPattern] = [:]
        var arguments: [any DatabaseValueConvertible] = []
    }

    /// - Throws: when a regular expression can't be read.
    init(_ predicate: StepPredicate) throws {
        var condition = Condition()
        // The first clause that does not hold, as 2 · place, and one more where it is false; -1 for a step that is
        // selected. Later clauses are asked only where the earlier ones hold.
        let clauses = predicate.clauses
        var code = ""
        for (place, clause) in clauses.enumerated() {
            let text = try condition.sql(clause, table: "step")
            code += "CASE COALESCE((\(text)), 2) WHEN 2 THEN \(2 * place) WHEN 0 THEN \(2 * place + 1) ELSE "
        }
        code += "-1" + String(repeating: " END", count: clauses.count)
        let joins = condition.others.indices.map { index in
            let table = Self.table(index)
            return
                "JOIN step \(table) ON \(table).judged = ? AND \(table).trajectory = step.trajectory AND \(table).position = step.position "
        }
        sql = """
            SELECT step.trajectory, step.position, \(code) FROM step \(joins.joined())
            WHERE step.judged = ? AND NOT step.broken ORDER BY step.trajectory, step.position
            """
        others = condition.others
        self.condition = condition
    }

    /// - Parameters:
    ///   - id: the judgements that are selected from.
    ///   - others: those of ``others``.
    func arguments(_ id: Int, others: [Int]) -> StatementArguments {
        StatementArguments(condition.arguments + others as [any DatabaseValueConvertible] + [id])
    }

    /// The function that searches texts, for as long as the query runs.
    var matches: DatabaseFunction {
        let patterns = condition.patterns
        return DatabaseFunction(Self.function, argumentCount: 2, pure: true) { values in
            guard let text = String.fromDatabaseValue(values[0]),
                let pattern = String.fromDatabaseValue(values[1]).flatMap({ patterns[$0] })
            else { return nil }
            return pattern.matches(text)
        }
    }

    fileprivate static let function = "matches"

    fileprivate static func table(_ index: Int) -> String { "other\(index)" }
}

extension StepQuery.Condition {
    /// SQL's NULL follows Kleene's logic, as the predicate does in memory.
    fileprivate mutating func sql(_ predicate: StepPredicate, table: String) throws -> String {
        func column(_ field: StepPredicate.Field) -> String { "\(table).\"\(field.rawValue)\"" }
        switch predicate {
        case .constant(let value): return value ? "1" : "0"
        case .field(let field): return column(field)
        case .comparison(let field, let comparison, let operand):
            // Kinds that can't be compared are unknown, as in memory; SQLite would order them.
            guard field.accepts(operand, comparison) else { return "NULL" }
            if comparison == .matches, case .text(let text) = operand {
                return try sql(matching: text, column(field))
            }
            arguments.append(operand.databaseValue)
            return "\(column(field)) \(comparison.rawValue) ?"
        case .member(_, _, let selected):
            // One number a step: few bytes to write, to read and to compare.
            var codes = "["
            for (id, steps) in selected {
                for step in steps {
                    if codes.utf8.count > 1 { codes += "," }
                    codes += String((id.question << 28) + (id.sample << 8) + step + 1)
                }
            }
            arguments.append(codes + "]")
            return """
                (\(column(.question)) << 28) + (\(column(.sample)) << 8) + \(column(.step)) IN (SELECT value FROM json_each(?))
                """
        case .by(let other, let predicate):
            if !others.contains(other) { others.append(other) }
            return try sql(predicate, table: StepQuery.table(others.firstIndex(of: other)!))
        case .and(let a, let b): return "(\(try sql(a, table: table)) AND \(try sql(b, table: table)))"
        case .or(let a, let b): return "(\(try sql(a, table: table)) OR \(try sql(b, table: table)))"
        case .not(let a): return "(NOT \(try sql(a, table: table)))"
        }
    }

    /// Words are found by SQLite itself, all else by a function of ours.
    private mutating func sql(matching text: String, _ column: String) throws -> String {
        let pattern = try TextPattern(text)
        guard let literals = pattern.literals else {
            patterns[text] = pattern
            arguments.append(text)
            return "\(StepQuery.function)(\(column), ?)"
        }
        arguments += literals as [any DatabaseValueConvertible]
        return "(" + literals.map { _ in "instr(\(column), ?) > 0" }.joined(separator: " OR ") + ")"
    }
}

extension StepPredicate.Operand {
    /// As a column holds it.
    var databaseValue: DatabaseValue {
        switch self {
        // SQLite has no such number.
        case .number(let number): number.isNaN ? .null : number.databaseValue
        // SQLite's texts end at the first NUL.
        case .text(let text): text.replacing("\0", with: "\u{2400}").databaseValue
        case .boolean(let flag): (flag ? 1 : 0).databaseValue
        }
    }
}
