import Datasets
import Foundation
import Testing
import Trajectories

/// The official formats, each in a small file of our own. `.ci/formats` compares more with an independent reader.
@Suite struct OfficialFormatTests {
    private func read(_ entry: any DatasetEntry.Type, _ file: String) throws -> LoadedQuestions {
        try entry.reader!(ReaderTests.fixtures.appending(path: file).path).read()
    }

    private func golds(_ read: LoadedQuestions) -> [[String]] {
        read.questions.map { read.answers[$0.id]!.wordings }
    }

    @Test func `MuSiQue is read as lines and as an array, with aliases, hops and paragraphs`() throws {
        for file in ["musique.jsonl", "musique.json"] {
            let read = try read(MuSiQue.self, file)
            #expect(golds(read) == [["Whitcombe", "Whitcombe-on-Sea", "Whitcombe (town)"], ["Whitcombe"]])
            #expect(
                read.questions.map(\.kind) == ["2-hop", "3-hop"] && read.questions.map(\.hops) == [2, 3])
            #expect(read.questions.map(\.sourceID) == ["2hop__11_12", "3hop1__13_14_15"])
            #expect(read.corpus?.passages.map(\.title) == ["Fernham", "Aldershire", "The Brass Bell"])
            #expect(read.questions.allSatisfy { $0.corpus == read.corpus?.name && $0.tools == ["search"] })
        }
    }

    @Test func `unanswerable questions of MuSiQue-Full are left out and counted`() throws {
        let read = try read(MuSiQue.self, "musique_full.jsonl")
        #expect(read.questions.count == 2 && read.leftOut == ["unanswerable": 1] && read.repeats == 0)
    }

    @Test func `HotpotQA's official layout and that of Hugging Face give the same questions`() throws {
        let official = try read(HotpotQA.self, "hotpotqa.json")
        let hosted = try read(HotpotQA.self, "hotpotqa_hf.jsonl")
        #expect(golds(official) == golds(hosted))
        #expect(official.questions.map(\.sourceID) == hosted.questions.map(\.sourceID))
        #expect(official.questions.map(\.hops) == hosted.questions.map(\.hops))
        #expect(official.corpus?.passages == hosted.corpus?.passages)
    }

    @Test func `2WikiMultihopQA, StrategyQA and BeerQA are read`() throws {
        let wiki = try read(Wiki2.self, "wiki2.json")
        #expect(golds(wiki) == [["Glass Hill"], ["Whitcombe"]] && wiki.questions.map(\.hops) == [4, 2])
        #expect(
            wiki.corpus?.passages.map(\.text).contains("Ada Roe was born in 1950. She lives in Whitcombe.")
                == true)
        let aliases = ReaderTests.fixtures.appending(path: "wiki2_aliases.json").path
        let file = ReaderTests.fixtures.appending(path: "wiki2.json").path
        let aliased = try Wiki2.readerWithAliases!(file, aliases).read()
        #expect(golds(aliased) == [["Glass Hill", "The Glass Hill", "Hill"], ["Whitcombe"]])
        let strategy = try read(StrategyQA.self, "strategyqa.json")
        #expect(golds(strategy) == [["no", "false"], ["yes", "true"]] && strategy.corpus == nil)
        #expect(strategy.questions.map(\.hops) == [3, 1] && strategy.questions[0].tools.isEmpty)
        let beer = try read(BeerQA.self, "beerqa.json")
        #expect(golds(beer) == [["Whitcombe", "the town of Whitcombe"], ["Oda Finch"], ["40"]])
        #expect(beer.questions.map(\.kind) == ["squad", "hotpotqa", "squad"] && beer.withoutPassages == 1)
        #expect(beer.corpus?.passages.count == 3)
    }

    @Test func `SVAMP's CSV has its numbers filled in, and agrees with its JSON`() throws {
        let rows = try read(SVAMP.self, "svamp.csv")
        #expect(
            rows.questions.map(\.text) == [
                "ann had 18 pears , and gave 10.5 to ben . how many pears has she left ?",
                "a crate holds 4 rows of 6 plums . how many plums are in 10 crates ?",
            ])
        let array = try read(SVAMP.self, "svamp.json")
        #expect(
            array.questions[0].text == "Ann had 18 pears, and gave 10.5 to Ben. How many pears has she left?")
        #expect(
            array.questions[1].text == "A crate holds 4 rows of 6 plums. How many plums are in 10 crates?")
        for read in [rows, array] {
            #expect(golds(read) == [["7.5"], ["240"]] && read.questions.map(\.hops) == [1, 2])
            #expect(read.questions.map(\.kind) == ["Subtraction", "Multiplication"])
        }
    }

    @Test func `GSM-Hard's targets keep all their digits, and GSM8K's socratic files are read`() throws {
        let hard = try read(GSMHard.self, "gsm-hard.jsonl")
        #expect(golds(hard) == [["1788255"], ["24.333333333333332"], ["9300000000000"]])
        #expect(hard.answers.values.allSatisfy { $0.rules == .gsmHard })
        let socratic = try GSM8KFile(ReaderTests.fixtures.appending(path: "gsm8k_socratic.jsonl").path).read()
        #expect(golds(socratic) == [["24"]] && socratic.questions[0].hops == 1)
    }

    @Test(
        arguments: [
            (#"{"data": [ROW], "version": 1.0, "split": "dev", "more": {"a": [1, 2]}}"#, nil),
            (#"{"version": "1.0", "data": [ROW]} "#, nil),
            (#"{"data": [ROW]} {"data": [ROW]}"#, "more text"),
            (#"{"data": [ROW] garbage ]]}"#, "does not end"),
            (#"{"data": [ROW], "version": 1.0"#, "does not end"), (#"{"data": [ROW]"#, "does not end"),
        ] as [(String, String?)])
    func `the whole object around BeerQA's questions is read`(_ text: String, _ problem: String?) throws {
        let row = #"{"id": "b", "src": "squad", "answers": ["x"], "question": "q?", "context": []}"#
        let file = FileManager.default.temporaryDirectory.appending(path: "beer-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.replacing("ROW", with: row).utf8).write(to: file)
        guard let problem else {
            #expect(try BeerQA.reader!(file.path).read().questions.count == 1)
            return
        }
        let error = #expect(throws: DatasetError.self) { try BeerQA.reader!(file.path).read() }
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [#""nan""#, #""abc""#, #""0x10""#, "null", "1e400"])
    func `a target that is no number is refused`(_ target: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "hard-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(#"{"input": "q?", "code": "", "target": \#(target)}"#.utf8).write(to: file)
        #expect(throws: DatasetError.self) { try GSMHard.reader!(file.path).read() }
    }

    /// Every file under every reader: its own reader reads it, every other one refuses it by name.
    @Test func `a reader refuses the files of all other data sets by their names`() throws {
        let files: [(file: String, entry: any DatasetEntry.Type)] = [
            ("musique.jsonl", MuSiQue.self), ("hotpotqa.json", HotpotQA.self), ("wiki2.json", Wiki2.self),
            ("strategyqa.json", StrategyQA.self), ("svamp.json", SVAMP.self),
            ("gsm-hard.jsonl", GSMHard.self),
            ("beerqa.json", BeerQA.self), ("gsm8k.jsonl", GSM8K.self),
        ]
        let titles = [
            "MuSiQue", "HotpotQA", "2WikiMultihopQA", "StrategyQA", "SVAMP", "GSM-Hard", "BeerQA", "GSM8K",
        ]
        for (own, title) in zip(files, titles) {
            for other in files where other.file != own.file {
                let error = #expect(throws: DatasetError.self) { try read(other.entry, own.file) }
                #expect(
                    error?.message.contains(title) == true, "\(other.entry.name): \(error?.message ?? "")")
            }
        }
    }
}

@Suite struct RecordFormatTests {
    @Test func `the data set that a message offers exists`() {
        let words = RecordFormat.allCases.compactMap(\.word)
        #expect(Set(words).isSubset(of: DatasetEntryList.all.map { $0.name }) && words.count == 8)
    }
}

/// Files in no official format.
@Suite struct MappedFileTests {
    private func read(_ text: String, _ fields: FieldNames) throws -> LoadedQuestions {
        let file = FileManager.default.temporaryDirectory.appending(path: "own-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        return try MappedFile(file.path, name: "own", fields).read()
    }

    @Test func `fields are found by name and by path, and every kind of answer is a text`() throws {
        let rows = """
            {"prompt": "a?", "extra": {"target": "x"}, "n": 1, "docs": ["one", "two"]}
            {"prompt": "b?", "extra": {"target": 12}, "n": 2, "docs": [{"title": "t", "text": "three"}]}
            {"prompt": "c?", "extra": {"target": 1e3}, "n": 3, "docs": "four"}
            {"prompt": "d?", "extra": {"target": true}, "n": 4, "docs": null}
            {"prompt": "e?", "extra": {"target": ["y", "z"]}, "n": 5, "docs": [["t", ["a.", "b."]]]}
            {"prompt": "f?", "extra": {"target": 12345678901234567890}, "n": 6, "docs": []}
            """
        let read = try read(
            rows, FieldNames(question: "prompt", answer: "extra.target", id: "n", passages: "docs"))
        #expect(
            read.questions.map { read.answers[$0.id]!.wordings } == [
                ["x"], ["12"], ["1000"], ["true", "yes"], ["y", "z"], ["12345678901234567890"],
            ])
        #expect(read.questions.map(\.sourceID) == ["1", "2", "3", "4", "5", "6"])
        #expect(read.corpus?.passages.map(\.text) == ["one", "two", "three", "four", "a. b."])
        #expect(read.withoutPassages == 2 && read.questions[0].tools == ["search"])
    }

    @Test func `fields that no record has and splits of other names are told`() throws {
        let rows = """
            {"q": "a?", "a": "x", "also": ["", "y", " "], "s": "train"}
            {"q": "b?", "a": "x", "s": "held-out"}
            {"q": "c?", "a": "x", "s": "held-out"}
            """
        for wrong in [
            FieldNames(question: "q", answer: "a", id: "nope"),
            FieldNames(question: "q", answer: "a", aliases: "nope"),
            FieldNames(question: "q", answer: "a", passages: "nope.deep"),
        ] {
            let error = #expect(throws: DatasetError.self) { try self.read(rows, wrong) }
            #expect(error?.message.contains("no record has a field 'nope") == true)
        }
        let read = try self.read(rows, FieldNames(question: "q", answer: "a", aliases: "also", part: "s"))
        #expect(read.leftOut == ["'held-out'": 2] && read.questions.count == 1)
        #expect(read.answers[read.questions[0].id]?.wordings == ["x", "y"])
    }

    @Test(arguments: [
        (#"{"q": "a", "a": "b", "p": [["t", "one", "lost"]]}"#, "wrong type"),
        (#"{"q": "a", "a": "b", "p": [["t", ["one"], ["lost"]]]}"#, "wrong type"),
    ])
    func `passages with more than a title and a text are refused`(_ row: String, _ what: String) throws {
        let error = #expect(throws: DatasetError.self) {
            try read(row, FieldNames(question: "q", answer: "a", passages: "p"))
        }
        #expect(error?.message.contains(what) == true, "\(error?.message ?? "")")
    }

    @Test func `another field of passages is another corpus`() throws {
        let row = #"{"q": "a?", "a": "b", "x": ["one"], "y": ["two"]}"#
        let names = try ["x", "y"].map {
            try read(row, FieldNames(question: "q", answer: "a", passages: $0)).corpus?.name
        }
        #expect(names[0] != names[1])
    }

    @Test func `CSV is read, and cells are texts`() throws {
        let read = try read(
            "q,a,also\n\"Who, me?\",007,\"a \"\"b\"\"\"\r\nnext?,2,\n",
            FieldNames(question: "q", answer: "a", aliases: "also"))
        #expect(read.questions.map(\.text) == ["Who, me?", "next?"])
        #expect(read.answers[read.questions[0].id]?.wordings == ["007", "a \"b\""])
        #expect(read.questions[0].tools.isEmpty && read.corpus == nil)
    }

    @Test func `part: names the split, in the words that files use`() throws {
        let rows = ["train", "dev", "dev", "Test", "train"].enumerated().map {
            "{\"q\": \"\($0)?\", \"a\": \"\($0)\", \"split\": \"\($1)\"}"
        }
        let file = try read(
            rows.joined(separator: "\n"), FieldNames(question: "q", answer: "a", part: "split"))
        func texts(_ split: Split) throws -> [String] {
            try file.set(split, nil, limit: nil, seed: 1).set.questions.map(\.text).sorted()
        }
        #expect(try texts(.train) == ["0?", "4?"])
        #expect(try texts(.validation) == ["1?", "2?"])
        #expect(try texts(.test) == ["3?"])
        let error = #expect(throws: DatasetError.self) { try texts(.pretraining) }
        #expect(error?.message.contains("'Test', 'dev', 'train'") == true)
    }

    @Test(arguments: [
        ("{\"prompt\": \"a\"}", "there is no 'q'", "prompt"), ("{\"q\": \"a\"}", "there is no 'a'", "q"),
        ("{\"q\": \"a\", \"a\": null}", "there is no 'a'", "a, q"),
        ("{\"q\": \"a\", \"a\": \"\"}", "answer is empty", ""),
        ("{\"q\": \"a\", \"a\": {\"b\": 1}}", "wrong type", ""),
        ("{\"q\": \"a\", \"a\": []}", "there is no 'a'", ""),
        ("q;a\nb;c\n", "plain text", ""), ("q,a\nb\n", "1 cells", ""),
        ("q\ta\nb\tc\n", "separated by", "commas"),
        ("q,a,q\n1,2,3\n", "two columns are named 'q'", "rename"),
        ("{\"q\": \"a\", \"a\": \"b\"}\n\u{0}\u{0}\n", "not valid JSON", ""),
        ("{\"q\": \"a\", \"a\": \"b\"}\n{", "not valid JSON", ""),
    ])
    func `a record without its fields is refused with the fields that it has`(
        _ text: String, _ what: String, _ hint: String
    ) throws {
        let error = #expect(throws: DatasetError.self) {
            try read(text, FieldNames(question: "q", answer: "a"))
        }
        #expect(error?.message.contains(what) == true, "\(error?.message ?? "")")
        #expect(error?.hint?.contains(hint) == true || hint.isEmpty, "\(error?.hint ?? "")")
    }

    @Test func `equal questions with different identifiers may have different answers`() throws {
        let rows =
            "{\"q\": \"a\", \"a\": \"1\", \"n\": 1}\n{\"q\": \"a\", \"a\": \"2\", \"n\": 2}\n{\"q\": \"a\", \"a\": \"1\", \"n\": 3}"
        let read = try read(rows, FieldNames(question: "q", answer: "a", id: "n"))
        #expect(read.questions.count == 2 && read.repeats == 1)
        #expect(Set(read.questions.map(\.id)).count == 2)
        #expect(throws: DatasetError.self) { try self.read(rows, FieldNames(question: "q", answer: "a")) }
    }
}
