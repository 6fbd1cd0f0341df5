import Keys

/// Scripted solutions that a base policy is pretrained on.
package protocol DemonstrationSource: Sendable {
    /// The identity of the whole source: generator, version and settings.
    var key: ContentKey { get }
    var vocabulary: DemonstrationVocabulary { get }
    /// Returns demonstration number `index` of the stream with this seed.
    func demonstration(_ index: Int, seed: UInt64) async throws -> Demonstration
}

/// The vocabulary from which a tokenizer for demonstrations is built.
package enum DemonstrationVocabulary: Sendable {
    /// A closed vocabulary: every word is one token.
    case words([String])
    /// An open vocabulary: byte-pair tokens learned from these texts.
    case learned(from: [String])
}

/// One scripted episode in text.
package struct Demonstration: Sendable, Equatable {
    package let question: Question
    package let tools: [String]
    package let turns: [Turn]

    /// The text of an action and the observation that the tool returned.
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
