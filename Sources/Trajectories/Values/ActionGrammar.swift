/// How actions are written: free text, then one tagged tool call or the tagged answer, and the
/// action ends with the closing tag (paper, method; tags as in its prompts).
package struct ActionGrammar: Sendable {
    package static let answerTag = "answer"

    /// Tag by tool name, for the tools on offer.
    private let tags: [(tool: String, tag: String)]

    package init(offers: [ToolOffer]) {
        tags = offers.map { ($0.name, $0.tag) }
    }

    /// Reads meaning into an action's text.
    package func read(_ text: String) -> ActionForm {
        let bytes = Array(text.utf8)[...]
        // By bytes: to Swift `>` and an accent behind it are one character, and to a model they are two.
        let found = all.flatMap { tool, tag in
            Self.places(of: "<\(tag)>", in: bytes).map { (tool: tool, tag: tag, place: $0) }
        }
        guard let only = found.first else {
            return .malformed(reason: "the action holds no call of an offered tool and no answer")
        }
        guard found.count == 1 else {
            return .malformed(reason: "the action opens \(found.count) tags; one is allowed")
        }
        // Text behind the closing tag, such as a full stop or a code fence, is no part of the action; `<` in
        // a text is text.
        let body = bytes[(only.place + only.tag.utf8.count + 2)...]
        let closing = "</\(only.tag)>"
        let ends = Self.places(of: closing, in: body)
        guard let end = ends.first else {
            return .malformed(reason: "<\(only.tag)> is not closed by \(closing)")
        }
        let others = all.filter { $0.tag != only.tag }
        guard ends.count == 1, others.allSatisfy({ Self.places(of: "</\($0.tag)>", in: body).isEmpty }) else {
            return .malformed(reason: "the action closes more than one tag")
        }
        let content = String(decoding: body[..<end], as: UTF8.self).trimmingSpaces
        guard !content.isEmpty else { return .malformed(reason: "<\(only.tag)> is empty") }
        if let tool = only.tool { return .toolCall(tool: tool, input: content) }
        return .answer(content)
    }

    /// Where a text begins, every time.
    private static func places(of text: String, in bytes: ArraySlice<UInt8>) -> [Int] {
        let wanted = Array(text.utf8)
        guard bytes.count >= wanted.count else { return [] }
        return (bytes.startIndex...bytes.endIndex - wanted.count).filter { at in
            bytes[at] == wanted[0] && bytes[at..<at + wanted.count].elementsEqual(wanted)
        }
    }

    /// The answer and the tools, by tag.
    private var all: [(tool: String?, tag: String)] {
        [(nil, Self.answerTag)] + tags.map { (Optional($0.tool), $0.tag) }
    }

    /// The tags whose closing ends an action.
    package var allTags: [String] { all.map(\.tag) }

    /// An action that somebody typed, as a demonstrator would write it: a word right behind a lone
    /// tag gets its space.
    package func written(_ text: String) -> String {
        let text = text.trimmingSpaces
        for opening in ([Self.answerTag] + tags.map(\.tag)).map({ "<\($0)>" }) where text.hasPrefix(opening) {
            return opening + Self.spaced(String(text.dropFirst(opening.count)))
        }
        return text
    }

    /// How actions may end, for messages: `<answer>…</answer>`.
    package var endings: [String] { (tags.map(\.tag) + [Self.answerTag]).map { "<\($0)>…</\($0)>" } }

    /// Writes an action as a demonstrator would. A word is set off from the tag by a space, a
    /// number is not: that keeps both in as few tokens as they have inside a sentence.
    package static func write(_ content: String, tag: String) -> String {
        "<\(tag)>\(spaced(content))</\(tag)>"
    }

    /// `content` with a space in front where it starts with a letter or a year-like word.
    package static func spaced(_ content: String) -> String {
        guard let first = content.first, first.isLetter else { return content }
        return " " + content
    }
}
