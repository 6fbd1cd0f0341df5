import CommandKit
import Events

extension DataflowGraph {
    /// The answer to `.cells`: one line for each cell with its number, first line and state. Cells without statements
    /// are left out.
    var listing: Event.ObjectSummary {
        let cells = zip(runs, states).filter { $0.1 != .replaced && !$0.0.isEmpty }
        let stale = cells.count { $0.1.isStale }
        let width = cells.map { "[\($0.0.name.number)]".count }.max() ?? 0
        var lines = cells.map { run, standing in
            StyledLine([
                .init("[\(run.name.number)]".padded(to: width), .faint), .init("  " + run.title),
                .init(standing.words.isEmpty ? "" : "  " + standing.words, standing.tone),
            ])
        }
        if lines.isEmpty { lines = ["no cell has run"] }
        if stale > 0 { lines.append(StyledLine("stale cells are not run again automatically", .faint)) }
        return Event.ObjectSummary(
            type: "cells",
            fields: [.init("cells", .number(Double(cells.count))), .init("stale", .number(Double(stale)))],
            lines: lines)
    }

    /// Returns the event that reports which of the given runs are stale.
    ///
    /// - Parameter places: indices in `runs`.
    func stale(at places: Set<Int>) -> Event.Stale {
        Event.Stale(
            cells: places.sorted().compactMap { place in
                guard case .stale(let reason) = states[place] else { return nil }
                return .init(number: runs[place].name.number, text: runs[place].title, reason: reason)
            })
    }
}

extension DataflowGraph.CellState {
    fileprivate var words: String {
        switch self {
        case .current, .replaced: ""
        case .stale(let reason): reason.words
        case .failed: "failed"
        }
    }

    fileprivate var tone: StyledLine.Tone {
        switch self {
        case .current, .replaced: .faint
        case .stale: .doubtful
        case .failed: .bad
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
