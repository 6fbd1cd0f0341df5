import Foundation
import StepwiseRL
import Testing
import Trajectories

@Suite struct GraderTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")

    private static func rows<Row: Decodable>(_ type: Row.Type, _ name: String) throws -> [Row] {
        try String(contentsOf: fixtures.appending(path: name), encoding: .utf8).split(separator: "\n")
            .map { try JSONDecoder().decode(type, from: Data($0.utf8)) }
    }

    private struct OfficialRow: Decodable {
        let rules: PublishedRules
        let prediction: String
        let golds: [String]
        let match: Bool
        let f1: Double?
        let precision: Double?
        let recall: Double?
    }

    @Test func `official grades agree with the published rules on 6,000 predictions`() throws {
        let rows = try Self.rows(OfficialRow.self, "official.jsonl")
        #expect(rows.count == 6_000)
        for row in rows {
            let gold = GoldAnswer(row.golds[0], aliases: Array(row.golds.dropFirst()), rules: row.rules)
            let grade = OfficialGrader().grade(row.prediction, gold)
            let what = "\(row.rules): \(row.prediction.debugDescription) for \(row.golds)"
            #expect(grade.isCorrect == row.match, "\(what)")
            #expect((grade.overlap == nil) == (row.f1 == nil))
            guard let overlap = grade.overlap, let f1 = row.f1 else { continue }
            #expect(abs(overlap.f1 - f1) < 1e-9, "\(what)")
            // Aliases with the same F1 may differ in the rest.
            if row.golds.count == 1 {
                #expect(abs(overlap.precision - row.precision!) < 1e-9, "\(what)")
                #expect(abs(overlap.recall - row.recall!) < 1e-9, "\(what)")
            }
        }
        #expect(rows.count(where: \.match) > 500)
    }

    private struct EqualRow: Decodable {
        let gold: String
        let answer: String
        let equal: Bool
    }

    @Test func `equality of numbers agrees with SymPy on 2,000 pairs of notations`() throws {
        let rows = try Self.rows(EqualRow.self, "equal.jsonl")
        #expect(rows.count == 2_000)
        for row in rows {
            #expect(
                EqualGrader().matches(row.answer, gold: row.gold) == row.equal,
                "\(row.answer.debugDescription) for \(row.gold.debugDescription)")
        }
    }

    @Test(arguments: [
        // One number in another notation.
        ("0.5", "1/2"), ("2.5", "2 1/2"), ("9500", "9{,}500"), ("1000", "1e3"), ("28%", "28 percent"),
        ("3,677 seated", "3677 seated"), ("10", "10.00"), ("10", "$10"), ("$10", "10"), ("5 dollars", "$5"),
        ("5", "5 km"), ("5 km", "5 kilometers"), ("0.25", "25%"), ("-5", "–5"), ("-5", "−5"), ("7", "7."),
        ("1500000", "1.5 million"), ("$1.5 million", "$1,500,000"), ("5", "\\boxed{5}"),
        ("1/2", "\\frac{1}{2}"),
        ("12", "１２"), ("5", "(5)"), ("5", "\"5\""), ("5", "$5$"), ("18", "18.0"), ("-2.5", "-2 1/2"),
        ("0.5", ".5"), ("90", "90°"),
        // One text.
        ("The Moon", "moon."), ("Spider-Man", "spider man"), ("U.S.", "US"), ("O'Brien", "OBrien"),
        ("O’Brien", "O'Brien"),
        ("Straße", "STRASSE"), ("ΣΊΣΥΦΟΣ", "Σίσυφος"), ("A", "a"), ("May 12, 1990", "may 12 1990"),
        ("C++", "c++"), ("yes", "Yes."),
        ("about 3,677 people", "about 3677 people"), ("apollo 11", "Apollo 11"),
        ("2004 Summer Olympics", "The 2004 Summer Olympics"), ("14-year-old", "14 year old"),
        ("The 1996 PGA Championship", "1996 PGA championship"), ("a 5-4 win", "5-4 win"),
        ("1999", "the 1999"), ("250 million", "the 250 million"), ("1969–1974", "1969-1974"),
        ("1969-1974", "1969 - 1974"),
        ("Blink-182", "Blink 182"), ("F-16", "F16"), ("1980s", "1980's"), ("1000000", "10^6"),
        ("1000000", "10⁶"), ("300000000", "3*10**8"),
        ("-0.5", "\\frac{-1}{2}"), ("0.5", "(1)/(2)"), ("5", "US$5"), ("28% increase", "28 percent increase"),
        ("5", "**5**"),
        ("2 1/2 apples", "2.5 apples"), ("1.5 million apples", "1,500,000 apples"),
        ("around -5 degrees", "around ‑5 degrees"),
        ("about -5 degrees", "about - 5 degrees"), ("The 39 Steps", "39 Steps"), ("7 Up", "7-Up"),
        ("20th-century", "20th century"),
        ("Paris - London", "Paris London"), ("AC/DC", "AC DC"), ("Panic! at the Disco", "panic at the disco"),
        ("Dune (2021)", "Dune 2021"),
        ("2.5", "2\\frac{1}{2}"), ("5000", "5,\\!000"), ("14.0 and 3", "14 and 3"), ("the Who", "Who"),
        ("1, 2", "1 2"),
        ("1,5", "1,5"),
    ])
    func `the equal grader accepts equivalent answers`(_ gold: String, _ answer: String) {
        #expect(EqualGrader().matches(answer, gold: gold))
    }

    @Test(arguments: [
        ("1.2", "1/2"), ("5", "–5"), ("12", "1, 2"), ("12", "1 2"), ("12", "1,2"), ("5", "-5"), ("5", "5%"),
        ("28", "28%"), ("0.5", "0.5%"),
        ("5", "5-6"), ("5", "5 or 6"), ("10", "10 apples"), ("5", "5 million"), ("5", "5k"), ("5", "5 dozen"),
        ("5", "5 thirds"),
        ("5 km", "5 miles"), ("$5", "€5"), ("5 km", "5"), ("21 Jump Street", "21"), ("1990", "1990s"),
        ("the 1990s", "the 1990"), ("2004 Summer Olympics", "2008 Summer Olympics"), ("5-4 win", "54 win"),
        ("about 5 degrees", "about - 5 degrees"), ("5 to 10 degrees", "- 5 to 10 degrees"),
        ("around 5 degrees", "around ‑5 degrees"), ("y = - 5", "y = 5"), ("5 °C", "- 5 °C"),
        ("5 apples", "‑5 apples"), ("5 apples", "—5 apples"),
        ("x", "-x"), ("-∞", "∞"), ("infinity", "-infinity"), ("π", "-π"), ("y = x", "y = -x"),
        ("x / 3", "x - 3"), ("x - 3", "x 3"),
        ("won 3 - 1", "won 3 / 1"), ("O", "O-"), ("A", "A-"), ("B-", "B"), ("1 000", "1 0"),
        ("10 000 people", "10 0 people"), ("Agent 007", "Agent 7"),
        ("Python 3.10", "Python 3.1"), ("room 1e3", "room 1000"), ("on 6/12", "on 1/2"),
        ("about 1/3", "about 0.3333333333"), ("sold for $5", "sold for €5"),
        ("$5 bill", "€5 bill"), ("n = 5", "n = 5!"), ("[5,6)", "(5,6]"), ("(3,4)", "{3,4}"),
        ("53", "5\\(3\\)"), ("53", "5\\!3"), ("5 MW", "5 mW"),
        ("5 mg", "5 Mg"), ("5 Mb", "5 MB"), ("2.5", "2((0.5))"), ("bus 5-A", "bus 5"),
        ("type 10-A", "type 10"), ("Unit 7B", "Unit 7A"), ("iPhone 5s", "iPhone 5c"),
        ("ran 5km", "ran 5mm"), ("in the 1990s", "in 1990"), ("Flight 11B", "Flight 11"),
        ("at 30°C", "at 30°F"), ("born 44BC", "born 44AD"), ("at 5pm", "at 5am"),
        ("3", "3rd"), ("3100", "3 100"),
        ("15", "1,5"), ("500", "0,500"), ("16", "0x10"), ("1/3", "0.333"), ("1/3", "0.3333333333"),
        ("2.5", "2(1/2)"), ("12", "12 (twelve)"),
        ("1.5 and 2", "1 5 and 2"), ("-5 below", "5 below"), ("C++", "C"), ("", "!"), ("", ""), ("?", "!"),
        ("moon", "sun"), ("a", "the"),
        ("10^9", "10"), ("1e3", "13"), ("5", "=5+1"), ("9/11", "911"), ("1-2", "12"), ("3.14", "3,14"),
        ("1000000", "1.000.000"), ("2", "²"),
        ("5", "5!"), ("7", "7 x 2"), ("4", "sqrt 4"), ("2", "--2"),
    ])
    func `the equal grader rejects different answers`(_ gold: String, _ answer: String) {
        #expect(!EqualGrader().matches(answer, gold: gold))
        #expect(!EqualGrader().matches(gold, gold: answer) || gold == "5 km" || answer.isEmpty)
    }

    @Test func `an alias counts as correct, and the word overlap uses the best alias`() {
        let gold = GoldAnswer("New York City", aliases: ["NYC", "the city of New York"])
        #expect(EqualGrader().grade("nyc", gold).isCorrect)
        let near = EqualGrader().grade("city of York", gold)
        #expect(!near.isCorrect && near.overlap?.precision == 1 && near.overlap?.recall == 0.75)
    }

    @Test func `a missing answer is wrong for every grader`() {
        let silent = trajectory(0, answer: nil)
        for rules in PublishedRules.allCases {
            let key = AnswerKey(["test/0": GoldAnswer("5", rules: rules)])
            #expect(OfficialGrader().outcome(of: silent, key) == false)
        }
        #expect(EqualGrader().outcome(of: silent, AnswerKey(["test/0": "5"])) == false)
    }

    @Test func `each question is graded by its data set's rules, unless said otherwise`() {
        let (published, plain) = (GoldAnswer("18", rules: .gsm8k), GoldAnswer("18"))
        #expect(Grading.perDataset.grader(for: published).name == "official")
        #expect(Grading.perDataset.grader(for: plain).name == "equal")
        #expect(Grading.equal.grader(for: published).name == "equal")
        #expect(!OfficialGrader().grade("18.0", published).isCorrect)
        #expect(EqualGrader().grade("18.0", published).isCorrect)
    }

    /// docs/grading.md holds a table of answers; its last two columns are what the graders say.
    @Test func `the table of answers in the documentation matches the graders`() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/grading.md")
        let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return cells.count == 5
                ? PublishedRules(rawValue: cells[0]).map { (rules: $0, cells: cells) } : nil
        }
        #expect(rows.count == 50)
        for (rules, cells) in rows {
            let gold = GoldAnswer(cells[1], rules: rules)
            let official = OfficialGrader().grade(cells[2], gold)
            let f1 = official.overlap.map { ", F1 \(Double(Int(($0.f1 * 100).rounded())) / 100)" } ?? ""
            let expected = [
                (official.isCorrect ? "right" : "wrong") + f1,
                EqualGrader().grade(cells[2], gold).isCorrect ? "right" : "wrong",
            ]
            #expect(
                Array(cells[3...]) == expected,
                "| \(cells[0]) | \(cells[1]) | \(cells[2]) | \(expected.joined(separator: " | ")) |")
        }
    }
}
