import Keys
import Language
import Output

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

/// What ran in a session, and what of it rests on something that has changed since.
///
/// Dataflow goes by content: a run reads values that earlier runs made. When the cell that made one runs
/// again and no longer makes the same, every cell that rests on it is stale. Nothing runs again by itself.
struct CellLedger: Sendable {
    /// One run of a cell.
    struct Run: Sendable {
        let name: CellName
        let identity: String
        let title: String
        let ending: Session.Ending
        /// What it took from earlier runs.
        let reads: [Read]
        let makes: Set<String>

        /// Whether it changed the workspace as an edited cell is meant to.
        var counts: Bool { ending == .done || ending == .expectationFailed || !makes.isEmpty }
    }

    struct Read: Sendable {
        let label: String
        let value: String
        /// The run that made the value, by its place.
        let from: Int
    }

    private(set) var runs: [Run] = []
    /// The latest run of every cell.
    private var latest: [String: Int] = [:]
    /// The latest run that made a value.
    private var makers: [String: Int] = [:]

    /// - Parameter footprint: what it read and made.
    mutating func add(
        _ name: CellName, _ script: LoadedScript, _ ending: Session.Ending, _ footprint: Footprint
    ) {
        let reads = footprint.reads.compactMap { read in
            makers[read.value].map { Read(label: read.label, value: read.value, from: $0) }
        }
        // What only shows is never edited into something else.
        let shape = footprint.makes.isEmpty ? "#\(name.number)" : script.shape
        let run = Run(
            name: name, identity: name.id ?? shape, title: script.source.title, ending: ending, reads: reads,
            makes: footprint.makes)
        runs.append(run)
        let place = runs.count - 1
        if run.counts { latest[run.identity] = place }
        for value in run.makes { makers[value] = place }
    }

    /// How one run stands now.
    enum Standing: Hashable, Sendable {
        case current
        case stale(Event.Stale.Reason)
        /// Its cell ran again.
        case replaced(by: Int)
        case failed
    }

    var standings: [Standing] {
        var known: [Int: Bool] = [:]
        return runs.indices.map { place in
            let run = runs[place]
            if let last = latest[run.identity], last > place { return .replaced(by: runs[last].name.number) }
            guard run.counts else { return .failed }
            let changed = run.reads.filter { isChanged($0, for: place, &known) }
            guard !changed.isEmpty else { return .current }
            let (indirect, direct) = changed.partitioned { replacement(of: $0.from) == $0.from }
            func numbers(_ reads: [Read]) -> [Int] {
                reads.map { runs[replacement(of: $0.from)].name.number }.unique
            }
            return .stale(
                .init(changed: direct.map(\.label).unique, by: numbers(direct), restsOn: numbers(indirect)))
        }
    }

    private func replacement(of place: Int) -> Int { latest[runs[place].identity] ?? place }

    private func isChanged(_ read: Read, for place: Int, _ known: inout [Int: Bool]) -> Bool {
        let now = replacement(of: read.from)
        // Whoever continues from its own result is up to date: a round of training, run again.
        guard now != place, now == read.from || !rests(now, on: place) else { return false }
        if now != read.from, !runs[now].makes.contains(read.value) { return true }
        return isStale(now, &known)
    }

    private func isStale(_ place: Int, _ known: inout [Int: Bool]) -> Bool {
        if let answer = known[place] { return answer }
        // Asked again on the way, it is itself no reason.
        known[place] = false
        let answer = runs[place].reads.contains { isChanged($0, for: place, &known) }
        known[place] = answer
        return answer
    }

    /// Whether a run used, directly or not, what the cell of another made.
    private func rests(_ later: Int, on earlier: Int) -> Bool {
        var open = [later]
        var seen: Set<Int> = []
        while let place = open.popLast() {
            for read in runs[place].reads where seen.insert(read.from).inserted {
                if runs[read.from].identity == runs[earlier].identity { return true }
                open.append(read.from)
            }
        }
        return false
    }
}

/// What a run took from the workspace and put there, as texts that are equal for equal values.
struct Footprint: Sendable {
    var reads: [(label: String, value: String)] = []
    var makes: Set<String> = []

    mutating func read(_ label: String, _ value: String) {
        guard !makes.contains(value), !reads.contains(where: { $0.value == value }) else { return }
        reads.append((label, value))
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

extension Sequence {
    fileprivate func partitioned(_ belongs: (Element) -> Bool) -> (yes: [Element], no: [Element]) {
        (filter(belongs), filter { !belongs($0) })
    }
}

extension Sequence where Element: Hashable {
    /// Without repetitions, in order.
    fileprivate var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
