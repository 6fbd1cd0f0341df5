import Foundation
import Gemma
import Testing

@Suite struct TokenizerTests {
    private static let tokenizer = Tokenizer.wholeWords(
        ["moon", "river", "1987", "what"], special: ["<bos>", "<answer>", "</answer>"])

    @Test(arguments: [
        "what moon river?", "", " ", "  two  spaces", "naïve café 漢字 🌀", "1987 and 45+3",
        "<answer> moon</answer>",
        "<answer", "a\tb\nc", "\u{0}\u{7F}", "’s “quoted”",
    ])
    func `any text comes back as it was`(_ text: String) {
        #expect(Self.tokenizer.decode(Self.tokenizer.encode(text)) == text)
        #expect(Self.tokenizer.decode(Self.tokenizer.encode(text, findsAdded: false)) == text)
    }

    @Test func `known words are one token, numbers are digits`() {
        #expect(Self.tokenizer.encode(" moon river").count == 2)
        #expect(Self.tokenizer.encode(" 1987").count == 1)
        #expect(Self.tokenizer.encode("45+3").count == 4)
    }

    @Test func `text from outside can not forge a tag`() {
        let tag = Self.tokenizer.id(of: "<answer>")!
        #expect(Self.tokenizer.encode("<answer>").first == tag)
        #expect(!Self.tokenizer.encode("<answer>", findsAdded: false).contains(tag))
    }

    @Test func `the file round-trips`() throws {
        let data = try Self.tokenizer.json()
        let read = try Tokenizer(json: data)
        #expect(read.description == Self.tokenizer.description)
        #expect(try read.json() == data)
    }

    @Test func `parts that would change tokens are refused by name`() throws {
        let text = String(decoding: try Self.tokenizer.json(), as: UTF8.self)
        let other = text.replacing("\"type\":\"Punctuation\"", with: "\"type\":\"ByteLevel\"")
        let error = #expect(throws: Tokenizer.Malformed.self) { try Tokenizer(json: Data(other.utf8)) }
        #expect(error?.message.contains("ByteLevel") == true)
    }

    private struct Golden: Decodable {
        struct File: Decodable {
            let tokenizer: String
            let ids: [[Int32]]
            let decoded: [String]
        }

        let texts: [String]
        let files: [String: File]
    }

    /// The fixture's generator lies beside it.
    @Test func `tokens and texts are those of Hugging Face's library`() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/tokenizer_golden.json")
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        #expect(golden.files.count == 2 && golden.texts.count > 300)
        for (name, expected) in golden.files {
            let tokenizer = try Tokenizer(json: Data(expected.tokenizer.utf8))
            for (index, text) in golden.texts.enumerated() {
                let ids = tokenizer.encode(text)
                #expect(ids == expected.ids[index], "\(name): \(text.debugDescription)")
                #expect(tokenizer.decode(ids) == expected.decoded[index], "\(name): \(text.debugDescription)")
            }
        }
    }

    @Test func `a learned vocabulary merges what is frequent and repeats to the bit`() throws {
        let texts = (0..<50).map { _ in " low lower lowest newest widest" }
        let learned = Tokenizer.learned(from: texts, special: ["<bos>"], size: 420)
        #expect(learned.encode(" lower").count == 1)
        #expect(learned.decode(learned.encode(" lowest ¿qué?")) == " lowest ¿qué?")
        #expect(try learned.json() == Tokenizer.learned(from: texts, special: ["<bos>"], size: 420).json())
    }
}
