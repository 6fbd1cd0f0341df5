/// A collection of passages for the `search` tool.
package struct Corpus: Sendable {
    package let name: String
    package let passages: [Passage]

    package struct Passage: Sendable, Codable, Hashable {
        package let title: String
        package let text: String

        package init(title: String, text: String) {
            self.title = title
            self.text = text
        }
    }

    package init(name: String, passages: [Passage]) {
        self.name = name
        self.passages = passages
    }
}
