/// A tool as an episode was offered it: enough to read its calls again.
package struct ToolOffer: Hashable, Sendable, Codable {
    package let name: String
    package let tag: String

    package init(name: String, tag: String) {
        self.name = name
        self.tag = tag
    }
}
