/// What notebooks tell beyond their statements.
extension Event {
    package struct CellStart: Hashable, Sendable {
        /// From 1.
        package let number: Int
        /// How many cells the notebook runs.
        package let count: Int
        /// Its first line that says something.
        package let text: String

        package init(number: Int, count: Int, text: String) {
            self.number = number
            self.count = count
            self.text = text
        }
    }

    package struct Stale: Hashable, Sendable {
        /// Why a cell is stale.
        package struct Reason: Hashable, Sendable {
            /// What has changed: `trajectories`, `$careful`.
            package let changed: [String]
            /// The cells that changed it.
            package let by: [Int]
            /// Cells that it rests on and that are stale themselves.
            package let restsOn: [Int]

            package init(changed: [String], by: [Int], restsOn: [Int]) {
                self.changed = changed
                self.by = by
                self.restsOn = restsOn
            }

            package var words: String {
                func list(_ cells: [Int]) -> String { cells.map { "[\($0)]" }.joined(separator: ", ") }
                let direct =
                    changed.isEmpty ? [] : ["\(changed.joined(separator: ", ")) changed in \(list(by))"]
                let indirect = restsOn.isEmpty ? [] : ["rests on \(list(restsOn))"]
                return "stale: " + (direct + indirect).joined(separator: "; ")
            }
        }

        package struct Cell: Hashable, Sendable {
            package let number: Int
            /// Its first line that says something.
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

        /// All of them in a line.
        package var line: String {
            "stale now: \(cells.map { "[\($0.number)]" }.joined(separator: ", ")); .cells says why"
        }
        /// A line a cell.
        package var lines: [String] { cells.map { "[\($0.number)] \($0.text): \($0.reason.words)" } }
    }
}
