/// The name of a session's cell: its number and, if the front end has one, a stable id.
package struct CellName: Hashable, Sendable {
    /// The number that the front end shows, from 1.
    package let number: Int
    /// The front end's id of the cell, which stays the same when the cell is edited; `nil` if the front end has none.
    /// In that case, a cell with the same commands and names as an earlier one counts as its edited version. A cell
    /// that assigns nothing and makes nothing must have the same text.
    package let id: String?

    package init(number: Int, id: String? = nil) {
        self.number = number
        self.id = id
    }
}
