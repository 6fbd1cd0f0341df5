/// A number that a script can set for a generated world, such as `dataset luck-nano lucky:50%`. Each option belongs to
/// the entry that declares it.
package struct DatasetOption: Hashable, Sendable {
    /// The name of the option in the experiment language.
    package let name: String
    /// One line for help.
    package let summary: String
    /// The value without the option.
    package let defaultValue: Double
    /// The values that a script may set.
    package let range: ClosedRange<Double>

    package init(_ name: String, _ summary: String, defaultValue: Double, in range: ClosedRange<Double>) {
        self.name = name
        self.summary = summary
        self.defaultValue = defaultValue
        self.range = range
    }
}
