/// A number that the network computed is infinite or none at all.
package struct NotFinite: Error, Hashable, Sendable, CustomStringConvertible {
    package let what: String

    package init(what: String) { self.what = what }

    package var description: String {
        "\(what) is no finite number: the weights are too large for the network, or were damaged in memory"
    }
}
