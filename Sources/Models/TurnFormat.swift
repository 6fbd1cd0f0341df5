import Gemma
import Trajectories

/// How an embedded policy sees a conversation, in tokens:
/// `<bos> search<sep> question<sep>` action `<obs> result</obs>` action …
struct TurnFormat: Sendable {
    let tokenizer: Tokenizer
    /// Actions end with one of these.
    let stops: Set<Int32>
    private let begin, separator, observationStart, observationEnd: Int32

    static let actionTags = ["search_query", "math_exp", ActionGrammar.answerTag]
    /// The tokens that a tokenizer for this format must hold.
    static let specialTokens =
        ["<pad>", "<bos>", "<sep>", "<obs>", "</obs>"] + actionTags.flatMap { ["<\($0)>", "</\($0)>"] }

    /// - Precondition: the tokenizer holds ``specialTokens``.
    init(_ tokenizer: Tokenizer) {
        func id(_ token: String) -> Int32 {
            guard let id = tokenizer.id(of: token) else {
                preconditionFailure("the tokenizer has no \(token)")
            }
            return id
        }
        self.tokenizer = tokenizer
        begin = id("<bos>")
        separator = id("<sep>")
        observationStart = id("<obs>")
        observationEnd = id("</obs>")
        stops = Set(Self.actionTags.map { id("</\($0)>") })
    }

    func prompt(_ question: String, tools: [String]) -> [Int32] {
        [begin] + tools.flatMap { outside(" " + $0) } + [separator] + outside(" " + question)
            + [separator]
    }

    func observation(_ text: String) -> [Int32] {
        [observationStart] + outside(ActionGrammar.spaced(text)) + [observationEnd]
    }

    /// An action as a demonstrator wrote it, tags and all.
    func action(_ text: String) -> [Int32] { tokenizer.encode(text) }

    /// Text from outside can't forge a tag.
    private func outside(_ text: String) -> [Int32] { tokenizer.encode(text, findsAdded: false) }
}
