/// The words that a keyword parameter accepts, each with its meaning.
package struct Vocabulary: Sendable {
    package let name: String
    package let words: [(word: String, meaning: String)]

    package init(_ name: String, _ words: [(String, String)]) {
        self.name = name
        self.words = words.map { (word: $0.0, meaning: $0.1) }
    }

    package func contains(_ word: String) -> Bool { words.contains { $0.word == word } }
}
