/// A base that is pretrained here on first use: one file in `Catalog`.
package protocol ModelEntry: Sendable {
    /// The word in the experiment language.
    static var name: String { get }
    /// What it is for, in a line.
    static var summary: String { get }
    /// Its place among the bases in help, smallest first; equal places go by name.
    static var place: Int { get }
    static var pretraining: Pretraining { get }
}

extension ModelEntry {
    package static var place: Int { 100 }
}
