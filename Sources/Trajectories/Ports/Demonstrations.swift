import Keys

/// A source of scripted solutions on which a base policy is pretrained.
package protocol DemonstrationSource: Sendable {
    /// The identity of the source: a digest of its generator, version and settings.
    var key: ContentKey { get }
    var vocabulary: DemonstrationVocabulary { get }
    /// Returns one demonstration of the endless sequence that `seed` determines.
    ///
    /// - Parameter index: the demonstration's position in the sequence, from 0.
    func demonstration(_ index: Int, seed: UInt64) async throws -> Demonstration
}

/// The vocabulary from which a tokenizer for demonstrations is built.
package enum DemonstrationVocabulary: Sendable {
    /// A closed vocabulary: each of these words is one token, and no other words occur.
    case words([String])
    /// An open vocabulary: byte-pair encoding (BPE) learned from these texts.
    case learned(from: [String])
}

/// A scripted episode as text, before tokenization.
package struct Demonstration: Sendable, Equatable {
    package let question: Question
    /// The names of the tools that the prompt offers.
    package let tools: [String]
    package let turns: [Turn]

    /// The text of an action and the text that the tool returned; `observation` is `nil` for the final answer.
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
