import Arithmetic
import Datasets
import Foundation
import Testing
import Tools
import Trajectories

@Suite struct ReaderTests {
    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
        path: "Fixtures")
    private let gsm8k = fixtures.appending(path: "gsm8k.jsonl").path
    private let hotpotqa = fixtures.appending(path: "hotpotqa.json").path

    @Test func `the GSM8K reader returns gold answers, line numbers and annotations`() throws {
        var problems: [GSM8KFile.Example] = []
        try GSM8KFile(gsm8k).forEach { problems.append($0) }
        #expect(problems.map(\.gold) == ["24", "10", "960", "0"])
        #expect(problems.map(\.line) == [1, 2, 4, 5])
        #expect(problems[1].annotations.map(\.expression) == ["12/60", "0.2*50"])
        #expect(problems[2].annotations.map(\.value) == ["240", "960"])
    }

    @Test func `the HotpotQA reader returns gold answers, hops, identifiers and a corpus`() throws {
        let read = try hotpot(hotpotqa).read()
        #expect(read.questions.map { read.answers[$0.id]?.text } == ["Alder Lake", "Oda Finch"])
        #expect(read.questions.map(\.hops) == [2, 2])
        #expect(read.questions.map(\.sourceID) == ["a1", "a2"])
        #expect(read.corpus?.passages[0].text == "Alder Lake covers 40 km². It is {deep}.")
        #expect(
            read.corpus?.passages.map(\.title) == [
                "Alder Lake", "Birch Lake", "The Brass Bell", "Fernham",
            ])
    }

    private func hotpot(_ path: String) -> any QuestionFile { HotpotQA.reader!(path) }

    @Test func `an undivided file gives all its questions to every split`() throws {
        for file in [GSM8KFile(gsm8k) as any QuestionFile, hotpot(hotpotqa)] {
            let read = try file.read()
            let count = file.name == "gsm8k" ? 4 : 2
            for split in Split.allCases {
                let (set, available) = try read.set(split, nil, limit: nil, seed: 1)
                #expect(set.questions.count == count && available == count)
                #expect(set.questions.allSatisfy { set.answers[$0] != nil })
            }
            let (part, available) = try read.set(.test, nil, limit: 1, seed: 1)
            #expect(part.questions.count == 1 && part.answers.answers.count == 1 && available == count)
        }
    }

    @Test func `the splits of a divided file are disjoint and cover all rows`() throws {
        let division = try #require(FileDivision([0.4, 0.3, 0.1, 0.2]))
        let rows = (0..<500).map { "{\"question\": \"what is \($0)?\", \"answer\": \"#### \($0)\"}" }
        let file = try temporary(rows.joined(separator: "\n"))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let read = try GSM8KFile(file).read()
        var ids: [String] = []
        for split in Split.allCases {
            let own = try read.set(split, division, limit: nil, seed: 1).set.questions.map(\.id)
            #expect(abs(Double(own.count) / 500 - division.share(of: split)) < 0.07)
            ids += own
        }
        #expect(ids.count == 500 && Set(ids).count == 500)
        #expect(FileDivision([0.5, 0.5]) == nil && FileDivision([0.5, 0.5, 0.5, -0.5]) == nil)
        #expect(throws: DatasetError.self) {
            try read.set(.test, FileDivision([1, 0, 0, 0]), limit: nil, seed: 1)
        }
    }

    private func temporary(_ text: String) throws -> String {
        try temporary(Data(text.utf8))
    }

    private func temporary(_ data: Data) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "rows-\(UUID().uuidString)")
        try data.write(to: file)
        return file.path
    }

    private static let pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 46320117\n"

    @Test(arguments: [
        ("", "empty"), (" \n\n", "empty"), ("hello", "plain text"),
        ("question,answer\na,b\n", "comma-separated"),
        (pointer, "git lfs pull"), ("<html></html>", "web page"), ("PK\u{3}\u{4}xx", "zip archive"),
        ("PAR1xx", "Parquet"),
        ("{\n \"question\": \"a\"\n}", "one JSON object"), ("[]", "no questions"),
        ("[1, 2]", "not an object"),
        (
            "{\"id\":\"2hop\",\"paragraphs\":[],\"question\":\"q\",\"question_decomposition\":[],\"answer\":\"a\"}",
            "MuSiQue"
        ),
        ("{\"question\":\"q\",\"answer\":\"#### 4\"}", "GSM8K"),
        ("[{\"qid\":\"x\",\"term\":\"y\",\"question\":\"q\",\"answer\":true}]", "StrategyQA"),
        ("[{\"question\":\"\",\"answer\":\"a\"}]", "question is empty"),
        ("[{\"question\":\"q\",\"answer\":\" \"}]", "answer is empty"),
        ("[{\"question\":\"q\",\"answer\":\"a\"}", "does not end"),
        ("[{\"question\":\"q\",\"answer\":\"a\"},", "does not end"),
        ("[{\"question\":\"q\",\"answer\":\"a\"},{\"question\":\"r\"", "does not end"),
        ("[{\"question\":\"q\",\"answer\":\"a\"}] x", "text after the array"),
        ("[{\"question\":\"q\",\"answer\":\"a\"} {\"question\":\"r\",\"answer\":\"a\"}]", "comma is missing"),
        ("[{\"question\":\"q\",\"answer\":\"a\"},{\"question\":\"q\",\"answer\":\"b\"}]", "same question"),
    ])
    func `a malformed HotpotQA file is refused with its name and the problem`(_ text: String, _ what: String)
        throws
    {
        let file = try temporary(text)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let error = #expect(throws: DatasetError.self) { try hotpot(file).read() }
        #expect(error?.message.contains(what) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(file) == true)
    }

    @Test(arguments: [
        ("", "empty"),
        ("[{\"question\": \"a\", \"answer\": \"b\", \"context\": [], \"supporting_facts\": []}]", "HotpotQA"),
        ("{\"question\": \"a\", \"answer\": \"x\\n####\"}", "no answer after"),
        ("{\"question\": \"a\", \"answer\": \"#### many\"}", "not a number"),
        ("{\"question\": \"a\", \"answer\": \"#### ,\"}", "not a number"), (pointer, "git lfs pull"),
        (
            "{\"question\": \"a\", \"answer\": \"#### 1\"}\n{\"question\": \"a\", \"answer\": \"#### 2\"}",
            "same question"
        ),
        ("{\"input\": \"a\", \"code\": \"\", \"target\": 1.0}", "GSM-Hard"),
        ("{\"question\": \"a\", \"answer\": \"#### 1\"}\n{\"question\": \"b\", \"ans", "not valid JSON"),
    ])
    func `a malformed GSM8K file is refused with the problem`(_ text: String, _ what: String) throws {
        let file = try temporary(text)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let error = #expect(throws: DatasetError.self) { try GSM8KFile(file).read() }
        #expect(error?.message.contains(what) == true, "\(error?.message ?? "")")
    }

    @Test func `gzip and UTF-16 files are refused with the name of the format`() throws {
        for (bytes, what) in [([0x1F, 0x8B, 8, 0, 1], "gzip"), ([0xFF, 0xFE, 0x7B, 0], "UTF-16")]
            as [([UInt8], String)]
        {
            let file = try temporary(Data(bytes))
            defer { try? FileManager.default.removeItem(atPath: file) }
            let error = #expect(throws: DatasetError.self) { try GSM8KFile(file).read() }
            #expect(error?.message.contains(what) == true)
        }
    }

    @Test func `repeated rows are merged and counted, and a byte order mark is ignored`() throws {
        let row = "{\"question\": \"a\", \"answer\": \"#### 1\"}\r\n"
        let file = try temporary("\u{FEFF}" + row + row + "\n" + row.replacing("\"a\"", with: "\"b\""))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let read = try GSM8KFile(file).read()
        #expect(read.questions.map(\.text) == ["a", "b"] && read.repeats == 1)
    }

    @Test func `a bad record in a one-line file is reported with its number`() throws {
        let good = "{\"question\":\"q#\",\"answer\":\"a\",\"context\":[]}"
        let rows = (1...50).map { good.replacing("#", with: "\($0)") }
        let file = try temporary("[" + (rows + ["{\"question\":\"q\"}"] + rows).joined(separator: ",") + "]")
        defer { try? FileManager.default.removeItem(atPath: file) }
        let error = #expect(throws: DatasetError.self) { try hotpot(file).read() }
        #expect(error?.message.contains("'answer' is missing (record 51)") == true, "\(error?.message ?? "")")
    }

    @Test func `sentences of a passage are separated by white space`() throws {
        let row =
            #"[{"question":"q","answer":"a","context":[["t",["He is a screenwriter.","Ever since."," He writes.","\nYes."]]]}]"#
        let file = try temporary(row)
        defer { try? FileManager.default.removeItem(atPath: file) }
        #expect(
            try hotpot(file).read().corpus?.passages[0].text
                == "He is a screenwriter. Ever since. He writes.\nYes.")
        #expect(try hotpot(file).read().withoutPassages == 0)
    }

    @Test func `questions without passages are counted`() throws {
        let file = try temporary(
            #"[{"question":"q","answer":"a"},{"question":"r","answer":"b","context":[["t",["s"]]]}]"#)
        defer { try? FileManager.default.removeItem(atPath: file) }
        #expect(try hotpot(file).read().withoutPassages == 1)
    }

    @Test func `brackets and quotes inside strings do not end a record`() throws {
        let row = #"{"question":"a ] } \" \\\\ [ {","answer":"\\\\","context":[["t",["}]"]]]}"#
        let file = try temporary("[\(row),\n\(row.replacing("a ]", with: "b ]"))]")
        defer { try? FileManager.default.removeItem(atPath: file) }
        let read = try hotpot(file).read()
        #expect(read.questions.map(\.text) == ["a ] } \" \\\\ [ {", "b ] } \" \\\\ [ {"])
    }

    @Test(arguments: [
        ("{\"question\": \"a\"}\n", 1, "answer"),
        ("{\"question\": \"a\", \"answer\": \"#### 1\"}\n\n{oops\n", 3, "JSON"),
        ("{\"question\": 5, \"answer\": \"#### 1\"}", 1, "question"),
        ("{\"question\": \"a\", \"answer\": \"1\"}", 1, "####"),
    ])
    func `a bad line is reported with file, line number and problem`(
        _ text: String, _ line: Int, _ what: String
    ) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "bad-\(UUID().uuidString).jsonl")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let error = #expect(throws: DatasetError.self) { try GSM8KFile(file.path).forEach { _ in } }
        #expect(error?.message.contains("\(file.path):\(line):") == true)
        #expect(error?.message.contains(what) == true)
    }

    @Test func `a cut-off file and a missing file are refused`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "cut-\(UUID().uuidString).json")
        try Data("[{\"question\": \"a\",\n \"answer\": \"b\"}, {\"question\": \"".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(throws: DatasetError.self) { try hotpot(file.path).read() }
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
    func `search finds a passage for nearly all real HotpotQA questions`() async throws {
        struct Item: Decodable { let question: String }
        let questions = try JSONDecoder().decode(
            [Item].self, from: Data(contentsOf: Self.folder.appending(path: "hotpotqa/dev_questions.json")))
        let passages = try JSONDecoder().decode(
            [Corpus.Passage].self,
            from: Data(contentsOf: Self.folder.appending(path: "passages/wiki_passages.json")))
        let search = SearchTool(CorpusRetriever([Corpus(name: "wiki", passages: passages)]))
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
