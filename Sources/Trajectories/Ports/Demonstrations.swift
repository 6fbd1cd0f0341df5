import Keys

/// Scripted solutions that a base policy is pretrained on.
package protocol DemonstrationSource: Sendable {
    /// The identity of the whole source: generator, version and settings.
    var key: ContentKey { get }
    var vocabulary: DemonstrationVocabulary { get }
    /// Demonstration number `index` of the stream that `seed` names.
    func demonstration(_ index: Int, seed: UInt64) async throws -> Demonstration
}

/// What a tokenizer for demonstrations is made of.
package enum DemonstrationVocabulary: Sendable {
    /// A closed world: every word is one token.
    case words([String])
    /// An open one: a byte-pair vocabulary learned from these texts.
    case learned(from: [String])
}

/// One scripted episode in text.
package struct Demonstration: Sendable, Equatable {
    package let question: Question
    package let tools: [String]
    package let turns: [Turn]

    /// An action as written, and what the tool returned.
    package struct Turn: Sendable, Equatable {
        package let action: String
        package let observation: String?

        package init(action: String, observation: String?) {
            self.action = action
            self.observation = observation
        }
    }

    package init(question: Question, tools: [String], turns: [Turn]) {
        self.question = question
        self.tools = tools
        self.turns = turns
    }
}
