import Datasets
import Keys
import Testing
import Tools
import Trajectories

@Suite struct NanoTests {
    @Test(arguments: DatasetEntryList.all.worlds.map(\.name))
    func `splits share no question, and only training questions depend on the seed`(_ name: String)
        async throws
    {
        let world = DatasetEntryList.all.worlds.first { $0.name == name }!
        var texts: [Split: Set<String>] = [:]
        for split in [Split.train, .validation, .test] {
            let set = try await world.questions(split, limit: 200, seed: 1)
            #expect(set.questions.count == 200)
            #expect(Set(set.questions.map(\.id)).count == 200)
            #expect(set.questions.allSatisfy { set.answers[$0] != nil })
            texts[split] = Set(set.questions.map(\.text))
            let again = try await world.questions(split, limit: 200, seed: 2)
            #expect((again == set) == (split != .train))
        }
        #expect(texts[.train]!.isDisjoint(with: texts[.test]!))
        #expect(texts[.train]!.isDisjoint(with: texts[.validation]!))
        #expect(texts[.validation]!.isDisjoint(with: texts[.test]!))
    }

    @Test func `demonstrations for pretraining contain no question of any split`() async throws {
        let demonstrations = NanoDemonstrations(tools: try Self.tools())
        var shown: Set<String> = []
        for index in 0..<1500 {
            shown.insert(try await demonstrations.demonstration(index, seed: 1).question.text)
        }
        for world in DatasetEntryList.all.worlds {
            for split in [Split.train, .validation, .test] {
                let set = try await world.questions(split, limit: 300, seed: 1)
                // Counterfactual questions share words with factual ones, so they share splits too.
                #expect(shown.isDisjoint(with: set.questions.map(\.text)))
            }
        }
    }

    @Test func `demonstrations repeat for a seed and differ between seeds`() async throws {
        let demonstrations = NanoDemonstrations(tools: try Self.tools())
        let one = try await demonstrations.demonstration(7, seed: 1)
        #expect(try await demonstrations.demonstration(7, seed: 1) == one)
        #expect(try await demonstrations.demonstration(7, seed: 2) != one)
    }

    @Test func `tool-free and two-tool demonstrations come in known shares`() async throws {
        let demonstrations = NanoDemonstrations(tools: try Self.tools())
        var counts = [0, 0, 0]
        for index in 0..<2000 {
            let demonstration = try await demonstrations.demonstration(index, seed: 3)
            counts[demonstration.tools.count] += 1
            #expect(
                demonstration.tools.isEmpty == (demonstration.turns.count == 1)
                    || !demonstration.tools.isEmpty)
        }
        #expect(abs(Double(counts[0]) / 2000 - 0.08) < 0.03)
        #expect(abs(Double(counts[2]) / 2000 - 0.17) < 0.04)
    }

    @Test func `the marker precedes the actions of careful annotators and is absent in the plain style`()
        async throws
    {
        let tools: [any Tool] = [SearchTool(CorpusRetriever(DatasetEntryList.all.corpora)), CalculatorTool()]
        let marked = NanoDemonstrations(tools: tools, style: .marker)
        let plain = NanoDemonstrations(tools: tools)
        #expect(marked.key != plain.key)
        var count = 0
        for index in 0..<400 {
            let turns = try await marked.demonstration(index, seed: 1).turns
            let with = turns.count { $0.action.hasPrefix(" next step<") }
            #expect(with == 0 || with == turns.count)
            count += with > 0 ? 1 : 0
            #expect(
                try await plain.demonstration(index, seed: 1).turns.allSatisfy {
                    !$0.action.contains("next step")
                })
        }
        // A quarter is careful: .25 × .85 + .75 × .15 = .325.
        #expect((0.25...0.40).contains(Double(count) / 400))
    }

    static func tools() throws -> [any Tool] {
        [SearchTool(CorpusRetriever(DatasetEntryList.all.corpora)), CalculatorTool()]
    }
}
