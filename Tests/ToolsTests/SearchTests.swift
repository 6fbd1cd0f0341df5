import SearchIndex
import Testing
import Tools
import Trajectories

@Suite struct SearchTests {
    private let corpora = [
        Corpus(
            name: "a",
            passages: [
                .init(title: "red moon", text: "red moon was directed by ana brook."),
                .init(title: "ana brook", text: "ana brook was born in tarlo."),
                .init(title: "blue sky", text: "blue sky tells of a red moon, a red moon and a red moon."),
            ]),
        Corpus(name: "b", passages: [.init(title: "ana brook", text: "ana brook was born in zandria.")]),
    ]

    private func question(_ corpus: String?) -> Question {
        Question(
            id: "q", number: 0, world: "w", text: "", kind: "", hops: 1, corpus: corpus, tools: ["search"])
    }

    @Test func `the best passage, by the question's corpus`() async throws {
        let search = try SearchTool(corpora)
        #expect(try await search.call("birthplace of ana brook", for: question("a")).contains("tarlo"))
        #expect(try await search.call("birthplace of ana brook", for: question("b")).contains("zandria"))
        #expect(try await search.call("director of red moon", for: nil).hasPrefix("red moon was"))
        #expect(try await search.call("zebra", for: nil) == "none")
    }

    @Test(arguments: [
        "\"", "a OR b NOT (", "NEAR(x)", "*", "title:moon", "", "of the", "'; DROP TABLE passage", "漢字",
    ])
    func `queries are words, never syntax`(_ query: String) async throws {
        _ = try await SearchTool(corpora).call(query, for: nil)
    }

    @Test func `a corpus that is not there is the environment's fault`() async throws {
        let search = try SearchTool(corpora)
        let error = await #expect(throws: ToolError.self) { try await search.call("x", for: question("c")) }
        guard case .unavailable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `several passages, best first`() throws {
        let index = try PassageIndex(corpora[0].passages.map { ($0.title, $0.text) })
        let hits = try index.search("red moon brook", limit: 3)
        #expect(hits.count == 3)
        #expect(hits.map(\.score) == hits.map(\.score).sorted(by: >))
    }
}
