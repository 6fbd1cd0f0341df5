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
    func `decoding an encoded text returns the text`(_ text: String) {
        #expect(Self.tokenizer.decode(Self.tokenizer.encode(text)) == text)
        #expect(Self.tokenizer.decode(Self.tokenizer.encode(text, findsAdded: false)) == text)
    }

    @Test func `a known word is one token, and an unknown number is one token per digit`() {
        #expect(Self.tokenizer.encode(" moon river").count == 2)
        #expect(Self.tokenizer.encode(" 1987").count == 1)
        #expect(Self.tokenizer.encode("45+3").count == 4)
    }

    @Test func `text from outside can not forge a tag`() {
        let tag = Self.tokenizer.id(of: "<answer>")!
        #expect(Self.tokenizer.encode("<answer>").first == tag)
        #expect(!Self.tokenizer.encode("<answer>", findsAdded: false).contains(tag))
    }

    @Test func `a written tokenizer is read back unchanged`() throws {
        let data = Self.tokenizer.json()
        let read = try Tokenizer(json: data)
        #expect(read.description == Self.tokenizer.description)
        #expect(read.json() == data)
    }

    @Test func `an unsupported pretokenizer is refused by name`() throws {
        let text = String(decoding: Self.tokenizer.json(), as: UTF8.self)
        let other = text.replacing("\"type\":\"Punctuation\"", with: "\"type\":\"ByteLevel\"")
        let error = #expect(throws: Tokenizer.Malformed.self) { try Tokenizer(json: Data(other.utf8)) }
        #expect(error?.message.contains("ByteLevel") == true)
    }

    private struct Expected: Decodable {
        struct File: Decodable {
            let whole: [Int32]
            let ids: [String]
            /// Where decoding does not give the text back.
            let differing: [String: String]
        }

        let random: [String]
        let files: [String: File]
    }

    @Test(arguments: ["gemma-pipeline", "word-level", "words", "learned"])
    func `tokens and decoded texts agree with Hugging Face's library`(_ name: String) throws {
        let expected = try JSONDecoder().decode(Expected.self, from: Golden.data("tokens.json"))
        let lines = String(decoding: try Golden.data("texts.txt"), as: UTF8.self)
        // By bytes: to Swift a line break behind a carriage return is no line break.
        let texts =
            lines.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { String($0)! }
            + expected.random
        #expect(texts.count >= 1_990)
        let tokenizer = try Tokenizer(json: Golden.data("tokenizers/\(name).json"))
        let file = try #require(expected.files[name])
        #expect(tokenizer.encodeWhole("what is the mayor?") == file.whole)
        for (index, text) in texts.enumerated() {
            let ids = tokenizer.encode(text)
            #expect(
                ids == file.ids[index].split(separator: " ").map { Int32($0)! }, "\(text.debugDescription)")
            let decoded = tokenizer.decode(ids)
            #expect(
                decoded.utf8.elementsEqual((file.differing["\(index)"] ?? text).utf8),
                "\(text.debugDescription)")
        }
        let again = try Tokenizer(json: tokenizer.json())
        #expect(again.description == tokenizer.description && again.json() == tokenizer.json())
    }

    @Test func `canonically equivalent letters stay different tokens`() throws {
        let vocabulary = ["é", "e\u{301}", "<unk>"]
        var description = Tokenizer.Description(
            vocabulary: vocabulary, model: .words(unknown: "<unk>"), added: [], pretokenizers: [.whitespace])
        description.marksSpaces = false
        let tokenizer = try Tokenizer(description)
        let again = try Tokenizer(json: tokenizer.json())
        #expect(again.encode("e\u{301} é") == [1, 0])
    }

    @Test func `a learned tokenizer decodes letters that it encodes as bytes`() {
        let texts = (0..<50).map { _ in " für 5 € im café, für 5 € im café" }
        let learned = Tokenizer.learned(from: texts, special: ["<bos>"], size: 700)
        #expect(learned.decode(learned.encode(texts[0])) == texts[0])
    }

    @Test func `a learned vocabulary merges what is frequent and repeats to the bit`() throws {
        let texts = (0..<50).map { _ in " low lower lowest newest widest" }
        let learned = Tokenizer.learned(from: texts, special: ["<bos>"], size: 420)
        #expect(learned.encode(" lower").count == 1)
        #expect(learned.decode(learned.encode(" lowest ¿qué?")) == " lowest ¿qué?")
        #expect(learned.json() == Tokenizer.learned(from: texts, special: ["<bos>"], size: 420).json())
    }
}
