import CommandKit
import Events
import Keys
import Language

/// The runs of a session's cells and their state: current, stale, replaced or failed.
///
/// Example: cell 1 is `let n = 2`, and cell 2 uses `$n`. If cell 1 is edited to `let n = 3` and runs, cell 2 is stale.
/// If it runs again with the same value, cell 2 stays current.
///
/// A run reads values that earlier runs made. Such a value changes if its cell runs again without making the same
/// value, or if another cell assigns a different value to its name. Every cell that ran before the change and depends
/// on the value, directly or indirectly, becomes stale. Stale cells are not run again automatically.
struct DataflowGraph: Sendable {
    /// One run of a cell.
    struct CellRun: Sendable {
        let name: CellName
        /// A text that is equal for all runs of one cell: its id or, without an id, the form of its statements.
        let identity: String
        let title: String
        let ending: RunStatus
        /// The values of earlier runs that this run read.
        let reads: [Read]
        let makes: Set<String>
        /// True if the cell has no statements.
        let isEmpty: Bool

        /// True if this run replaces earlier runs of its cell: it succeeded, or it made at least one value.
        var counts: Bool { ending.isDone || !makes.isEmpty }
    }

    /// A value that a run read.
    struct Read: Sendable {
        /// The name or parameter through which the value was read, such as `$n` or `selection`.
        let label: String
        /// A text that identifies the value.
        let value: String
        /// The index in `runs` of the run that made the value.
        let from: Int
    }

    private(set) var runs: [CellRun] = []
    /// The current state of each run, in the order of `runs`.
    private(set) var states: [CellState] = []
    /// The indices of the runs that became stale since the last call of ``takeNewlyStale()``.
    private var newlyStale: Set<Int> = []
    /// The index of the latest run of each cell, by the cell's identity.
    private var latest: [String: Int] = [:]
    /// The index of the latest run that made a value, by the value's text.
    private var makers: [String: Int] = [:]
    /// The index of the latest run that assigned a name, by the name's label (`$n`).
    private var namers: [String: Int] = [:]

    mutating func add(
        _ name: CellName, _ script: LoadedScript, _ ending: RunStatus, _ dependencies: Dependencies
    ) {
        let reads = dependencies.reads.compactMap { read in
            makers[read.value].map { Read(label: read.label, value: read.value, from: $0) }
        }
        let place = runs.count
        // Without an id, a cell is recognized by its statements without their arguments, so that an edited cell
        // replaces its earlier version. A cell that makes nothing is recognized only by its exact text.
        let shape = dependencies.makesSomething ? script.shape : "# " + script.source.text
        let run = CellRun(
            name: name, identity: name.id ?? shape, title: script.source.title, ending: ending, reads: reads,
            makes: dependencies.makes, isEmpty: script.parts.isEmpty)
        runs.append(run)
        if run.counts { latest[run.identity] = place }
        for value in run.makes { makers[value] = place }
        for label in dependencies.names { namers[label] = place }
        let before = stale
        states = statesNow
        newlyStale = newlyStale.intersection(stale).union(stale.subtracting(before))
    }

    private var stale: Set<Int> { Set(states.indices.filter { states[$0].isStale }) }

    /// Returns the cells that became stale since the last call and still are; `nil` if there are none.
    mutating func takeNewlyStale() -> Event.Stale? {
        defer { newlyStale = [] }
        return newlyStale.isEmpty ? nil : stale(at: newlyStale)
    }

    /// The current state of one run.
    enum CellState: Hashable, Sendable {
        case current
        case stale(Event.Stale.Reason)
        /// A later run of the same cell replaces it.
        case replaced
        case failed

        var isStale: Bool { if case .stale = self { true } else { false } }
    }

    private var statesNow: [CellState] {
        var changes: [Int: Int] = [:]
        return runs.indices.map { place in
            let run = runs[place]
            if let last = latest[run.identity], last > place { return .replaced }
            guard run.ending.isDone else { return .failed }
            let direct = run.reads.compactMap { read in
                change(of: read).flatMap { $0 > place ? (label: read.label, by: $0) : nil }
            }
            let indirect = run.reads.filter { read in
                change(of: read) == nil && lastChange(of: replacement(of: read.from), &changes) > place
            }
            guard !direct.isEmpty || !indirect.isEmpty else { return .current }
            return .stale(
                .init(
                    changed: direct.map(\.label).unique, by: direct.map { runs[$0.by].name.number }.unique,
                    dependsOn: indirect.map { runs[replacement(of: $0.from)].name.number }.unique))
        }
    }

    private func replacement(of place: Int) -> Int { latest[runs[place].identity] ?? place }

    /// Returns the index of the run that replaced a read value by a different one; `nil` if the value is unchanged.
    private func change(of read: Read) -> Int? {
        if let namer = namers[read.label], namer > read.from {
            return runs[namer].makes.contains(read.value) ? nil : namer
        }
        let now = replacement(of: read.from)
        return now == read.from || runs[now].makes.contains(read.value) ? nil : now
    }

    /// Returns the index of the latest run that changed a value on which a run depends, directly or indirectly; -1 if
    /// there is none.
    private func lastChange(of place: Int, _ known: inout [Int: Int]) -> Int {
        if let answer = known[place] { return answer }
        // Breaks cycles: a run that is reached again during its own computation contributes nothing.
        known[place] = -1
        var answer = -1
        for read in runs[place].reads {
            answer = max(answer, change(of: read) ?? lastChange(of: replacement(of: read.from), &known))
        }
        known[place] = answer
        return answer
    }
}

extension LoadedScript {
    fileprivate var shape: String {
        parts.map { part in
            switch part {
            case .statement(let statement): statement.shape
            case .script(let included): "include \(included.source.name)"
            }
        }.joined(separator: ";")
    }
}

extension Statement {
    /// The statement without its arguments: the command's name, or `let` and the assigned name.
    fileprivate var shape: String {
        switch self {
        case .command(let invocation): invocation.name.text
        case .binding(let name, _, _): "let \(name.text)"
        case .parameter(let name, _, _, _): "param \(name.text)"
        case .include(let path, _): "include \(path)"
        case .background(let inner, _): "background " + inner.shape
        case .invalid: ""
        }
    }
}
