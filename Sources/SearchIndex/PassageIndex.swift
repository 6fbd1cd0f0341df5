import GRDB

/// BM25 retrieval over passages, on SQLite's FTS5.
///
/// A passage that shares any word with the query counts; titles weigh double. Words too common to
/// tell passages apart are left out of queries.
package final class PassageIndex: Sendable {
    private let database: DatabaseQueue

    /// A passage found, best first.
    package struct Hit: Sendable, Hashable {
        package let title: String
        package let text: String
        /// BM25, larger is better.
        package let score: Double
    }

    /// Builds an index in memory.
    ///
    /// - Throws: `DatabaseError` when SQLite lacks FTS5.
    package init(_ passages: some Sequence<(title: String, text: String)>) throws {
        var configuration = Configuration()
        configuration.label = "swirl.search"
        database = try DatabaseQueue(configuration: configuration)
        try database.write { db in
            try db.execute(
                sql: """
                    CREATE VIRTUAL TABLE passage USING fts5(
                        title, text, tokenize = "unicode61 remove_diacritics 2")
                    """)
            let insert = try db.makeStatement(
                sql: "INSERT INTO passage(title, text) VALUES (?, ?)")
            for passage in passages {
                try insert.execute(arguments: [passage.title, passage.text])
            }
        }
    }

    /// The best `limit` passages; empty when the query holds no word that any passage has.
    package func search(_ query: String, limit: Int = 1) throws -> [Hit] {
        let words = Self.terms(query)
        guard !words.isEmpty else { return [] }
        let match = words.map { "\"\($0)\"" }.joined(separator: " OR ")
        return try database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT title, text, bm25(passage, 2.0, 1.0) AS score FROM passage
                    WHERE passage MATCH ? ORDER BY score, rowid LIMIT ?
                    """, arguments: [match, limit]
            ).map { Hit(title: $0["title"], text: $0["text"], score: -($0["score"] as Double)) }
        }
    }

    /// The words of a query that can tell passages apart; all of them if none can.
    static func terms(_ query: String) -> [String] {
        var seen: Set<String> = []
        let words = query.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
            .filter { seen.insert($0).inserted }
        let telling = words.filter { !stopWords.contains($0) }
        return telling.isEmpty ? words : telling
    }

    private static let stopWords: Set<String> = Set(
        """
        a an and are as at be been but by can did do does for from had has have he her his how i
        if in into is it its many more most much no nor not of on or she so some such than that
        the their them then there these they this those to was we were what when where which who
        whom whose why will with would you your
        """.split { $0.isWhitespace }.map(String.init))
}
