import Gemma
import Trajectories

/// The format of the policies that swirl pretrains. Every tag is one token:
/// `<bos> search<sep> question<sep>` action `<obs> result</obs>` action …
struct TaggedTurns: TurnFormat {
    let stops: Set<Int32>
    private let tokenizer: Tokenizer
    private let begin, separator, observationStart, observationEnd: Int32

    static let actionTags = ["search_query", "math_exp", ActionGrammar.answerTag]
    /// The control tokens that the vocabulary of a policy with this format begins with.
    static let specialTokens =
        ["<pad>", "<bos>", "<sep>", "<obs>", "</obs>"] + actionTags.flatMap { ["<\($0)>", "</\($0)>"] }

    /// Creates the format; `nil` if the tokenizer lacks one of the tokens that it uses.
    init?(_ tokenizer: Tokenizer) {
        guard let begin = tokenizer.id(of: "<bos>"), let separator = tokenizer.id(of: "<sep>"),
            let observationStart = tokenizer.id(of: "<obs>"), let observationEnd = tokenizer.id(of: "</obs>"),
            case let stops = Self.actionTags.compactMap({ tokenizer.id(of: "</\($0)>") }),
            stops.count == Self.actionTags.count
        else { return nil }
        self.tokenizer = tokenizer
        self.begin = begin
        self.separator = separator
        self.observationStart = observationStart
        self.observationEnd = observationEnd
        self.stops = Set(stops)
    }

    func prompt(_ question: String, tools: [any Tool]) -> [Int32] {
        prompt(question, tools: tools.map(\.name))
    }

    func prompt(_ question: String, tools: [String]) -> [Int32] {
        [begin] + tools.flatMap { outside(" " + $0) } + [separator] + outside(" " + question)
            + [separator]
    }

    /// Each closing tag is one token, and that token ends the action.
    let writesTagsAsText = false

    func observation(_ text: String, after action: [Int32]) -> [Int32] {
        [observationStart] + outside(ActionGrammar.spaced(text)) + [observationEnd]
    }

    func text(_ action: [Int32]) -> String { tokenizer.decode(action) }

    func action(_ text: String) -> [Int32] { tokenizer.encode(text) }

    /// Encodes untrusted text (questions, tool results) without added tokens, so that it can't forge a tag.
    private func outside(_ text: String) -> [Int32] { tokenizer.encode(text, findsAdded: false) }
}
