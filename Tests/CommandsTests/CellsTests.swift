import Events
import Interpreter
import Language
import Testing

/// What a session says about cells that rest on something that has changed since.
@Suite struct CellsTests {
    /// A session that is given cells one by one.
    private final class Cells {
        let harness = SessionHarness()
        private var count = 0

        /// Runs a cell; `id` is what a notebook knows it by.
        func callAsFunction(_ text: String, id: String? = nil) async {
            count += 1
            let cell = CellName(number: count, id: id)
            let ending = await harness.session.run(Source(name: "In[\(count)]", text: text), cell: cell)
            #expect(ending == .done, "\(text)")
        }

        /// The numbers of the cells that were told to be stale, one list for each telling.
        var told: [[Int]] {
            harness.all.compactMap {
                if case .stale(let stale) = $0 { stale.cells.map(\.number) } else { nil }
            }
        }

        var reasons: [String] {
            harness.all.flatMap { event -> [String] in
                if case .stale(let stale) = event { stale.cells.flatMap(\.reason.changed) } else { [] }
            }
        }

        func listing() async -> [String] {
            guard case .value(let value) = await harness.session.cells else { return [] }
            return value.lines
        }
    }

    private static let base = "model nano-xs tokens:20k"
    private static let questions = "dataset hop-nano limit:4"

    @Test func `direct and indirect dependents of a changed value become stale and do not run again`() async {
        let cell = Cells()
        await cell("\(Self.base); \(Self.questions)")
        await cell("let n = 1")
        await cell("rollout samples:$n")
        await cell("judge with:rules")
        await cell("call calculator \"1+1\"")
        #expect(cell.told.isEmpty)
        await cell("let n = 2")
        #expect(cell.told == [[3, 4]])
        #expect(cell.reasons == ["$n"])
        let listing = await cell.listing()
        #expect(listing[0].contains("[1]") && !listing[0].contains("stale"))
        #expect(listing[1].contains("[3]") && listing[1].contains("stale: $n changed in [6]"))
        #expect(listing[2].contains("[4]") && listing[2].contains("stale: depends on [3]"))
        #expect(listing[3].contains("[5]") && !listing[3].contains("stale"))
        #expect(listing[4].contains("[6]") && !listing[4].contains("stale"))
        // Nothing ran again by itself.
        #expect(cell.harness.finished.filter { $0.command == "rollout" }.count == 1)
        await cell("rollout samples:$n")
        await cell("judge with:rules")
        #expect(await cell.listing().allSatisfy { !$0.contains("stale") })
        #expect(cell.told == [[3, 4]])
    }

    @Test func `refilling a slot with another result makes its readers stale`() async {
        let cell = Cells()
        await cell("\(Self.base); \(Self.questions)")
        await cell("rollout samples:1")
        await cell("judge with:rules")
        await cell("rollout samples:2")
        #expect(cell.told == [[3]] && cell.reasons == ["trajectories"])
    }

    @Test func `running a cell again with the same result changes nothing`() async {
        let cell = Cells()
        await cell("\(Self.base); \(Self.questions)", id: "a")
        await cell("rollout samples:1", id: "b")
        await cell("judge with:rules", id: "c")
        await cell("rollout samples:1", id: "b")
        #expect(cell.told.isEmpty)
        #expect(await cell.listing().map { $0.prefix(3) } == ["[1]", "[3]", "[4]"])
    }

    @Test func `cells with equal text but different ids are tracked separately`() async {
        let cell = Cells()
        await cell("\(Self.base); \(Self.questions); rollout samples:2; judge with:rules", id: "a")
        await cell("filter none", id: "b")
        await cell("describe", id: "c")
        await cell("filter not process", id: "d")
        await cell("describe", id: "e")
        #expect(cell.told.isEmpty)
        await cell("filter steps < 3", id: "b")
        #expect(cell.told == [[3]])
    }

    @Test func `the cell that has just run is not stale, even in a circular dependency`() async {
        let cell = Cells()
        await cell("\(Self.base); \(Self.questions)", id: "a")
        for _ in 0..<2 {
            await cell("rollout samples:1; judge with:rules; filter none", id: "b")
            await cell("train objective:sft updates:1 validate:0", id: "c")
            await cell("score text:\"a\"", id: "d")
        }
        // The second round begins with what the first has trained; its training is then the policy's latest.
        #expect(cell.told == [[3, 4], [5]])
        let listing = await cell.listing()
        #expect(listing.filter { $0.contains("stale:") }.count == 1 && listing[1].contains("changed in [6]"))
    }

    @Test func `rerunning a cell before a training makes the cells after it stale`() async {
        let cell = Cells()
        await cell(Self.base, id: "a")
        await cell("\(Self.questions); rollout samples:1; judge with:rules", id: "b")
        await cell("filter none", id: "c")
        await cell("train objective:sft updates:1 validate:0", id: "d")
        await cell("eval on:hop-nano limit:2", id: "e")
        await cell("dataset hop-nano limit:5; rollout samples:1; judge with:rules", id: "b")
        #expect(cell.told == [[3, 4, 5]])
        await cell("filter none", id: "c")
        let stale = await cell.listing().filter { $0.contains("stale:") }
        // The new trajectories are by the policy that was trained on the old ones.
        #expect(stale.map { $0.prefix(3) } == ["[4]", "[5]", "[6]"])
    }

    @Test func `only a new value makes a name's readers stale, and a sweep's variable is independent`() async
    {
        let cell = Cells()
        await cell("let n = 5", id: "a")
        await cell("let m = $n + 1", id: "b")
        // The same value anew.
        await cell("let n = 2 + 3", id: "a")
        #expect(cell.told.isEmpty)
        // A name of the cell's own hides the outer one.
        await cell("let n = 2; let k = $n", id: "c")
        #expect(cell.told == [[2]])
        await cell("let m = $n + 1", id: "b")
        await cell("sweep n:[7 8] { call calculator \"1+1\" }", id: "d")
        await cell("let n = 3", id: "c")
        #expect(cell.told == [[2], [5]])
        await cell("let x = 1", id: "e")
        await cell("let y = $_ + 1", id: "f")
        await cell("let x = 2", id: "e")
        #expect(cell.told.last == [9])
    }

    @Test func `a background job is tracked as a cell like any other`() async {
        let cell = Cells()
        await cell("let n = 1")
        let job = Source(name: "<job 1>", text: "background let m = $n + 1")
        let (ending, names) = await cell.harness.session.runInBackground(
            job, cell: CellName(number: 9), sink: { _ in })
        #expect(ending == .done && names == ["m"])
        await cell("let k = $m + 1")
        await cell("let n = 2")
        #expect(cell.told == [[9, 2]] && cell.reasons == ["$n"])
    }

    @Test func `a cell that defines a name itself does not depend on other definitions of it`() async {
        let cell = Cells()
        await cell("let n = 2", id: "a")
        await cell("let n = 2; let k = $n", id: "b")
        await cell("sweep s:[1 2] { let j = 7; call calculator \"1+1\" }", id: "c")
        await cell("let n = 3", id: "a")
        #expect(cell.told.isEmpty)
    }

    @Test func `a reader of the latest result depends on the previous cell`() async {
        let cell = Cells()
        await cell("let x = 1", id: "a")
        await cell("expect $_ = 1", id: "b")
        await cell("let x = 1", id: "a")
        #expect(cell.told.isEmpty)
        await cell("let z = 1", id: "c")
        await cell("expect $_ = 1", id: "d")
        await cell("let z = 5", id: "c")
        #expect(cell.told == [[5]])
    }

    @Test func `a failed cell is listed as failed, and its changes are reported with the next cell`() async {
        let cell = Cells()
        await cell("let n = 1", id: "a")
        await cell("expect $n = 1", id: "b")
        let broken = Source(name: "In[3]", text: "let n = 2; call calculator \"1/0\"; let m = 3")
        #expect(await cell.harness.session.run(broken, cell: CellName(number: 3, id: "a")) == .failed)
        #expect(cell.told.isEmpty)
        let listing = await cell.listing()
        #expect(listing.contains { $0.contains("[3]") && $0.contains("failed") })
        #expect(listing.contains { $0.contains("[2]") && $0.contains("stale") })
        await cell("help", id: "c")
        #expect(cell.told == [[2]])
        // What it never reached is not its doing.
        let early = Source(name: "In[5]", text: "call calculator \"1/0\"; let n = 2")
        #expect(await cell.harness.session.run(early, cell: CellName(number: 5, id: "d")) == .failed)
        #expect(await cell.listing().contains { $0.contains("[5]") && $0.contains("failed") })
    }

    @Test func `a cell that fails its check makes nothing stale`() async {
        let cell = Cells()
        await cell("let n = 1", id: "a")
        await cell("expect $n = 1", id: "b")
        let wrong = Source(name: "In[3]", text: "let n = $gone")
        #expect(await cell.harness.session.run(wrong, cell: CellName(number: 3, id: "a")) == .invalid)
        #expect(cell.told.isEmpty)
    }
}
