import Events
import Testing

/// How judges are compared with the truth.
@Suite struct AuditTests {
    private static let rollout =
        "model nano tokens:20k; dataset hop-nano gsm-nano limit:20; rollout samples:2\n"

    private func numbers(_ script: String) async throws -> [String: Double] {
        let harness = SessionHarness()
        let ending = await harness.run(Self.rollout + script)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let audit = try #require(harness.values.last { $0.type == "audit" })
        return Dictionary(
            audit.fields.compactMap { field in field.cell.number.map { (field.name, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    @Test func `the oracle agrees with itself, and a fully noisy oracle disagrees on every verdict`()
        async throws
    {
        let same = try await numbers("let truth = judge with:oracle; audit against:$truth")
        #expect(same["false_good"] == 0 && same["false_bad"] == 0 && same["verdicts"]! > 0)
        let opposite = try await numbers(
            "let truth = judge with:oracle; judge with:oracle noise:100%; audit against:$truth")
        #expect(opposite["false_good"]! + opposite["false_bad"]! == opposite["verdicts"])
    }

    @Test func `an audit table groups errors by kind of step`() async throws {
        let harness = SessionHarness()
        let ending = await harness.run(
            Self.rollout
                + "let truth = judge with:oracle; judge with:rules; let a = audit against:$truth; table $a rows:kind columns:world value:errors; table $a rows:world value:false_bad"
        )
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let kinds = Set(harness.tables.suffix(2).first?.rows.map { $0[0].text } ?? [])
        #expect(kinds.isSubset(of: ["query", "calculation", "answer"]) && kinds.contains("query"))
    }

    @Test func `an audit against verdicts on other trajectories fails`() async {
        let harness = SessionHarness()
        let ending = await harness.run(
            Self.rollout + "let truth = judge with:oracle; rollout samples:3; judge; audit against:$truth")
        #expect(ending == .failed)
        #expect(harness.diagnostics.last?.message.contains("different trajectories") == true)
    }
}
