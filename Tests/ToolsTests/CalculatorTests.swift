import Arithmetic
import Foundation
import Testing
import Tools
import Trajectories

@Suite struct CalculatorTests {
    @Test(arguments: [
        ("48/2", "24"), ("1+2*3", "7"), ("(1+2)*3", "9"), ("2^10", "1024"), ("2**3**2", "512"),
        ("-2^2", "-4"),
        ("10%", "0.1"), ("200*15%", "30"), ("1/3", "0.3333333333"), ("0.1+0.2", "0.3"), ("1,200*2", "2400"),
        ("$12/60", "0.2"), ("2(3+4)", "14"), ("7 − 10", "-3"), ("6 × 7 ÷ 2", "21"), (".5*4", "2"),
        ("4^-1", "0.25"),
        ("3 x 4", "12"), ("--5", "5"), ("2*-3", "-6"), ("-1/3", "-0.3333333333"), ("1/8", "0.125"),
        ("0*-5", "0"), ("5.", "5"), ("1/10^12", "1/1000000000000"), ("1/30000", "1/30000"),
        ("2/3", "0.6666666667"),
        ("1e3 + 1", "1001"), ("2²", "4"), ("½ * 8", "4"), ("48/2=", "24"), ("48/2=24", "24"),
        ("$-5 + 3", "-2"),
        ("–5+3", "-2"), ("12 X 4", "48"), ("6 ⋅ 7", "42"), ("50\\%", "0.5"), ("sqrt(16)", "4"),
        ("20% of 50", "10"),
        ("x = 5*3", "15"), ("= 5*3", "15"), ("\\frac{3}{4} + \\frac12", "1.25"), ("2^{10}", "1024"),
        ("[(1+2)*3]", "9"),
        ("1/3*10^-8", "1/300000000"), ("0 x 10", "0"), ("1\\frac{1}{2}", "1.5"),
        ("2\\frac{3}{4} + 1", "3.75"), ("2*\\(3+4\\)", "14"), ("\\[3+4\\]*2", "14"),
        ("\\(2+3\\)\\times\\(4+1\\)", "25"), ("48/2 = ?", "24"), ("48/2 == 24", "24"), ("(48/2).", "24"),
        ("48/2;", "24"), ("560//10", "56"), ("-7//2", "-4"),
        ("20 percent of 50", "10"), ("Total: 5 × 3", "15"), ("2√9", "6"), ("3 + 2√9", "9"), ("4^0.5", "2"),
        ("16^(1/2)", "4"), ("(-1)^2023", "-1"),
        ("2/3 = 0.6666666667", "0.6666666667"), ("10/3 ≈ 3.33", "3.3333333333"), ("100 - 30% of 100", "70"),
        ("1/2 of 50", "25"), ("½ of 50", "25"),
        ("1000*(1+0.0425/12)^360", "3570.649472538"), ("1.0005^365", "1.2001594107"), ("5\u{200B}+3", "8"),
        ("x1 = 5", "5"), ("5$ + 3$", "8"), ("１２＋３", "15"),
        ("\\frac{2^{3}}{4}", "2"),
    ])
    func `expressions evaluate to exact values`(_ expression: String, _ value: String) throws {
        #expect(try ArithmeticExpression.evaluate(expression).notation == value)
    }

    @Test(arguments: [
        "", "1+", "1/0", "(1", "1)", "abc", "1..2", "10^10^10", "9^9^9^9", "2^0.5", "1 2", "0^-1", "1,23",
        "999999999999^1000", "0,500 + 0", "0x10", "1,5", "12,34", "10 % 3", "48/2=25", "2 1/2", "1 000",
        "sqrt(2)", "6:2", "3!", "Total 5 x 3 = 16", "sqrt 9 x 2 = 7", "half of 10 = 6", "ten minus two = 7",
        "3 of 4", "100 - 30 of 100",
        "100 / 20% of 50", "17 % -5", "17 % +5", "10/3 = 3.34", "\\sqrt[4]{16}", "\\sqrt[3]{8}",
        "2\\frac{5}{4}", "5\u{338}+3",
    ])
    func `expressions without a value are refused`(_ expression: String) {
        #expect(throws: ArithmeticExpression.EvaluationError.self) {
            try ArithmeticExpression.evaluate(expression)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `hostile expressions are evaluated within a minute`() {
        for text in [
            String(repeating: "(", count: 10_000), String(repeating: "-", count: 1_999) + "1",
            "1" + String(repeating: "*99999999", count: 200), String(repeating: "9", count: 1_999),
            "2" + String(repeating: "^2", count: 500),
        ] {
            _ = try? ArithmeticExpression.evaluate(text)
        }
    }

    private struct Row: Decodable {
        let text: String
        /// SymPy's exact value; `nil` where the text has two readings.
        let value: String?
    }

    @Test func `values agree with SymPy on 2,000 expressions as models write them`() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/expressions.jsonl")
        let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
        #expect(rows.count > 2_000)
        for row in rows {
            let found = Result { try ArithmeticExpression.evaluate(row.text) }
            guard let value = row.value else {
                #expect(throws: ArithmeticExpression.EvaluationError.self, "\(row.text)") { try found.get() }
                continue
            }
            #expect(try found.get() == ArithmeticExpression.evaluate(value), "\(row.text)")
        }
    }

    @Test func `the shown value has a relative error of at most 1e-9`() throws {
        for text in ["1/7", "1/7000", "22/7*10^9", "1/3+10^-12", "123456789/1000000007", "10^-11*7", "5/3"] {
            let value = try ArithmeticExpression.evaluate(text)
            let shown = try ArithmeticExpression.evaluate(value.notation)
            #expect(abs(shown.approximation / value.approximation - 1) <= 1e-9, "\(text): \(value.notation)")
        }
    }

    @Test func `an error gives the policy an observation and records the message`() async {
        let error = await #expect(throws: ToolError.self) {
            try await CalculatorTool().call("1/0", for: nil)
        }
        guard case .invalidInput("error", let message) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains("division by zero"))
    }
}
