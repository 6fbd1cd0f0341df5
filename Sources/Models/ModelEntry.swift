/// A base policy that swirl pretrains on first use. Each one has a file in `Catalog`.
package protocol ModelEntry: Sendable {
    /// The policy's name in the experiment language.
    static var name: String { get }
    /// The purpose of the policy, in one line.
    static var summary: String { get }
    /// The policy's place among the base policies in help, smallest first. Equal places are sorted by name.
    static var place: Int { get }
    static var pretraining: Pretraining { get }
}

extension ModelEntry {
    package static var place: Int { 100 }
}
