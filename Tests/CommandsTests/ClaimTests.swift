import Events
import Foundation
import Interpreter
import Rendering
import Testing

/// What scripts say about differences.
@Suite struct ClaimTests {
    /// Two bases under the labels of the paper's Table 2, on two worlds.
    private static let bases = """
        let base = model nano tokens:5k
        let hop = model nano-xs tokens:60k
        let grid = sweep trained:[$base $hop] {
            eval policy:$trained on:[hop-nano gsm-nano] limit:40
        }

        """

    private func run(_ script: String) async -> (SessionHarness, RunStatus) {
        let harness = SessionHarness()
        return (harness, await harness.run(Self.bases + script))
    }

    private func codes(_ script: String) async -> [String] {
        let (harness, ending) = await run(script)
        #expect(ending == .invalid)
        return harness.diagnostics.filter { $0.severity == "error" }.map(\.code)
    }

    @Test func `comparing a result with itself gives difference 0 and p-value 1`() async throws {
        let (harness, ending) = await run(
            """
            claim "more" $grid[trained:hop] > $grid[trained:hop]
            claim "alike" $grid[trained:hop] = $grid[trained:hop] margin:10%
            claim "exactly alike" $grid[trained:hop] = $grid[trained:hop] margin:1%
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        #expect(harness.claims.map(\.verdict) == ["inconclusive", "holds", "inconclusive"])
        let measured = try #require(harness.claims[0].measured)
        #expect(measured.difference == 0 && measured.p == 1)
        // Eighty answers that all agree do not prove that the eighty-first will.
        #expect(measured.low < 0 && measured.low == -measured.high)
    }

    @Test func `p-values are corrected across the claims of one script, not across scripts`() async throws {
        let claim = "claim \"steps\" $grid[trained:hop] > $grid[trained:base] metric:steps\n"
        let alone = try #require((await run(claim)).0.claims.first?.measured)
        let (harness, _) = await run(claim + claim + claim)
        #expect(harness.claims.count == 3)
        for same in harness.claims {
            let measured = try #require(same.measured)
            #expect(abs(measured.p - min(1, 3 * alone.p)) < 1e-9)
            #expect(measured.low == alone.low && measured.difference == alone.difference)
        }
    }

    @Test func `the paper's difference is found by the labels of both sides`() async throws {
        let (harness, ending) = await run(
            """
            claim "gsm" $grid[trained:hop] > $grid[trained:base] world:gsm-nano paper:table2
            claim "all" $grid[trained:hop] > $grid[trained:base] paper:table2
            claim "none" $grid[trained:hop] > 0.5 paper:table2
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let found = harness.claims.map { $0.measured?.paper }
        #expect(abs(try #require(found[0]) - 0.11) < 1e-9)
        // HotpotQA .73 and GSM8K .76 against .65 and .65: the two worlds that were compared.
        #expect(abs(try #require(found[1]) - 0.095) < 1e-9)
        #expect(found[2] == nil)
        #expect(harness.claims[0].measured?.source == "Table 2, GSM8K")
    }

    @Test func `a required claim that is inconclusive fails the script`() async {
        #expect(
            await run("claim \"more\" $grid[trained:hop] > $grid[trained:hop] required:true").1
                == .expectationFailed)
        #expect(await run("claim \"some\" $grid[trained:hop] > -1 required:true").1 == .done)
    }

    @Test func `claims made before a failure are still decided`() async {
        let (harness, ending) = await run(
            "claim \"some\" $grid[trained:hop] > -1\ncall calculator \"1/0\"\nclaim \"never\" $grid[trained:hop] > 0.2"
        )
        #expect(ending == .failed)
        #expect(harness.claims.map(\.name) == ["some"])
        #expect(harness.warnings.contains { $0.contains("ended early") })
    }

    @Test func `mistakes are found before anything runs`() async {
        #expect(await codes("claim \"x\" $grid[trained:hop] >= 1") == ["wrong-type"])
        #expect(await codes("claim \"x\" $grid[trained:hop] = 1") == ["missing-argument"])
        #expect(await codes("claim \"x\" 0.1 > 0.2") == ["wrong-type"])
        #expect(await codes("claim \"x\" $grid[trained:hop] > 50") == ["out-of-range"])
        #expect(
            await codes("claim \"x\" $grid[trained:hop] > $grid[trained:hop] margin:5") == ["out-of-range"])
        #expect(await codes("table $grid rows:trained paper:table2") == ["no-effect"])
        #expect(await codes("eval on:[hop-nano hop-nano]") == ["duplicate-option"])
        #expect(
            await codes("dataset hop-nano limit:2; rollout samples:1; judge with:oracle strict:true") == [
                "contradiction"
            ])
        #expect(await codes("claim \"x\" $grid > 1 metric:acuracy") == ["unknown-column"])
        #expect(await codes("claim \"x\" $grid[trained:hop] > 1 paper:figure44") == ["unknown-word"])
        #expect(await codes("table $grid rows:trained to:\"t.doc\"") == ["unknown-format"])
        #expect(await codes("plot bar $grid to:\"t.gif\"") == ["unknown-format"])
        #expect(await codes("report to:\"t.pdf\"") == ["unknown-format"])
    }

    @Test func `claims without common questions and averages over a varying label are refused`() async {
        let statements = [
            (
                "claim \"x\" $grid[trained:hop world:hop-nano] > $grid[trained:base world:gsm-nano]",
                "nothing can be paired"
            ),
            ("claim \"x\" $grid > 0.5", "'trained' varies"), ("table $grid rows:world", "'trained' varies"),
            ("claim \"x\" $grid[trained:hop] > 0 world:beer-nano", "no rows of the world"),
        ]
        for (statement, message) in statements {
            // The checker knows it before anything runs, and the command knows it of rows that exist already.
            let (harness, ending) = await run(statement)
            #expect(ending == .invalid && harness.diagnostics.last?.message.contains(message) == true)
            let (later, _) = await run("")
            #expect(await later.run(statement) == .failed)
            #expect(later.diagnostics.last?.message.contains(message) == true)
        }
    }

    @Test func `compare pairs the points of a sweep and has a row a pair`() async throws {
        let (harness, ending) = await run(
            """
            let e = sweep limit:[10 20] { sweep t:[$base $hop] { eval policy:$t on:hop-nano limit:$limit } }
            let d = compare $e[t:base] $e[t:hop] examples:0
            table $d rows:limit value:points
            plot heat $d x:limit series:world y:points
            let s = compare $e[t:base] $e[t:hop] metric:steps examples:0
            table $s rows:limit value:difference
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let compared = try #require(harness.tables.first { $0.columns.contains("pairs") })
        #expect(compared.notes[0].contains("paired on limit, question and seed"))
        #expect(compared.rows[0][1].text == "30")
        let means = harness.tables.filter { $0.columns.first == "limit" }
        #expect(means.count >= 2 && means.allSatisfy { $0.rows.map { $0[0].text } == ["10", "20"] })
    }

    @Test func `compare counts wins and losses and reports the difference of the means`() async throws {
        let (harness, ending) = await run(
            """
            compare $grid[trained:hop] $grid[trained:hop]
            compare $grid[trained:base] $grid[trained:hop] metric:steps
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let tables = harness.tables.suffix(2)
        let same = try #require(tables.first)
        #expect(same.rows.map { $0[0].text } == ["hop-nano", "gsm-nano", "all"])
        #expect(same.rows.allSatisfy { $0[5].text == "0" && $0[6].text == "0" && $0[1].text != "0" })
        let steps = try #require(tables.last?.rows.last)
        let (first, second) = (try #require(steps[2].number), try #require(steps[3].number))
        #expect(abs(try #require(steps[4].number) - (second - first)) < 1e-9)
    }

    @Test func `a table counts words and combines evaluations of several data sets`() async throws {
        let (harness, ending) = await run(
            """
            table $grid rows:trained value:termination
            let a = dataset hop-nano split:test limit:10
            let b = dataset gsm-nano split:test limit:20
            let sets = sweep set:[$a $b] { eval policy:$hop questions:$set }
            table $sets rows:world best:true
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let counts = try #require(harness.tables.first { $0.name == "termination by trained" })
        for row in counts.rows {
            #expect(row.dropFirst().reduce(0) { $0 + (Int($1.text) ?? 0) } == 80)
        }
        #expect(harness.tables.last?.rows.count == 2)
    }

    @Test func `an upper bound on accuracy is inconclusive for too few questions`() async throws {
        let (harness, ending) = await run(
            """
            let few = eval policy:$base on:musique-nano limit:20
            claim "below one in a hundred" $few < 1%
            let one = eval policy:$base on:hop-nano limit:1
            claim "below half" $one < 50%
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        #expect(harness.claims.map(\.verdict) == ["inconclusive", "inconclusive"])
    }

    @Test func `a claim's name contains its sweep point`() async {
        let (harness, ending) = await run(
            "sweep trained:[1 2] { claim \"x\" $grid[trained:hop] > $grid[trained:base] world:[hop-nano gsm-nano] }"
        )
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        #expect(harness.claims.map(\.name) == ["x (trained:1)", "x (trained:2)"])
    }

    @Test func `a saved frame can be loaded, compared and used in claims`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "swirl-\(UUID().uuidString).csv")
            .path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let (harness, ending) = await run(
            """
            save $grid to:"\(file)"
            let before = load "\(file)"
            compare $before[trained:hop] $grid[trained:hop]
            claim "more" $before[trained:hop] > $grid[trained:base]
            claim "the same" $grid[trained:hop] > $grid[trained:base]
            expect $before[trained:hop] >= 0 required:true
            let both = sweep file:["\(file)"] { load $file }
            table $both rows:trained columns:world
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let claims = harness.claims.filter { $0.measured != nil }
        #expect(claims[0].measured?.difference == claims[1].measured?.difference)
        #expect(claims[0].measured?.low == claims[1].measured?.low)
    }

    @Test func `a claim about a frame without questions is refused`() async {
        let (harness, ending) = await run(
            "let p = paper figure4\nclaim \"x\" $p > $p metric:value")
        #expect(ending == .failed)
        #expect(harness.diagnostics.last?.message.contains("nothing can be paired") == true)
    }

    @Test func `the paper's gain takes the sign of the claim`() async throws {
        let (harness, ending) = await run(
            """
            model nano tokens:5k
            let base = $base
            let swirl = $hop
            let sizes = sweep size:[nano] system:[$base $swirl] { eval policy:$system on:hop-nano limit:20 }
            claim "gain" $sizes[system:swirl] > $sizes[system:base] paper:figure10
            claim "loss" $sizes[system:base] < $sizes[system:swirl] paper:figure10
            claim "other" $sizes[system:swirl] > $sizes[system:swirl] paper:figure10
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        #expect(harness.claims.map { $0.measured?.paper } == [0.05, -0.05, nil])
    }
}
