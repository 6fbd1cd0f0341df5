/// The grammar of actions: free text, then one tagged tool call or the tagged answer.
///
/// ```swift
/// let grammar = ActionGrammar(offers: [ToolOffer(name: "search", tag: "search_query")])
/// grammar.read("next <search_query>mayor of belaton</search_query>")  // a call of search
/// grammar.read("<answer>1975</answer>")  // .answer("1975")
/// ```
///
/// An action ends with its closing tag (method section of the paper; the tags are those of the paper's prompts).
package struct ActionGrammar: Sendable {
    package static let answerTag = "answer"

    /// The name and tag of every offered tool.
    private let tags: [(tool: String, tag: String)]

    package init(offers: [ToolOffer]) {
        tags = offers.map { ($0.name, $0.tag) }
    }

    /// Parses the text of an action.
    package func read(_ text: String) -> ParsedAction {
        let bytes = Array(text.utf8)[...]
        // Search by bytes: Swift treats `>` and a following combining accent as one character, but a tokenizer does
        // not.
        let found = all.flatMap { tool, tag in
            Self.places(of: "<\(tag)>", in: bytes).map { (tool: tool, tag: tag, place: $0) }
        }
        guard let only = found.first else {
            return .malformed(reason: "the action holds no call of an offered tool and no answer")
        }
        guard found.count == 1 else {
            return .malformed(reason: "the action opens \(found.count) tags; one is allowed")
        }
        // Text after the closing tag, such as a period or a code fence, is not part of the action. A `<` that begins no
        // known tag is plain text.
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

    /// Returns the start index of every occurrence of `text`.
    private static func places(of text: String, in bytes: ArraySlice<UInt8>) -> [Int] {
        let wanted = Array(text.utf8)
        guard bytes.count >= wanted.count else { return [] }
        return (bytes.startIndex...bytes.endIndex - wanted.count).filter { at in
            bytes[at] == wanted[0] && bytes[at..<at + wanted.count].elementsEqual(wanted)
        }
    }

    /// The answer tag, whose tool is `nil`, and the tags of all offered tools.
    private var all: [(tool: String?, tag: String)] {
        [(nil, Self.answerTag)] + tags.map { (Optional($0.tool), $0.tag) }
    }

    /// The names of the tags whose closing tag ends an action.
    package var allTags: [String] { all.map(\.tag) }

    /// Rewrites an action that a user typed into the notation of the demonstrations: a word directly after the opening
    /// tag gets a space in front. `<answer>paris</answer>` becomes `<answer> paris</answer>`.
    package func written(_ text: String) -> String {
        let text = text.trimmingSpaces
        for opening in ([Self.answerTag] + tags.map(\.tag)).map({ "<\($0)>" }) where text.hasPrefix(opening) {
            return opening + Self.spaced(String(text.dropFirst(opening.count)))
        }
        return text
    }

    /// The possible endings of an action, for messages, such as `<answer>…</answer>`.
    package var endings: [String] { (tags.map(\.tag) + [Self.answerTag]).map { "<\($0)>…</\($0)>" } }

    /// Writes an action in the notation of the demonstrations: `<answer> paris</answer>`, but `<answer>42</answer>`.
    /// With the space, a word has the same tokens as within a sentence.
    package static func write(_ content: String, tag: String) -> String {
        "<\(tag)>\(spaced(content))</\(tag)>"
    }

    /// Returns `content` with a space in front if it starts with a letter.
    package static func spaced(_ content: String) -> String {
        guard let first = content.first, first.isLetter else { return content }
        return " " + content
    }
}
