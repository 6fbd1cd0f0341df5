import Events

/// One command of a run and its events.
package struct RecordedStep: Sendable {
    package let started: Event.Started
    package var events: [Event] = []
    package var finished: Event.Finished?

    /// A label that is equal for the same step under different seeds. It is the name that `let` gives the result, or
    /// else the statement, followed by the values of the enclosing sweeps' variables except the seed.
    package var label: String {
        let point = started.point.filter { $0.name != "seed" }
        let own = started.name ?? started.text
        return point.isEmpty ? own : "\(own)  (\(point.text))"
    }

    /// The computing time, in seconds. For a cached result it is the time of the original computation or, if that is
    /// unknown, the time for loading the result.
    package var seconds: Double { finished.map { $0.computedIn ?? $0.seconds } ?? 0 }

    package var seed: String? { started.point.last { $0.name == "seed" }?.label }
}

extension RunRecord {
    /// The computing time of all results, in seconds. A result that several steps use counts once.
    var computingSeconds: Double {
        var known: Set<String> = []
        return steps.reduce(0) { sum, step in
            guard let key = step.finished?.key, !key.isEmpty else { return sum + step.seconds }
            return known.insert(key).inserted ? sum + step.seconds : sum
        }
    }

    /// The commands of the run, in order.
    package var steps: [RecordedStep] {
        var steps: [RecordedStep] = []
        for event in events {
            switch event {
            case .started(let started): steps.append(RecordedStep(started: started))
            case .finished(let finished): if !steps.isEmpty { steps[steps.count - 1].finished = finished }
            case .diagnostic, .warning, .error:
                // Diagnostics and warnings may follow the end of their command.
                if !steps.isEmpty { steps[steps.count - 1].events.append(event) }
            default:
                if let last = steps.indices.last, steps[last].finished == nil {
                    steps[last].events.append(event)
                }
            }
        }
        return steps
    }

    /// The steps in the "Results" section of a report: the steps of commands with `isShown`. If there are none, all
    /// steps with a table.
    package var shownSteps: [RecordedStep] {
        let all = steps
        let asked = all.filter(\.started.isShown)
        guard asked.isEmpty else { return asked }
        return all.filter { $0.events.contains { if case .table = $0 { true } else { false } } }
    }

    /// The claims and expectations of the run.
    package var claims: [Event.Claim] {
        events.compactMap { if case .claim(let claim) = $0 { claim } else { nil } }
    }

    /// The errors and interruptions in the record, as lines. In a session with several cells, cells after the failing
    /// one may have run.
    package var failures: [String] {
        events.flatMap { event -> [String] in
            switch event {
            case .diagnostic(let record) where record.severity == "error": record.lines
            case .error(let message): [message]
            case .finished(let finished) where finished.outcome == .interrupted:
                ["\(finished.command): interrupted"]
            default: []
            }
        }
    }

    /// The steps in groups that differ only in the seed, in order of first appearance.
    private var stepsByLabel: [(label: String, steps: [RecordedStep])] {
        struct Place: Hashable {
            let label: String
            let line: Int
            /// The number of runs of the statement so far with the same label and seed. A `repeat` block gives 1, 2,
            /// and so on, and each round has its own group.
            let occurrence: Int
        }
        struct Visit: Hashable {
            let label: String
            let line: Int
            let seed: String?
        }
        var visits: [Visit: Int] = [:]
        var order: [Place] = []
        var groups: [Place: [RecordedStep]] = [:]
        for step in steps {
            let visit = Visit(label: step.label, line: step.started.line, seed: step.seed)
            visits[visit, default: 0] += 1
            let place = Place(label: visit.label, line: visit.line, occurrence: visits[visit]!)
            if groups[place] == nil { order.append(place) }
            groups[place, default: []].append(step)
        }
        let lines = Dictionary(grouping: order, by: \.label).mapValues { Set($0.map(\.line)).count }
        return order.map { place in
            var label = place.label
            if lines[place.label]! > 1 { label += ", line \(place.line)" }
            if place.occurrence > 1 { label += ", time \(place.occurrence)" }
            return (label, groups[place]!)
        }
    }

    /// Charts of the training curves, averaged over seeds. Each quantity, such as the mean reward, has one chart for
    /// every six curves.
    package var trainingCurves: [Chart] {
        var quantities: [String] = []
        var curves: [String: [(label: String, points: [Chart.Point])]] = [:]
        for (label, steps) in stepsByLabel {
            var byName: [String: [[ReportItem.XY]]] = [:]
            for case .reportItem(.curve(let name, let points)) in steps.flatMap(\.events) {
                if !quantities.contains(name) { quantities.append(name) }
                byName[name, default: []].append(points)
            }
            for (name, runs) in byName.sorted(by: { $0.key < $1.key }) {
                curves[name, default: []].append((label, Self.mean(runs)))
            }
        }
        return quantities.flatMap { name -> [Chart] in
            let all = curves[name] ?? []
            return stride(from: 0, to: all.count, by: Self.curvesPerChart).map { start in
                let part = all[start..<min(all.count, start + Self.curvesPerChart)]
                return Chart(
                    name: name, kind: LineChart.name, x: "update", y: name,
                    series: part.map { Chart.Series(name: $0.label, points: $0.points) })
            }
        }
    }

    private static let curvesPerChart = 6

    /// Returns the mean of several curves at each x that all of them have.
    private static func mean(_ runs: [[ReportItem.XY]]) -> [Chart.Point] {
        let common = runs.dropFirst().reduce(Set(runs[0].map(\.x))) { $0.intersection($1.map(\.x)) }
        return common.sorted().map { x in
            let values = runs.compactMap { run in run.first { $0.x == x }?.y }
            return Chart.Point(x: .number(x), y: values.reduce(0, +) / Double(values.count))
        }
    }

    /// A table that counts, for each evaluation, how its answers ended, summed over seeds.
    package var endings: Table? {
        var kinds: [String] = []
        var rows: [(String, [String: Int])] = []
        for (label, steps) in stepsByLabel {
            var counts: [String: Int] = [:]
            for case .reportItem(.counts(_, let own)) in steps.flatMap(\.events) {
                for count in own {
                    if !kinds.contains(count.name) { kinds.append(count.name) }
                    counts[count.name, default: 0] += count.count
                }
            }
            if !counts.isEmpty { rows.append((label, counts)) }
        }
        guard !rows.isEmpty else { return nil }
        return Table(
            name: "", columns: ["evaluation"] + kinds,
            rows: rows.map { label, counts in
                [.text(label)] + kinds.map { .number(Double(counts[$0] ?? 0)) }
            })
    }

    /// The sample trajectories, from the first seed only.
    package var samples: [(label: String, title: String, samples: [ReportItem.Sample])] {
        stepsByLabel.flatMap { label, steps in
            steps.prefix(1).flatMap(\.events).compactMap { event in
                guard case .reportItem(.samples(let title, let samples)) = event, !samples.isEmpty else {
                    return nil
                }
                return (label, title, samples)
            }
        }
    }
}
