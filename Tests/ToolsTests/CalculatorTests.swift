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
        ("0*-5", "0"), ("5.", "5"),
    ])
    func `exact values`(_ expression: String, _ value: String) throws {
        #expect(try Expression.evaluate(expression).decimal == value)
    }

    @Test(arguments: [
        "", "1+", "1/0", "(1", "1)", "abc", "1..2", "10^10^10", "9^9^9^9", "2^0.5", "1 2", "0^-1", "1,23",
        "999999999999^1000",
    ])
    func `what has no value says why, at once`(_ expression: String) {
        #expect(throws: Expression.Problem.self) { try Expression.evaluate(expression) }
    }

    @Test(.timeLimit(.minutes(1))) func `hostile input is cheap`() {
        for text in [
            String(repeating: "(", count: 10_000), String(repeating: "-", count: 1_999) + "1",
            "1" + String(repeating: "*99999999", count: 200), String(repeating: "9", count: 1_999),
            "2" + String(repeating: "^2", count: 500),
        ] {
            _ = try? Expression.evaluate(text)
        }
    }

    @Test func `an error is an observation, its message is kept beside it`() async {
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
