/// The name and tag of a tool that an episode offered: enough to parse its calls again.
package struct ToolOffer: Hashable, Sendable, Codable {
    package let name: String
    package let tag: String

    package init(name: String, tag: String) {
        self.name = name
        self.tag = tag
    }
}
