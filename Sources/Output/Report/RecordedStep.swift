/// One command of a run and all that it said.
package struct RecordedStep: Sendable {
    package let started: Event.Started
    package var events: [Event] = []
    package var finished: Event.Finished?

    /// The statement and the arms it stands in, without the seed: what the steps of several seeds share.
    package var label: String {
        let arm = started.arm.filter { $0.name != "seed" }.map { "\($0.name):\($0.label)" }
        return arm.isEmpty ? started.text : "\(started.text)  (\(arm.joined(separator: " ")))"
    }

    package var seed: String? { started.arm.last { $0.name == "seed" }?.label }
}

extension RunRecord {
    /// The commands of the run, in order.
    package var steps: [RecordedStep] {
        var steps: [RecordedStep] = []
        for event in events {
            switch event {
            case .started(let started): steps.append(RecordedStep(started: started))
            case .finished(let finished): if !steps.isEmpty { steps[steps.count - 1].finished = finished }
            default:
                if let last = steps.indices.last, steps[last].finished == nil {
                    steps[last].events.append(event)
                }
            }
        }
        return steps
    }

    /// What was claimed or expected.
    package var claims: [Event.Claim] {
        events.compactMap { if case .claim(let claim) = $0 { claim } else { nil } }
    }

    /// The steps that say the same but for the seed, in order of first appearance.
    private var stepsByLabel: [(label: String, steps: [RecordedStep])] {
        var order: [String] = []
        var groups: [String: [RecordedStep]] = [:]
        for step in steps {
            if groups[step.label] == nil { order.append(step.label) }
            groups[step.label, default: []].append(step)
        }
        return order.map { ($0, groups[$0]!) }
    }

    /// The curves of all trainings, the mean over seeds; a chart for each quantity, and several where
    /// there are more curves than a chart can tell apart.
    package var trainingCurves: [Chart] {
        var quantities: [String] = []
        var curves: [String: [(label: String, points: [Chart.Point])]] = [:]
        for (label, steps) in stepsByLabel {
            var byName: [String: [[Exhibit.XY]]] = [:]
            for case .exhibit(.curve(let name, let points)) in steps.flatMap(\.events) {
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
                    name: name, kind: .line, x: "update", y: name,
                    series: part.map { Chart.Series(name: $0.label, points: $0.points) })
            }
        }
    }

    private static let curvesPerChart = 6

    /// The mean of several curves where all have a point.
    private static func mean(_ runs: [[Exhibit.XY]]) -> [Chart.Point] {
        let common = runs.dropFirst().reduce(Set(runs[0].map(\.x))) { $0.intersection($1.map(\.x)) }
        return common.sorted().map { x in
            let values = runs.compactMap { run in run.first { $0.x == x }?.y }
            return Chart.Point(x: .number(x), y: values.reduce(0, +) / Double(values.count))
        }
    }

    /// How the answers of each evaluation ended, added up over seeds.
    package var failures: Table? {
        var kinds: [String] = []
        var rows: [(String, [String: Int])] = []
        for (label, steps) in stepsByLabel {
            var counts: [String: Int] = [:]
            for case .exhibit(.counts(_, let own)) in steps.flatMap(\.events) {
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
                [.text(label)] + kinds.map { .text((counts[$0] ?? 0).grouped) }
            })
    }

    /// Single cases, those of the first seed only.
    package var samples: [(label: String, title: String, samples: [Exhibit.Sample])] {
        stepsByLabel.flatMap { label, steps in
            steps.prefix(1).flatMap(\.events).compactMap { event in
                guard case .exhibit(.samples(let title, let samples)) = event, !samples.isEmpty else {
                    return nil
                }
                return (label, title, samples)
            }
        }
    }
}
