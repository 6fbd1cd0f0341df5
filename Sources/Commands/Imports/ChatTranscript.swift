import Events
import Foundation
import Trajectories

/// The steps of a conversation: each turn of the assistant is an action, and the turn of a tool or of the user behind it
/// is its observation.
///
/// Messages have the form of OpenAI (`role`, `content`, `tool_calls`), of Inspect (calls with `function` as a name), or of
/// ShareGPT (`from`, `value`). A structured call is written as text in the tag of its tool, behind what the assistant said.
struct ChatTranscript {
    private(set) var question = ""
    private(set) var tools: [ToolOffer]
    private(set) var steps: [Step] = []
    /// The verdict of each step, where its message has one.
    private(set) var verdicts: [Verdict?] = []
    /// What the messages have and steps can't hold, with counts.
    private(set) var dropped: [String: Int] = [:]

    /// The calls of the last turn that have no result yet: the index of the step, and the call's identifier.
    private var waiting: [(step: Int, id: String?)] = []
    /// True if the file names the tools itself.
    private let knowsTools: Bool

    /// - Parameters:
    ///   - messages: the conversation, in order.
    ///   - tools: the tools that were offered, if the file names them. Without them, the tools are those that are called.
    ///   - input: the number of messages that are the task, for logs that mark them: turns of the assistant among these
    ///     are examples, not actions.
    init(_ messages: [JSON], tools: [ToolOffer]? = nil, input: Int = 0) {
        knowsTools = tools != nil
        self.tools = tools ?? []
        for (index, message) in messages.enumerated() {
            let role = Self.role(message)
            switch role {
            case "assistant" where index < input: drop("examples in the task")
            case "assistant": act(message)
            case "system": drop("system messages")
            case "user" where steps.isEmpty:
                let text = content(message)
                if index < input {
                    question = text
                } else {
                    question += (question.isEmpty ? "" : "\n") + text
                }
            case "tool", "user": observe(message)
            default: drop("messages of the role \(role)")
            }
        }
    }

    private mutating func drop(_ what: String) { dropped[what, default: 0] += 1 }

    private static func role(_ message: JSON) -> String {
        let role = (message["role"] ?? message["from"])?.text ?? ""
        return switch role {
        case "human": "user"
        case "gpt", "model", "function_call": "assistant"
        case "developer": "system"
        case "function", "observation", "ipython", "tool_response": "tool"
        default: role
        }
    }

    /// Returns the text of a message: its content or the text parts of it, with the reasoning in front.
    private mutating func content(_ message: JSON) -> String {
        var texts: [String] = []
        for name in ["reasoning_content", "reasoning", "thinking"] {
            if let text = message[name]?.text, !text.isEmpty { texts.append("<think>\(text)</think>") }
        }
        switch message["content"] ?? message["value"] ?? .null {
        case .text(let text): texts.append(text)
        case .list(let parts):
            for part in parts {
                switch part["type"]?.text {
                case "text": part["text"]?.text.map { texts.append($0) }
                case "reasoning":
                    let text = part["reasoning"]?.text ?? part["summary"]?.text ?? ""
                    if !text.isEmpty { texts.append("<think>\(text)</think>") }
                case "tool_use", "tool_result": break
                default: drop("parts that are no text")
                }
            }
        default: break
        }
        return texts.joined(separator: "\n").trimmingSpaces
    }

    private struct Call {
        let tool: String
        let input: String
        let id: String?
    }

    private mutating func act(_ message: JSON) {
        waiting = []
        var text = content(message)
        var calls = (message["tool_calls"]?.list ?? []).compactMap(Self.call)
        if let call = message["function_call"] { calls += [Self.call(call)].compactMap(\.self) }
        for part in message["content"]?.list ?? [] where part["type"]?.text == "tool_use" {
            if let call = Self.call(part) { calls.append(call) }
        }
        if message["from"]?.text == "function_call", let call = try? JSON(Data(text.utf8)) {
            calls = (call.list ?? [call]).compactMap(Self.call)
            text = ""
        }
        let verdict = Verdict(record: message)
        if let own = message["action"].flatMap(ParsedAction.init(record:)) {
            // Our own export: the text is as it was.
            return append(message["content"]?.text ?? text, own, verdict)
        }
        guard !calls.isEmpty else {
            append(text, form(text), verdict)
            return
        }
        if calls.count > 1 { drop("turns with several calls (each call is a step)") }
        for (index, call) in calls.enumerated() {
            let tag = Self.tag(call.tool)
            offer(ToolOffer(name: call.tool, tag: tag))
            let written = "<\(tag)>\(call.input)</\(tag)>"
            let said = index == 0 && !text.isEmpty ? text + "\n" + written : written
            waiting.append((steps.count, call.id))
            append(said, .toolCall(tool: call.tool, input: call.input), verdict)
        }
    }

    private mutating func append(_ text: String, _ form: ParsedAction, _ verdict: Verdict?) {
        steps.append(Step(action: Action(text: text, form: form), observation: nil))
        verdicts.append(verdict)
    }

    private mutating func offer(_ tool: ToolOffer) {
        if !knowsTools, !tools.contains(tool) { tools.append(tool) }
    }

    /// Returns the form of a turn without structured calls: a call in tags, an answer in tags, or the whole turn as the
    /// answer.
    private mutating func form(_ text: String) -> ParsedAction {
        if knowsTools { return ActionGrammar(offers: tools).read(text) }
        let closed = text.trimmingSpaces
        let said = TagText.without("think", closed).trimmingSpaces
        if let found = TagText.last(closed) {
            let (tag, inner) = (found.tag, found.inner.trimmingSpaces)
            if tag == ActionGrammar.answerTag { return .answer(inner) }
            if tag == "tool_call", let call = (try? JSON(Data(inner.utf8))).flatMap(Self.call) {
                // Qwen and Hermes write calls so.
                offer(ToolOffer(name: call.tool, tag: tag))
                return .toolCall(tool: call.tool, input: call.input)
            }
            if tag != "think", !inner.isEmpty {
                offer(ToolOffer(name: Self.tool(tag), tag: tag))
                return .toolCall(tool: Self.tool(tag), input: inner)
            }
        }
        guard !said.isEmpty else { return .malformed(reason: "the turn says nothing") }
        return .answer(said)
    }

    private mutating func observe(_ message: JSON) {
        guard !steps.isEmpty else { return drop("results without a call") }
        // Anthropic puts results into the turn of the user.
        let results = (message["content"]?.list ?? []).filter { $0["type"]?.text == "tool_result" }
        for result in results {
            receive(
                content(result), problem: result["is_error"]?.boolean == true ? "the call failed" : nil,
                id: result["tool_use_id"]?.text)
        }
        let text = content(message)
        guard results.isEmpty || !text.isEmpty else { return }
        receive(
            text, problem: message["error"]?["message"]?.text ?? message["error"]?.text,
            id: message["tool_call_id"]?.text)
    }

    private mutating func receive(_ text: String, problem: String?, id: String?) {
        var text = text
        if let found = TagText.last(text), ["tool_response", "information", "result"].contains(found.tag),
            text.hasPrefix("<\(found.tag)>"), text.count == found.inner.count + 2 * found.tag.count + 5
        {
            text = found.inner.trimmingSpaces
        }
        let observation = Observation(text: text.isEmpty ? problem ?? "" : text, problem: problem)
        let place = waiting.firstIndex { $0.id != nil && $0.id == id } ?? waiting.indices.first
        let step = place.map { waiting.remove(at: $0).step } ?? steps.count - 1
        guard steps[step].observation == nil else { return drop("turns of the user behind a result") }
        var action = steps[step].action
        if case .answer = action.form {
            // The conversation went on, so this turn was no answer.
            drop("turns of the user that answer no call (read as results)")
            action = Action(
                text: action.text,
                form: .malformed(reason: "the turn neither calls a tool nor ends the conversation"))
        }
        steps[step] = Step(action: action, observation: observation)
    }

    /// Reads a call: `{"function": {"name": …, "arguments": …}}`, `{"function": "name", "arguments": …}` or
    /// `{"name": …, "arguments": …}`.
    private static func call(_ call: JSON) -> Call? {
        let inner = call["function"]?.object == nil ? call : call["function"]!
        guard let name = inner["name"]?.text ?? call["function"]?.text else { return nil }
        return Call(
            tool: name, input: input(inner["arguments"] ?? call["arguments"] ?? inner["input"] ?? .null),
            id: call["id"]?.text)
    }

    /// Returns arguments as the input of a call: the only value if there is one text, otherwise all of them as JSON.
    private static func input(_ arguments: JSON) -> String {
        var arguments = arguments
        if let text = arguments.text {
            guard let inner = try? JSON(Data(text.utf8)), inner.object != nil else { return text }
            arguments = inner
        }
        if let members = arguments.object, members.count == 1, let text = members.values.first?.text {
            return text
        }
        return arguments == .null ? "" : String(decoding: arguments.data, as: UTF8.self)
    }

    /// Returns the tag of a tool: its name, without characters that no tag has.
    private static func tag(_ tool: String) -> String {
        String(tool.map { $0.isASCII && ($0.isLetter || $0.isNumber) || "_.-".contains($0) ? $0 : "-" })
    }

    /// Returns the name of the tool that a tag of our own calls.
    private static func tool(_ tag: String) -> String {
        ["search_query": "search", "math_exp": "calculator"][tag] ?? tag
    }
}
