import GRDB
import Trajectories

/// A predicate translated to SQL over the columns of ``StepTable``.
struct StepQuery {
    /// A statement that returns the trajectory index, the step index and a result code for every step, except in
    /// trajectories with an environment failure.
    let sql: String
    /// References to further judgements of the same trajectories that the SQL statement joins, in the order of their
    /// placeholders in `sql`.
    let others: [JudgementsRef]
    fileprivate let condition: SQLCondition

    /// The judgements of other judges, the patterns and the arguments that an SQL condition needs.
    fileprivate struct SQLCondition {
        var others: [JudgementsRef] = []
        var patterns: [String: TextPattern] = [:]
        var arguments: [any DatabaseValueConvertible] = []
    }

    /// Translates a predicate.
    ///
    /// - Throws: an error if a regular expression is invalid.
    init(_ predicate: StepPredicate) throws {
        var condition = SQLCondition()
        // The code is -1 for a selected step. Otherwise it is 2 · (index of the first clause that is not true), plus 1
        // if that clause is false rather than unknown. COALESCE stops at its first value, so later clauses are
        // evaluated only if all earlier ones are true.
        let codes = try predicate.clauses.enumerated().map { place, clause in
            let text = try condition.sql(clause, table: "step")
            return "CASE COALESCE((\(text)), 2) WHEN 2 THEN \(2 * place) WHEN 0 THEN \(2 * place + 1) END"
        }
        let code = "COALESCE(\(Self.coalesced(codes)), -1)"
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

    /// Groups the codes into nested `COALESCE` calls because an SQLite function takes at most 127 arguments.
    private static func coalesced(_ codes: [String]) -> String {
        stride(from: 0, to: codes.count, by: 64).map { start in
            "COALESCE(\(codes[start..<min(codes.count, start + 64)].joined(separator: ", ")), NULL)"
        }.joined(separator: ", ")
    }

    /// Returns true if the predicate is small enough for SQLite. Larger predicates are evaluated in memory.
    ///
    /// SQLite's parser has a stack of fixed size, and SQLite limits the depth of expressions to 1,000.
    static func fits(_ predicate: StepPredicate) -> Bool {
        predicate.nesting <= 12 && predicate.leafCount <= 600
    }

    /// Returns the arguments of the query.
    ///
    /// - Parameters:
    ///   - id: the row id of the judgements to select from.
    ///   - others: the row ids of ``others``.
    func arguments(_ id: Int, others: [Int]) -> StatementArguments {
        StatementArguments(condition.arguments + others as [any DatabaseValueConvertible] + [id])
    }

    /// Returns the SQL function `matches(text, pattern)`. The caller registers it while the query runs.
    ///
    /// - Parameter failed: called if a search fails. SQLite would turn the error into one of its own.
    func matches(failed: @escaping @Sendable (any Error) -> Void) -> DatabaseFunction {
        let patterns = condition.patterns
        return DatabaseFunction(Self.function, argumentCount: 2, pure: true) { values in
            guard let text = String.fromDatabaseValue(values[0]),
                let pattern = String.fromDatabaseValue(values[1]).flatMap({ patterns[$0] })
            else { return nil }
            do {
                return try pattern.matches(text)
            } catch {
                failed(error)
                return nil
            }
        }
    }

    fileprivate static let function = "matches"

    fileprivate static func table(_ index: Int) -> String { "other\(index)" }
}

extension StepQuery.SQLCondition {
    /// Translates a predicate to an SQL expression. NULL means unknown: SQL uses Kleene's logic, like the evaluation in
    /// memory.
    fileprivate mutating func sql(_ predicate: StepPredicate, table: String) throws -> String {
        func column(_ field: StepPredicate.Field) -> String {
            guard field.isOfQuestion else { return "\(table).\"\(field.rawValue)\"" }
            let rate = """
                (SELECT rate FROM solved WHERE solved.judged = \(table).judged AND solved.question = \(table).question)
                """
            switch field {
            case .never: return "(\(rate) = 0)"
            case .always: return "(\(rate) = 1)"
            default: return rate
            }
        }
        switch predicate {
        case .constant(let value): return value ? "1" : "0"
        case .field(let field): return column(field)
        case .comparison(let field, let comparison, let operand):
            // A comparison of different kinds is unknown, as in the evaluation in memory. SQLite would order the
            // values.
            guard field.accepts(operand, comparison) else { return "NULL" }
            if comparison == .matches, case .text(let text) = operand {
                return try sql(matching: text, column(field))
            }
            arguments.append(operand.databaseValue)
            return comparison == .contains
                ? "instr(\(column(field)), ?) > 0" : "\(column(field)) \(comparison.rawValue) ?"
        case .member(_, _, let selected):
            // Each step is encoded as one integer: question · 2^28 + sample · 2^8 + step number. Integers are compact
            // and fast to compare.
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
        case .and, .or:
            // A chain of one operator needs no inner parentheses. This saves space on the parser's stack.
            let (parts, word) = predicate.chain
            return "(\(try parts.map { try sql($0, table: table) }.joined(separator: " \(word) ")))"
        case .not(let a): return "(NOT \(try sql(a, table: table)))"
        }
    }

    /// Translates a text search. Patterns of plain text use SQLite's `instr`; other patterns use ``StepQuery/matches``.
    ///
    /// - Throws: an error if the pattern is not a valid regular expression.
    private mutating func sql(matching text: String, _ column: String) throws -> String {
        let pattern = try TextPattern(text)
        guard let literals = pattern.literals, literals.count <= 64 else {
            patterns[text] = pattern
            arguments.append(text)
            return "\(StepQuery.function)(\(column), ?)"
        }
        arguments += literals as [any DatabaseValueConvertible]
        return "(" + literals.map { _ in "instr(\(column), ?) > 0" }.joined(separator: " OR ") + ")"
    }
}

extension StepPredicate {
    /// The operands of `a and b and c` or of `a or b or c`, and the SQL operator.
    fileprivate var chain: (parts: [StepPredicate], word: String) {
        var parts: [StepPredicate] = []
        func walk(_ predicate: StepPredicate) {
            switch (self, predicate) {
            case (.and, .and(let a, let b)), (.or, .or(let a, let b)):
                walk(a)
                walk(b)
            default: parts.append(predicate)
            }
        }
        walk(self)
        if case .or = self { return (parts, "OR") }
        return (parts, "AND")
    }

    /// The maximum number of nested parentheses around an operand in the SQL expression.
    fileprivate var nesting: Int {
        switch self {
        case .constant, .field, .comparison, .member: 0
        case .by(_, let predicate): predicate.nesting
        case .and, .or: 1 + (chain.parts.map(\.nesting).max() ?? 0)
        case .not(let a): 1 + a.nesting
        }
    }

    /// The number of leaves of the expression tree: constants, fields, comparisons and memberships.
    fileprivate var leafCount: Int {
        switch self {
        case .constant, .field, .comparison, .member: 1
        case .by(_, let predicate), .not(let predicate): predicate.leafCount
        case .and(let a, let b), .or(let a, let b): a.leafCount + b.leafCount
        }
    }
}

extension StepPredicate.Operand {
    /// The operand as an SQLite value, in the form in which the columns of ``StepTable`` store values.
    var databaseValue: DatabaseValue {
        switch self {
        // SQLite has no NaN.
        case .number(let number): number.isNaN ? .null : number.databaseValue
        // SQLite's text functions stop at the first NUL.
        case .text(let text): text.replacing("\0", with: "\u{2400}").databaseValue
        case .boolean(let flag): (flag ? 1 : 0).databaseValue
        }
    }
}
