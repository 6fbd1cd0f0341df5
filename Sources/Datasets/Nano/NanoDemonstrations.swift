import Keys
import Trajectories

/// Scripted, imperfect solutions of nano questions, for pretraining a base policy.
///
/// A quarter comes from simulated careful annotators, the rest from careless ones with systematic errors: they stop
/// early, confuse certain verbs and relations, use distractors, skip the first hop, read the wrong name, or guess a
/// comparison. A base policy that imitates both makes errors of behavior, which reinforcement learning can correct.
/// Random noise would only teach it to copy names incorrectly. The error probabilities were chosen on validation
/// questions.
package struct NanoDemonstrations: DemonstrationSource {
    /// The version of the demonstrations. Increase it whenever they change.
    static let version = 1

    /// The writing style of the annotators.
    package enum Style: String, CaseIterable, Sendable {
        /// Actions consist only of the call or the answer.
        case plain
        /// The words "next step" come before every action, in 85 % of the careful and 15 % of the careless
        /// demonstrations. The marker is a style that correlates with care.
        case marker
        /// Only chains, over passages of which half of the asides are true (``LuckNano``). Careless annotators skip the
        /// first look-up three times as often, which succeeds where the aside is true.
        case hasty
    }

    /// The passages that annotators of a style search besides those of the generated worlds; `nil` if there are none.
    package static func corpus(for style: Style) -> Corpus? {
        style == .hasty ? LuckNano.world(["lucky": 0.5])?.corpus : nil
    }

    private let tools: [String: any Tool]
    private let style: Style

    /// Creates a source of demonstrations.
    ///
    /// - Parameter tools: the tools that the annotators call, which must include `search` and `calculator`.
    package init(tools: [any Tool], style: Style = .plain) {
        self.style = style
        self.tools = Dictionary(uniqueKeysWithValues: tools.map { ($0.name, $0) })
    }

    package var key: ContentKey {
        let parts = ["nano-demonstrations", String(Self.version)]
        return ContentKey(parts: parts + (style == .plain ? [] : [style.rawValue]))
    }

    package var vocabulary: DemonstrationVocabulary {
        var seen: Set<String> = []
        let all =
            KnowledgeBase.vocabulary + KnowledgeQuestionGenerator.vocabulary
            + ArithmeticQuestionGenerator.vocabulary + ["search", "calculator", "error"]
            + (style == .marker ? KnowledgeBase.words(Self.marker) : [])
        return .words(all.filter { seen.insert($0).inserted })
    }

    package func demonstration(_ index: Int, seed: UInt64) async throws -> Demonstration {
        var stream = RandomStream(seed: seed, "demonstration", .number(index))
        while true {
            let (world, draft) = Self.draw(style, &stream)
            guard Split(of: draft.identity) == .pretraining else { continue }
            let question = world.question(draft, number: index, split: .pretraining)
            let offered = Self.offer(question, &stream)
            let isCareful = stream.chance(0.25)
            var prefix = ""
            if style == .marker, stream.chance(isCareful ? 0.85 : 0.15) { prefix = Self.marker }
            var script = DemonstrationScript(
                question: question, offered: offered, tools: tools, prefix: prefix, isCareful: isCareful,
                skips: style == .hasty ? 0.6 : 0.2, stream: stream)
            try await script.play(draft, world.knowledge)
            return Demonstration(question: question, tools: offered, turns: script.turns)
        }
    }

    static let marker = " next step"

    /// Draws a question. In the style hasty all questions are chains. In the others half of them are arithmetic; a few percent have more than two hops, and 3 % have the
    /// phrasings of ``BeerNano``.
    private static func draw(_ style: Style, _ stream: inout RandomStream) -> (NanoWorld, GeneratedQuestion) {
        if style == .hasty {
            let hops = 1 + stream.pick(weights: [0.2, 0.5, 0.3])
            let draft = KnowledgeQuestionGenerator(base: NanoKnowledge.factual).chain(hops, &stream)
            return (LuckNano.world(lucky: 0.5, unlucky: 0), draft)
        }
        if stream.chance(0.5) {
            let steps = 1 + stream.pick(weights: [0.15, 0.45, 0.3, 0.1])
            return (GsmNano.world, ArithmeticQuestionGenerator().story(steps, &stream))
        }
        let questions = KnowledgeQuestionGenerator(base: NanoKnowledge.factual)
        switch stream.uniform() {
        case ..<0.06:
            let hops = 1 + stream.pick(weights: [0.5, 0.4, 0.1])
            return (BeerNano.world, questions.chain(hops, &stream, phrasing: .stepwise))
        case ..<0.30:
            return (HopNano.world, questions.comparison(&stream))
        default:
            let hops = 1 + stream.pick(weights: [0.3, 0.6, 0.08, 0.02])
            return (HopNano.world, questions.chain(hops, &stream))
        }
    }

    /// Draws the names of the offered tools: none in 8 % of the demonstrations, both in 17 %, and otherwise the tools
    /// of the question's world. The base policy thus learns the format of prompts with no tool and with several tools.
    private static func offer(_ question: Question, _ stream: inout RandomStream) -> [String] {
        switch stream.uniform() {
        case ..<0.08: []
        case ..<0.25: ["search", "calculator"]
        default: question.tools
        }
    }
}

/// The simulated work of one annotator on one question.
private struct DemonstrationScript {
    let question: Question
    let offered: [String]
    let tools: [String: any Tool]
    /// The text before every call and answer.
    let prefix: String
    let isCareful: Bool
    /// The probability that a careless annotator skips the first look-up of a chain.
    let skips: Double
    var stream: RandomStream
    var turns: [Demonstration.Turn] = []

    init(
        question: Question, offered: [String], tools: [String: any Tool], prefix: String,
        isCareful: Bool, skips: Double, stream: RandomStream
    ) {
        self.prefix = prefix
        self.question = question
        self.offered = offered
        self.tools = tools
        self.isCareful = isCareful
        self.skips = skips
        self.stream = stream
    }

    mutating func play(_ draft: GeneratedQuestion, _ knowledge: KnowledgeBase?) async throws {
        guard !offered.isEmpty else { return answer(draft.answer) }
        switch draft.plan {
        case .chain(let start, let relations):
            try await chain(from: start, relations.map { KnowledgeRelation(rawValue: $0)! }, knowledge!)
        case .comparison(let first, let second, let relation, let ordered):
            try await compare(
                first, second, KnowledgeRelation(rawValue: relation)!, ordered: ordered, draft.answer)
        case .arithmetic(let start, let operations, let distractors):
            try await calculate(start, operations, distractors)
        }
    }

    /// Returns true with the given probability if the annotator is careless; always false for a careful one.
    private mutating func slips(_ probability: Double) -> Bool {
        !isCareful && stream.chance(probability)
    }

    private mutating func call(_ name: String, _ input: String) async throws -> String {
        let tool = tools[name]!
        let result: String
        do {
            result = try await tool.call(input, for: question)
        } catch ToolError.invalidInput(let observation, _) {
            result = observation
        }
        turns.append(
            .init(action: prefix + ActionGrammar.write(input, tag: tool.tag), observation: result))
        return result
    }

    private mutating func answer(_ text: String) {
        turns.append(
            .init(
                action: prefix + ActionGrammar.write(text, tag: ActionGrammar.answerTag),
                observation: nil))
    }

    // MARK: Knowledge

    /// The relations that careless annotators confuse with another one: the other relation and the probability.
    private static let confusions: [KnowledgeRelation: (KnowledgeRelation, Double)] = [
        .founder: (.headquarters, 0.75), .spouse: (.birthplace, 0.7), .mayor: (.country, 0.7),
        .studio: (.director, 0.7), .birthyear: (.birthplace, 0.65),
    ]

    private mutating func confuse(_ relation: KnowledgeRelation) -> KnowledgeRelation {
        guard let (other, probability) = Self.confusions[relation], slips(probability) else {
            return relation
        }
        return other
    }

    private mutating func lookUp(_ relation: KnowledgeRelation, _ entity: String) async throws -> String {
        try await call("search", "\(relation.rawValue) of \(entity)")
    }

    private mutating func chain(
        from start: String, _ relations: [KnowledgeRelation], _ knowledge: KnowledgeBase
    ) async throws {
        var current = start
        let skipsFirst = relations.count > 1 && slips(skips)
        for (index, relation) in relations.dropFirst(skipsFirst ? 1 : 0).enumerated() {
            if index > 0, slips(0.4) { break }
            let asked = confuse(relation)
            let passage = try await lookUp(asked, current)
            let mentions = knowledge.mentions(in: passage)
            var found = knowledge.read(relation, in: passage) ?? mentions.last ?? current
            if asked != relation, stream.chance(0.5) {
                found = knowledge.read(asked, in: passage) ?? found
            }
            if mentions.count > 1, slips(0.15) { found = stream.pick(mentions.dropFirst()) }
            current = found
        }
        answer(current)
    }

    private mutating func compare(
        _ first: String, _ second: String, _ relation: KnowledgeRelation, ordered: Bool, _ gold: String
    ) async throws {
        for (index, entity) in [first, second].enumerated() {
            if index == 1, slips(0.45) { break }
            _ = try await lookUp(confuse(relation), entity)
        }
        let guesses = turns.count < 2 || slips(0.3)
        answer(guesses ? stream.pick(ordered ? [first, second] : ["yes", "no"]) : gold)
    }

    // MARK: Arithmetic

    /// The verbs that careless annotators take for another operation: the operator and the probability. `gives` is
    /// misread only where it means a subtraction.
    private static let misreadings: [String: (String, Double)] = [
        "gives": ("+", 0.75), "sells": ("+", 0.7), "doubles": ("+", 0.6), "triples": ("+", 0.6),
        "splits": ("-", 0.65), "collects": ("-", 0.65),
    ]

    private mutating func calculate(
        _ start: Int, _ operations: [QuestionPlan.Operation], _ distractors: [Int]
    ) async throws {
        var current = String(start)
        var done = 0
        let sentences = question.text.split(separator: ".").dropFirst()
        for sentence in sentences where done < operations.count {
            let words = KnowledgeBase.words(String(sentence))
            if words.contains("has") {
                if slips(0.75), let distractor = distractors.first {
                    current = try await call("calculator", "\(current)+\(distractor)")
                }
                continue
            }
            if done > 0, slips(0.3) { break }
            let operation = operations[done]
            done += 1
            var symbol = operation.symbol
            if let verb = words.first(where: { Self.misreadings[$0] != nil }),
                let (other, probability) = Self.misreadings[verb],
                !(verb == "gives" && symbol == "+"), slips(probability)
            {
                symbol = other
            }
            current = try await call("calculator", "\(current)\(symbol)\(operation.operand)")
            // Annotators stop if the result is not a whole number from 0 to ArithmeticQuestionGenerator.limit.
            guard let value = Int(current), (0...ArithmeticQuestionGenerator.limit).contains(value) else {
                break
            }
        }
        answer(current)
    }
}
