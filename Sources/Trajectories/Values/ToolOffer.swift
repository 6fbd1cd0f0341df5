/// The name and the tag of a tool that an episode offered. A trajectory stores both so that its actions can be parsed
/// again.
package struct ToolOffer: Hashable, Sendable, Codable {
    package let name: String
    package let tag: String

    package init(name: String, tag: String) {
        self.name = name
        self.tag = tag
    }
}
