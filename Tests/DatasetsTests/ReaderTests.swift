import Arithmetic
import Datasets
import Foundation
import Testing
import Tools
import Trajectories

@Suite struct ReaderTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
        path: "Fixtures")
    private let gsm8k = fixtures.appending(path: "gsm8k.jsonl").path
    private let hotpotqa = fixtures.appending(path: "hotpotqa.json").path

    @Test func `GSM8K: questions, gold answers, annotations`() throws {
        var problems: [GSM8KFile.Problem] = []
        try GSM8KFile(gsm8k).forEach { problems.append($0) }
        #expect(problems.map(\.gold) == ["24", "10", "960", "0"])
        #expect(problems.map(\.line) == [1, 2, 4, 5])
        #expect(problems[1].annotations.map(\.expression) == ["12/60", "0.2*50"])
        #expect(problems[2].annotations.map(\.value) == ["240", "960"])
    }

    @Test func `HotpotQA: questions, supporting facts, paragraphs as corpus`() throws {
        let file = HotpotQAFile(hotpotqa)
        var problems: [HotpotQAFile.Problem] = []
        try file.forEach { problems.append($0) }
        #expect(problems.map(\.gold) == ["Alder Lake", "Oda Finch"])
        #expect(problems.map(\.line) == [2, 5])
        #expect(problems[0].supportingTitles == ["Alder Lake", "Birch Lake"])
        #expect(problems[0].passages[0].text == "Alder Lake covers 40 km². It is {deep}.")
        #expect(
            try file.corpus().passages.map(\.title) == [
                "Alder Lake", "Birch Lake", "The Brass Bell", "Fernham",
            ])
    }

    @Test func `splits of a file are disjoint and whole`() async throws {
        for dataset in [GSM8KFile(gsm8k) as any Dataset, HotpotQAFile(hotpotqa)] {
            var ids: [String] = []
            for split in Split.allCases {
                let set = try await dataset.questions(split, limit: nil, seed: 1)
                #expect(set.questions.allSatisfy { set.answers[$0] != nil })
                ids += set.questions.map(\.id)
            }
            #expect(ids.count == (dataset.name == "gsm8k" ? 4 : 2))
            #expect(Set(ids).count == ids.count)
        }
    }

    @Test(arguments: [
        ("{\"question\": \"a\"}\n", 1, "answer"),
        ("{\"question\": \"a\", \"answer\": \"#### 1\"}\n\n{oops\n", 3, "JSON"),
        ("{\"question\": 5, \"answer\": \"#### 1\"}", 1, "question"),
        ("{\"question\": \"a\", \"answer\": \"1\"}", 1, "####"),
    ])
    func `a bad line is named`(_ text: String, _ line: Int, _ what: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "bad-\(UUID().uuidString).jsonl")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let error = #expect(throws: DatasetError.self) { try GSM8KFile(file.path).forEach { _ in } }
        #expect(error?.message.contains("\(file.path):\(line):") == true)
        #expect(error?.message.contains(what) == true)
    }

    @Test func `a file that is cut off or missing says so`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "cut-\(UUID().uuidString).json")
        try Data("[{\"question\": \"a\",\n \"answer\": \"b\"}, {\"question\": \"".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(throws: DatasetError.self) { try HotpotQAFile(file.path).forEach { _ in } }
        let error = #expect(throws: DatasetError.self) { try GSM8KFile("/nowhere.jsonl").forEach { _ in } }
        #expect(error?.message.contains("/nowhere.jsonl") == true)
    }
}

/// Checks on the real files; they lie beside the checkout, or the tests are skipped.
@Suite struct RealDataTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")
    static let isPresent = FileManager.default.fileExists(atPath: folder.path)

    @Test(.enabled(if: isPresent, "the real data is not here"))
    func `GSM8K's annotations agree with the calculator`() throws {
        var agreed = 0
        var disagreed: [String] = []
        var refused: [String] = []
        try GSM8KFile(Self.folder.appending(path: "gsm8k/train.jsonl").path).forEach { problem in
            for annotation in problem.annotations {
                let text = "line \(problem.line): \(annotation.expression) = \(annotation.value)"
                guard let value = try? ArithmeticExpression.evaluate(annotation.expression),
                    let claimed = try? ArithmeticExpression.evaluate(annotation.value)
                else {
                    refused.append(text)
                    continue
                }
                let difference = abs(value.approximation - claimed.approximation)
                // Solutions round as people do: to the digits that they write down.
                let places =
                    annotation.value.split(separator: ".").dropFirst().first?.filter(\.isNumber).count ?? 0
                if difference <= 0.5 / [1, 10, 100, 1e3, 1e4, 1e5, 1e6][min(6, places)] + 1e-9 {
                    agreed += 1
                } else {
                    disagreed.append("\(text), calculated \(value.notation)")
                }
            }
        }
        let total = agreed + disagreed.count + refused.count
        print(
            "GSM8K annotations: \(total), agree \(agreed), disagree \(disagreed.count), not arithmetic \(refused.count)"
        )
        for line in disagreed.prefix(40) + refused.prefix(60) { print("  \(line)") }
        #expect(total > 20_000)
        #expect(Double(agreed) / Double(total) > 0.99)
    }

    @Test(.enabled(if: isPresent, "the real data is not here"))
    func `real questions find real passages`() async throws {
        struct Item: Decodable { let question: String }
        let questions = try JSONDecoder().decode(
            [Item].self, from: Data(contentsOf: Self.folder.appending(path: "hotpotqa/dev_questions.json")))
        let passages = try JSONDecoder().decode(
            [Corpus.Passage].self,
            from: Data(contentsOf: Self.folder.appending(path: "passages/wiki_passages.json")))
        let search = SearchTool([Corpus(name: "wiki", passages: passages)])
        let clock = ContinuousClock()
        let start = clock.now
        var found = 0
        for item in questions where try await search.call(item.question, for: nil) != "none" { found += 1 }
        let seconds =
            Double((clock.now - start).components.seconds) + Double(
                (clock.now - start).components.attoseconds) * 1e-18
        print(
            "search: \(questions.count) questions over \(passages.count) passages, \(Int(Double(questions.count) / seconds)) a second"
        )
        #expect(questions.count == 7_405 && passages.count == 6_119)
        // One question shares no word with any passage.
        #expect(found >= 7_400)
    }
}
