/// A cell of a session: what a front end numbers.
package struct CellName: Hashable, Sendable {
    /// As the front end shows it, from 1.
    package let number: Int
    /// The same for a cell that is run again, edited or not; `nil` where the front end doesn't know. Then a
    /// cell of the same commands and names is the same cell, edited.
    package let id: String?

    package init(number: Int, id: String? = nil) {
        self.number = number
        self.id = id
    }
}
