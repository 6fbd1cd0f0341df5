import CommandKit
import Events
import Keys
import Language

/// What ran in a session, and what of it rests on something that has changed since.
///
/// Dataflow goes by content: a run reads values that earlier runs made. When the cell that made one runs
/// again and no longer makes the same, or another cell gives its name to something else, every cell that ran
/// before that and rests on it is stale. Nothing runs again by itself.
struct DataflowGraph: Sendable {
    /// One run of a cell.
    struct CellRun: Sendable {
        let name: CellName
        let identity: String
        let title: String
        let ending: Ending
        /// What it took from earlier runs.
        let reads: [Read]
        let makes: Set<String>
        /// Whether there was nothing to run.
        let isEmpty: Bool

        /// Whether it stands in the place of earlier runs of its cell.
        var counts: Bool { ending.isDone || !makes.isEmpty }
    }

    struct Read: Sendable {
        let label: String
        let value: String
        /// The run that made the value, by its place.
        let from: Int
    }

    private(set) var runs: [CellRun] = []
    /// How every run stands now.
    private(set) var states: [CellState] = []
    /// The places of runs that became stale since somebody was told.
    private var untold: Set<Int> = []
    /// The latest run of every cell.
    private var latest: [String: Int] = [:]
    /// The latest run that made a value.
    private var makers: [String: Int] = [:]
    /// The latest run that gave a name, by its label.
    private var namers: [String: Int] = [:]

    mutating func add(
        _ name: CellName, _ script: LoadedScript, _ ending: Ending, _ dependencies: Dependencies
    ) {
        let reads = dependencies.reads.compactMap { read in
            makers[read.value].map { Read(label: read.label, value: read.value, from: $0) }
        }
        let place = runs.count
        // What only shows is never edited into something else; typed again, it is the same.
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
        untold = untold.intersection(stale).union(stale.subtracting(before))
    }

    private var stale: Set<Int> { Set(states.indices.filter { states[$0].isStale }) }

    /// What became stale since the last call; `nil` where nothing did.
    mutating func takeUntold() -> Event.Stale? {
        defer { untold = [] }
        return untold.isEmpty ? nil : stale(at: untold)
    }

    /// How one run stands now.
    enum CellState: Hashable, Sendable {
        case current
        case stale(Event.Stale.Reason)
        /// Its cell ran again.
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
                    restsOn: indirect.map { runs[replacement(of: $0.from)].name.number }.unique))
        }
    }

    private func replacement(of place: Int) -> Int { latest[runs[place].identity] ?? place }

    /// The run that makes something else in the place of what was read; `nil` where none does.
    private func change(of read: Read) -> Int? {
        if let namer = namers[read.label], namer > read.from {
            return runs[namer].makes.contains(read.value) ? nil : namer
        }
        let now = replacement(of: read.from)
        return now == read.from || runs[now].makes.contains(read.value) ? nil : now
    }

    /// The latest run that changed anything that a run rests on, directly or not; -1 where none did.
    private func lastChange(of place: Int, _ known: inout [Int: Int]) -> Int {
        if let answer = known[place] { return answer }
        // Asked again on its own way, it adds nothing.
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
    /// What stays the same when arguments are edited.
    fileprivate var shape: String {
        switch self {
        case .command(let invocation): invocation.name.text
        case .binding(let name, _, _): "let \(name.text)"
        case .parameter(let name, _, _, _): "param \(name.text)"
        case .include(let path, _): "include \(path)"
        case .background(let inner, _): "background " + inner.shape
        }
    }
}
