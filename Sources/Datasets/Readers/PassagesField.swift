import Foundation
import Trajectories

/// The passages of a question, in any of the forms in which data sets write them:
///
/// - `[["title", ["sentence", …]], …]`: HotpotQA and 2WikiMultihopQA
/// - `{"title": ["title", …], "sentences": [["sentence", …], …]}`: the same in Hugging Face data sets, also with `content`;
///   or all of it as JSON in a text
/// - `[["title", "text"], …]`: BeerQA
/// - `[{"title": "title", "paragraph_text": "text"}, …]`, also with `text`, `content` or `contents`: MuSiQue
/// - `["text", …]` or `"text"`: passages without titles
package struct PassagesField: Decodable, Sendable {
    package let passages: [Corpus.Passage]

    package init(from decoder: any Decoder) throws {
        if let columns = try? decoder.container(keyedBy: ColumnKey.self), columns.contains(.title),
            let titles = try? columns.decode([String].self, forKey: .title)
        {
            let key = columns.contains(.sentences) ? ColumnKey.sentences : .content
            let texts = try columns.decode([Sentences].self, forKey: key)
            guard titles.count == texts.count else {
                throw DecodingError.typeMismatch(
                    [Sentences].self,
                    .init(codingPath: columns.codingPath, debugDescription: "not one text a title"))
            }
            passages = zip(titles, texts).map { Corpus.Passage(title: $0, text: $1.text) }
            return
        }
        let single = try decoder.singleValueContainer()
        if let text = try? single.decode(String.self) {
            if text.hasPrefix("[["), let inner = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) {
                passages = inner.passages
                return
            }
            passages = [Corpus.Passage(title: "", text: text)]
        } else {
            passages = try single.decode([Entry].self).map(\.passage)
        }
    }

    private enum ColumnKey: CodingKey {
        case title, sentences, content
    }

    /// The sentences of a passage, or its text.
    struct Sentences: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            text = try (try? value.decode(String.self)) ?? PassagesField.joined(value.decode([String].self))
        }
    }

    private enum EntryKey: String, CodingKey, CaseIterable {
        case title
        case paragraph = "paragraph_text"
        case text, content, contents
    }

    private struct Entry: Decodable {
        let passage: Corpus.Passage

        init(from decoder: any Decoder) throws {
            if var pair = try? decoder.unkeyedContainer() {
                passage = Corpus.Passage(
                    title: try pair.decode(String.self), text: try pair.decode(Sentences.self).text)
                guard pair.isAtEnd else {
                    throw DecodingError.typeMismatch(
                        [Sentences].self,
                        .init(codingPath: pair.codingPath, debugDescription: "more than a title and a text"))
                }
            } else if let members = try? decoder.container(keyedBy: EntryKey.self) {
                let field = EntryKey.allCases.dropFirst().first { members.contains($0) } ?? .text
                passage = Corpus.Passage(
                    title: try members.decodeIfPresent(String.self, forKey: .title) ?? "",
                    text: try members.decode(String.self, forKey: field))
            } else {
                passage = Corpus.Passage(
                    title: "", text: try decoder.singleValueContainer().decode(String.self))
            }
        }
    }

    /// Joins sentences. If there is no white space between two sentences, as in 2WikiMultihopQA, adds a space.
    fileprivate static func joined(_ sentences: [String]) -> String {
        var text = ""
        text.reserveCapacity(sentences.reduce(0) { $0 + $1.utf8.count + 1 })
        for sentence in sentences {
            if needsBlank(text, sentence) { text += " " }
            text += sentence
        }
        return text.trimmingSpaces
    }

    /// Returns true if there is no white space where the two texts meet. The byte comparison is a fast path for
    /// printable ASCII.
    private static func needsBlank(_ left: String, _ right: String) -> Bool {
        guard let last = left.utf8.last, let first = right.utf8.first else { return false }
        let printable: ClosedRange<UInt8> = 0x21...0x7E
        if printable.contains(last), printable.contains(first) { return true }
        return last != 0x20 && first != 0x20 && !left.last!.isWhitespace && !right.first!.isWhitespace
    }
}
