import Foundation
import Retrieval
import Testing
import Tools
import Trajectories

/// The index on disk, and search by vectors.
@Suite struct CorpusTests {
    /// Texts of words with very unlike frequencies, many of which are equal.
    private func texts(_ count: Int, seed: UInt64) -> [(title: String, text: String)] {
        var random = SplitMix(state: seed)
        return (0..<count).map { number in
            let words = (0..<1 + Int(random.next() % 12)).map { _ -> String in
                let rare = random.next() % 100
                return "w\(random.next() % (rare < 60 ? 4 : rare < 90 ? 40 : 2_000))"
            }
            return (title: number % 3 == 0 ? words[0] : "", text: words.joined(separator: " "))
        }
    }

    private func index(_ texts: [(title: String, text: String)], batch: Int = 100) throws -> BM25Index {
        var builder = BM25Builder()
        for start in stride(from: 0, to: texts.count, by: batch) {
            builder.add(BM25Builder.Batch(texts[start..<min(texts.count, start + batch)]))
        }
        return try BM25Index(builder.files(), passageCount: builder.passageCount)
    }

    @Test(arguments: [1, 2, 3, 10, 100, 5_000])
    func `skipping passages does not change the result`(_ limit: Int) throws {
        for seed in 1...4 as ClosedRange<UInt64> {
            let index = try index(texts(3_000, seed: seed))
            var random = SplitMix(state: seed + 100)
            for _ in 0..<60 {
                var words: [String] = []
                for _ in 0..<1 + Int(random.next() % (random.next() % 8 == 0 ? 60 : 6)) {
                    let word = "w\(random.next() % (random.next() % 2 == 0 ? 5 : 2_100))"
                    if !words.contains(word) { words.append(word) }
                }
                #expect(index.search(words, limit: limit) == index.searchAll(words, limit: limit), "\(words)")
            }
        }
    }

    @Test func `batches of any size give the same files`() throws {
        let texts = texts(500, seed: 7)
        var whole = BM25Builder()
        whole.add(BM25Builder.Batch(texts))
        var pieces = BM25Builder()
        for text in texts { pieces.add(BM25Builder.Batch([text])) }
        #expect(whole.files() == pieces.files())
    }

    /// What bm25s 0.3.16 (method robertson, k1 1.2, b 0.75) gives for the same words.
    @Test func `scores are those of bm25s`() throws {
        struct Recorded: Decodable {
            let passages: [String]
            let queries: [[String]]
            let scores: [[Float]]
        }
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
            path: "Fixtures/bm25s.json")
        let recorded = try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: url))
        let index = try index(recorded.passages.map { (title: "", text: $0) })
        var compared = 0
        for (query, scores) in zip(recorded.queries, recorded.scores) {
            let hits = index.search(query, limit: scores.count)
            // A word in over half of the passages is worth up to 10⁻⁶ here and nothing there.
            func isClose(_ a: Float, _ b: Float) -> Bool {
                abs(a - b) <= 1e-5 * b + 1e-6 * Float(query.count)
            }
            for hit in hits {
                compared += 1
                #expect(isClose(hit.score, scores[hit.passage]), "\(query)")
            }
            // The best ones come first, and none is missing.
            let order = scores.filter { $0 > 0 }.sorted(by: >)
            #expect(hits.count >= order.count)
            for (hit, score) in zip(hits, order) { #expect(isClose(hit.score, score)) }
        }
        #expect(compared > 1_000)
    }

    @Test func `a damaged index is refused`() throws {
        var builder = BM25Builder()
        builder.add(BM25Builder.Batch(texts(50, seed: 1)))
        let files = builder.files()
        for name in BM25Index.fileNames {
            var cut = files
            cut[name] = cut[name]!.dropLast(16)
            #expect(throws: DamagedIndex.self, "\(name)") { try BM25Index(cut, passageCount: 50) }
            cut[name] = nil
            #expect(throws: DamagedIndex.self, "\(name)") { try BM25Index(cut, passageCount: 50) }
        }
        let empty = try BM25Index(BM25Builder().files(), passageCount: 0)
        #expect(empty.search(["word"], limit: 3).isEmpty)
    }

    @Test func `texts come back as they were`() throws {
        let all = [("1", "Köln", "Straße"), ("", "", ""), ("b", "東京", "a\u{0}b\n"), ("c", "", "x")]
        var builder = PassageTextsBuilder()
        for (id, title, text) in all { builder.add(id: id, title: title, text: text) }
        let texts = try PassageTexts(builder.files())
        #expect(texts.count == 4)
        for (place, (id, title, text)) in all.enumerated() {
            #expect((texts.id(place), texts.title(place), texts.text(of: place)) == (id, title, text))
        }
    }

    private func vectors(_ count: Int, _ dimension: Int, seed: UInt64) -> [[Float]] {
        var random = SplitMix(state: seed)
        return (0..<count).map { _ in
            (0..<dimension).map { _ in Float(Int(random.next() % 2_001) - 1_000) / 1_000 }
        }
    }

    @Test(arguments: [1, 3, 40]) func `search by vectors compares all of them`(_ batch: Int) throws {
        // More than two blocks, and a last one that is not full.
        var rows = vectors(9_001, 24, seed: 3)
        rows[8_000] = rows[17]
        let data = rows.flatMap(\.self).withUnsafeBytes { Data($0) }
        let index = try VectorIndex(data, dimension: 24)
        let queries = vectors(40, 24, seed: 4)
        let expected = queries.map { query in
            let scores = rows.map { row in
                Float(zip(query, row).reduce(0.0) { $0 + Double($1.0) * Double($1.1) })
            }
            return scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(7).map {
                ScoredPassage(passage: $0, score: scores[$0])
            }
        }
        let found = stride(from: 0, to: 40, by: batch).flatMap { start in
            index.search(Array(queries[start..<min(40, start + batch)]), limit: 7)
        }
        #expect(found == expected)
        #expect(index.search([rows[17]], limit: 2)[0].map(\.passage) == [17, 8_000])
        #expect(throws: DamagedIndex.self) { try VectorIndex(data, dimension: 25) }
    }

    @Test func `rankings are fused by their ranks`() {
        func ranking(_ passages: Int...) -> [ScoredPassage] { passages.map { .init(passage: $0, score: 1) } }
        let fused = RankFusion.fuse([ranking(5, 2, 9), ranking(2, 7)], limit: 3)
        #expect(fused.map(\.passage) == [2, 5, 7])
        #expect(abs(fused[0].score - (1 / 62 + 1 / 61)) < 1e-6)
    }

    private struct Embedder: QueryEmbedder {
        func vectors(for queries: [String]) async throws -> [[Float]] {
            try queries.map { query in
                guard query != "unknown" else { throw ToolError.unavailable(message: "no vector") }
                return query.contains("north") ? [1, 0] : [0, 1]
            }
        }
    }

    @Test func `words, vectors and both find passages`() async throws {
        let all = [("Pole", "ice and bears"), ("Equator", "heat and palms"), ("Bears", "bears of the south")]
        var (texts, builder) = (PassageTextsBuilder(), BM25Builder())
        for (title, text) in all { texts.add(id: "", title: title, text: text) }
        builder.add(BM25Builder.Batch(all.map { (title: $0.0, text: $0.1) }))
        let vectors = try VectorIndex(
            [Float]([1, 0, 0, 1, 0.1, 0.2]).withUnsafeBytes { Data($0) }, dimension: 2)
        func search(_ method: SearchMethod) throws -> PassageSearch {
            PassageSearch(
                try PassageTexts(texts.files()), try BM25Index(builder.files(), passageCount: 3),
                vectors: (vectors, Embedder()), by: method)
        }
        func titles(_ method: SearchMethod, _ query: String) async throws -> [String] {
            try await search(method).passages(for: query, in: nil, limit: 2).map(\.title)
        }
        #expect(try await titles(.bm25, "northern bears") == ["Bears", "Pole"])
        #expect(try await titles(.dense, "northern bears") == ["Pole", "Bears"])
        #expect(try await titles(.hybrid, "northern bears") == ["Pole", "Bears"])
        // Many at once, of which one has no vector.
        let dense = try search(.dense)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let query = number == 25 ? "unknown" : number % 2 == 0 ? "north" : "other"
                    let found = try? await dense.hits(for: query, limit: 1)
                    return found?.first?.passage == (number == 25 ? nil : number % 2 == 0 ? 0 : 1)
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        let tool = SearchTool(try search(.bm25), topic: "atlas", limit: 2, showsTitles: true)
        #expect(try await tool.call("bears", for: nil) == "Bears: bears of the south\nPole: ice and bears")
        #expect(tool.name == "atlas" && tool.tag == "atlas" && tool.prompt.contains("2 best passages come"))
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
