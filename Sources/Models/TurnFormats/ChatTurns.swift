import Gemma
import Trajectories

/// Gemma's chat format: turns of `user` and `model` between `<start_of_turn>` and `<end_of_turn>`. An action is one
/// turn of the model, and a tool's result is the next turn of the user, as in SWiRL (arXiv 2504.04736).
struct ChatTurns: TurnFormat {
    let stops: Set<Int32>
    private let tokenizer: Tokenizer
    private let begin: [Int32]
    private let start, end: Int32
    /// The control tokens that untrusted text (questions, tool results) must not produce, because it could forge a
    /// turn.
    private let forged: Set<Int32>

    /// The same format as a Jinja template, which other programs read from tokenizer_config.json.
    static let template =
        "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'assistant' %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"

    /// Creates the format; `nil` if the tokenizer has no token `<start_of_turn>` or `<end_of_turn>`.
    ///
    /// - Parameters:
    ///   - begin: the token before every text; `nil` for none.
    ///   - ends: the tokens that end a text. Like `<end_of_turn>`, they end an action.
    init?(_ tokenizer: Tokenizer, begin: Int32?, ends: [Int32]) {
        guard let start = tokenizer.id(of: "<start_of_turn>"), let end = tokenizer.id(of: "<end_of_turn>")
        else { return nil }
        self.tokenizer = tokenizer
        self.begin = begin.map { [$0] } ?? []
        self.start = start
        self.end = end
        stops = Set([end] + ends)
        forged = stops.union(tokenizer.specialTokens).union([start] + self.begin)
    }

    func prompt(_ question: String, tools: [any Tool]) -> [Int32] {
        begin + turn("user", Instructions.text(question, tools: tools)) + opening
    }

    let writesTagsAsText = true

    func observation(_ text: String, after action: [Int32]) -> [Int32] {
        // If a closing tag ended the action, the model's turn is still open. The line break after the end token belongs
        // to the template.
        let isEnded = action.last.map { $0 == end } ?? true
        return (isEnded ? [] : [end]) + encode("\n") + turn("user", text) + opening
    }

    func text(_ action: [Int32]) -> String {
        let closed = action.last.map(stops.contains) == true ? action.dropLast() : action[...]
        return tokenizer.decode(closed).trimmingSpaces
    }

    func action(_ text: String) -> [Int32] { encode(text) + [end] }

    private func turn(_ role: String, _ text: String) -> [Int32] {
        [start] + encode("\(role)\n\(text.trimmingSpaces)") + [end] + encode("\n")
    }

    private var opening: [Int32] { [start] + encode("model\n") }

    private func encode(_ text: String) -> [Int32] { tokenizer.encode(text, forbidding: forged) }
}
