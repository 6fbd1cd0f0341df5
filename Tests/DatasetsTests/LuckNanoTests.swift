import Datasets
import Testing
import Trajectories

/// The world in which right answers and sound steps come apart.
@Suite struct LuckNanoTests {
    private func set(lucky: Double = 0, unlucky: Double = 0) async throws -> QuestionSet {
        let world = try #require(LuckNano.world(["lucky": lucky, "unlucky": unlucky]))
        return try await world.dataset.questions(.test, limit: 300, seed: 1)
    }

    private func answers(_ set: QuestionSet) -> [String] { set.questions.map { set.answers[$0]!.text } }

    @Test func `changed facts change the answers of dated questions only, more of them at a higher share`()
        async throws
    {
        let clean = try await set()
        let (half, all) = (try await set(unlucky: 0.5), try await set(unlucky: 1))
        #expect(clean.questions.map(\.text) == all.questions.map(\.text))
        var changed = (half: 0, all: 0)
        for (index, question) in clean.questions.enumerated() {
            let right = answers(clean)[index]
            let isDated = question.kind.hasSuffix("-dated")
            if !isDated { #expect(answers(all)[index] == right && answers(half)[index] == right) }
            if answers(half)[index] != right { changed.half += 1 }
            if answers(all)[index] != right { changed.all += 1 }
        }
        let dated = clean.questions.count { $0.kind.hasSuffix("-dated") }
        #expect(dated > 100 && dated < 250)
        #expect(changed.half > dated / 4 && changed.all > changed.half && changed.all <= dated)
    }

    @Test func `passages differ only in whether their asides are true`() throws {
        let corpora = try [0, 1].map { try #require(LuckNano.world(["lucky": $0])?.corpus) }
        #expect(corpora[0].name != corpora[1].name)
        func words(_ passage: Corpus.Passage) -> [Substring] { passage.text.split(separator: " ") }
        var differ = 0
        for (one, other) in zip(corpora[0].passages, corpora[1].passages) {
            #expect(one.title == other.title)
            // Names have one or two words.
            #expect(abs(words(one).count - words(other).count) <= 5)
            if one.text != other.text { differ += 1 }
        }
        #expect(differ > 200)
    }

    @Test func `a true aside states what the skipped look-up would have found`() async throws {
        for (share, range) in [(0.0, 0.0..<0.2), (1.0, 0.6..<1.01)] {
            let set = try await set(lucky: share)
            let corpus = try #require(LuckNano.world(["lucky": share])?.corpus)
            let passages = Dictionary(
                corpus.passages.map { ($0.title, $0.text) }, uniquingKeysWith: { first, _ in first })
            let base = NanoKnowledge.base(of: set.questions[0])
            var (stated, right) = (0.0, 0.0)
            for question in set.questions {
                guard case .chain(let start, let relations) = set.plans[question], relations.count == 2,
                    let first = KnowledgeRelation(rawValue: relations[0]),
                    let second = KnowledgeRelation(rawValue: relations[1]), first.domain != second.domain,
                    let value = base.read(second, in: passages[start]!)
                else { continue }
                stated += 1
                if value == set.answers[question]?.text { right += 1 }
            }
            // Two asides of a passage may have the same cue. The reader takes the first of them.
            #expect(stated > 60 && range.contains(right / stated), "\(right) of \(stated)")
        }
    }
}
