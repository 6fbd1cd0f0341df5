import CEditLine

/// The size of the terminal on standard output, in characters.
package enum TerminalSize {
    /// The number of columns; `nil` if standard output is not a terminal.
    package static var columns: Int? {
        let columns = Int(swirl_terminal_columns())
        return columns > 0 ? columns : nil
    }

    /// The number of rows; `nil` if standard output is not a terminal.
    package static var rows: Int? {
        let rows = Int(swirl_terminal_rows())
        return rows > 0 ? rows : nil
    }
}
