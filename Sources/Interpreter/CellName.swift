/// The name of a session's cell: its number and, if the front end has one, a stable id.
package struct CellName: Hashable, Sendable {
    /// The number that the front end shows, from 1.
    package let number: Int
    /// A stable id: all runs of a cell have the same one, edited or not. `nil` if the front end has none; then a cell
    /// with the same commands and names counts as an edited version of the earlier one.
    package let id: String?

    package init(number: Int, id: String? = nil) {
        self.number = number
        self.id = id
    }
}
