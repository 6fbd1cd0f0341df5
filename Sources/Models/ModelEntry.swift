/// A base policy that swirl pretrains on first use. Each one has a file in `Catalog`; ``Nano`` is an example.
package protocol ModelEntry: Sendable {
    /// The policy's name in the experiment language.
    static var name: String { get }
    /// The purpose of the policy, in one line.
    static var summary: String { get }
    /// The policy's place in the help's list of base policies, in ascending order. Equal places are sorted by name.
    static var helpOrder: Int { get }
    /// The network's shape and the settings of its pretraining.
    static var pretraining: Pretraining { get }
}

extension ModelEntry {
    package static var helpOrder: Int { 100 }
}
