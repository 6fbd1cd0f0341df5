/// Events about a notebook's cells.
extension Event {
    /// The beginning of a cell's execution.
    package struct CellStart: Hashable, Sendable {
        /// The number of the cell, from 1.
        package let number: Int
        /// The number of cells that the notebook runs.
        package let count: Int
        /// The first line of the cell that is neither empty nor a comment.
        package let text: String

        package init(number: Int, count: Int, text: String) {
            self.number = number
            self.count = count
            self.text = text
        }
    }

    /// The cells whose results no longer match the values that they depend on.
    package struct Stale: Hashable, Sendable {
        /// The reason why a cell is stale.
        package struct Reason: Hashable, Sendable {
            /// The labels of the values that have changed, such as `trajectories` or `$careful`.
            package let changed: [String]
            /// The numbers of the cells that changed them.
            package let by: [Int]
            /// The numbers of those cells on which this cell depends and which are stale themselves.
            package let dependsOn: [Int]

            package init(changed: [String], by: [Int], dependsOn: [Int]) {
                self.changed = changed
                self.by = by
                self.dependsOn = dependsOn
            }

            /// The reason as text: `stale: $careful changed in [2]; depends on [3]`.
            package var words: String {
                func list(_ cells: [Int]) -> String { cells.map { "[\($0)]" }.joined(separator: ", ") }
                let direct =
                    changed.isEmpty ? [] : ["\(changed.joined(separator: ", ")) changed in \(list(by))"]
                let indirect = dependsOn.isEmpty ? [] : ["depends on \(list(dependsOn))"]
                return "stale: " + (direct + indirect).joined(separator: "; ")
            }
        }

        /// A stale cell and the reason.
        package struct Cell: Hashable, Sendable {
            /// The number of the cell, from 1.
            package let number: Int
            /// The first line of the cell that is neither empty nor a comment.
            package let text: String
            package let reason: Reason

            package init(number: Int, text: String, reason: Reason) {
                self.number = number
                self.text = text
                self.reason = reason
            }
        }

        package let cells: [Cell]

        package init(cells: [Cell]) { self.cells = cells }

        /// A line that names the stale cells by their numbers and first lines: `stale now: [3] filter process, [4]
        /// train …; .cells shows why`. A terminal shows no numbers beside its cells.
        package var line: String {
            let most = 4
            let named = cells.prefix(most).map { cell in
                "[\(cell.number)] \(cell.text.count > 40 ? cell.text.prefix(39) + "…" : cell.text[...])"
            }
            let rest = cells.count > most ? " and \(cells.count - most) more" : ""
            return "stale now: \(named.joined(separator: ", "))\(rest); .cells shows why"
        }
        /// One line for each stale cell, with its reason.
        package var lines: [String] { cells.map { "[\($0.number)] \($0.text): \($0.reason.words)" } }
    }
}
