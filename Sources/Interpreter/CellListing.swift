import Output

extension CellLedger {
    /// All runs and how they stand now, as a person reads them.
    var listing: Event.Value {
        let standings = standings
        let stale = standings.count { if case .stale = $0 { true } else { false } }
        let width = runs.map { "[\($0.name.number)]".count }.max() ?? 0
        let lines = zip(runs, standings).map { run, standing in
            let number = "[\(run.name.number)]".padded(to: width)
            let faint = if case .replaced = standing { true } else { false }
            return StyledLine([
                .init(number, .faint), .init("  " + run.title, faint ? .faint : .plain),
                .init(standing.words.isEmpty ? "" : "  " + standing.words, standing.tone),
            ])
        }
        return Event.Value(
            type: "cells",
            fields: [.init("cells", .number(Double(runs.count))), .init("stale", .number(Double(stale)))],
            lines: lines.isEmpty ? ["no cell has run"] : lines)
    }

    /// The cells that are stale now and were not in an earlier ledger.
    func newlyStale(since earlier: CellLedger) -> Event.Stale? {
        let before = Set(earlier.stale.map(\.number))
        let cells = stale.filter { !before.contains($0.number) }
        return cells.isEmpty ? nil : Event.Stale(cells: cells)
    }

    private var stale: [Event.Stale.Cell] {
        zip(runs, standings).compactMap { run, standing in
            guard case .stale(let reason) = standing else { return nil }
            return .init(number: run.name.number, text: run.title, reason: reason)
        }
    }
}

extension CellLedger.Standing {
    fileprivate var words: String {
        switch self {
        case .current: ""
        case .stale(let reason): reason.words
        case .replaced(let by): "run again as [\(by)]"
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
