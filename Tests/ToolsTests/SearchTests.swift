import Foundation
import Retrieval
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

    @Test func `search returns the best passage of the question's corpus`() async throws {
        let search = SearchTool(CorpusRetriever(corpora))
        #expect(try await search.call("birthplace of ana brook", for: question("a")).contains("tarlo"))
        #expect(try await search.call("birthplace of ana brook", for: question("b")).contains("zandria"))
        #expect(try await search.call("director of red moon", for: nil).hasPrefix("red moon was"))
        #expect(try await search.call("zebra", for: nil) == "none")
    }

    @Test(arguments: [
        ("\"", "none"), ("brook NOT ana", "ana brook was"), ("*", "none"), ("title:moon", "red moon was"),
        ("", "none"), ("MOON OR", "red moon was"), ("漢字", "none"),
    ])
    func `queries are words, never syntax`(_ query: String, _ found: String) async throws {
        #expect(try await SearchTool(CorpusRetriever(corpora)).call(query, for: nil).hasPrefix(found))
    }

    @Test func `a missing corpus is an environment failure`() async throws {
        let search = SearchTool(CorpusRetriever(corpora))
        let error = await #expect(throws: ToolError.self) { try await search.call("x", for: question("c")) }
        guard case .unavailable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `several passages are returned best first`() throws {
        let index = PassageIndex(corpora[0].passages.map { ($0.title, $0.text) })
        let hits = index.search("red moon brook", limit: 3)
        #expect(hits.count == 3)
        #expect(hits.map(\.score) == hits.map(\.score).sorted(by: >))
    }

    /// Scores by hand: Robertson's BM25 with k1 1.2 and b 0.75.
    @Test func `scores agree with BM25`() throws {
        let index = PassageIndex(
            ["moon river", "moon moon sky", "sun"].map { (title: "", text: $0) }, titleWeight: 1)
        let hits = index.search("river", limit: 5)
        let inverseDocumentFrequency = log((3 - 1 + 0.5) / (1 + 0.5))
        let expected = inverseDocumentFrequency / (1 + 1.2 * (0.25 + 0.75 * 2 / 2))
        #expect(hits.count == 1)
        #expect(abs(hits[0].score - expected) < 1e-6)
    }

    @Test func `words are compared without case and diacritics`() {
        #expect(
            SearchTerms.of("Crème brûlée, 1987's ÅNGSTRÖM 漢字") == [
                "creme", "brulee", "1987", "s", "angstrom", "漢", "字", "漢字",
            ])
        #expect(SearchTerms.withoutStopWords("who is the director of the film?") == ["director", "film"])
        #expect(SearchTerms.withoutStopWords("of the") == ["of", "the"])
    }

    @Test(arguments: [
        ("ΣΊΣΥΦΟΣ", "Σίσυφος pushed a stone"), ("office", "the oﬃce of the clerk"),
        ("STRASSE", "Straße in Köln"),
        ("straße", "STRASSE"), ("東京", "私は東京に住む"), ("京", "私は東京に住む"), ("한국어", "한국어 문장"),
        ("ÅNGSTRÖM", "ångström"),
        ("file", "a ﬁle"), ("İstanbul", "istanbul"), ("カタ", "これはカタカナです"),
    ])
    func `search finds words in other case, with ligatures and in unspaced scripts`(
        _ query: String, _ text: String
    ) {
        let index = PassageIndex([(title: "", text: "nothing of the kind"), (title: "", text: text)])
        #expect(index.search(query).first?.text == text)
    }
}
