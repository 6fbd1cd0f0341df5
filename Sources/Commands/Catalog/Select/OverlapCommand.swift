import CommandKit
import Events
import Keys
import Rendering
import Trajectories

/// The command `overlap`: counts the trajectories and steps in each intersection of two to six selections.
///
/// Example: `overlap $careful $greedy $short`.
struct OverlapCommand: CatalogCommand {
    static let name = "overlap"
    static let group = CommandGroup.select
    static let summary = "shows what selections share: the size of every intersection"
    static let discussion = """
        Each row is one combination of selections: it counts what is in exactly these selections and in no \
        other, so the rows add up to the union. A trajectory belongs to a selection if at least one of its \
        steps does. Steps are counted in a separate column. The chart has a dot for every selection and a \
        bar for the size. The result has rows.
        """
    static let selections = Parameter<Value>.value(
        "selections", .list(.object(.selection)), "two to six selections made by filter")
    var parameters: [ParameterDeclaration] {
        [Self.selections.declaration]
    }

    init(_ services: Services) {}

    static let result = CommandResult.frame(nil)
    static let isShown = true
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge; let careful = filter process; let greedy = filter outcome; overlap $careful $greedy",
            "what two filters agree on", shows: ["careful…greedy…trajectories…selected_steps"])
    ]
    private static let most = 6

    private struct Named {
        let name: String
        let selection: Selection
        let trajectories: ContentKey
    }

    private static func names(_ call: Call) -> [String] {
        guard case .list(let elements) = call[selections] else { return [] }
        return elements.map(\.label)
    }

    func result(_ call: Call) -> CommandResult { .frame(Self.names(call) + CountCommand.counts) }

    func problems(_ call: Call) -> [CallProblem] {
        let names = Self.names(call)
        if Set(names + CountCommand.counts).count < names.count + CountCommand.counts.count {
            return [
                CallProblem(
                    .duplicateOption, parameter: "selections", "two columns would have the same name",
                    hint:
                        "name each selection once; the names \(CountCommand.counts.joined(separator: " and ")) are reserved"
                )
            ]
        }
        guard !(2...Self.most).contains(names.count) else { return [] }
        return [
            CallProblem(
                .outOfRange, parameter: "selections",
                "'overlap' compares two to \(Self.most) selections, not \(names.count)",
                hint: "overlap $careful $greedy")
        ]
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard case .list(let elements) = call[Self.selections] else { return .nothing }
        let named = elements.compactMap { element -> Named? in
            guard case .object(_, _, let object) = element.value, let selection = object as? SelectionObject
            else { return nil }
            return Named(
                name: element.label, selection: selection.selection, trajectories: selection.trajectoriesKey)
        }
        guard let first = named.first, named.allSatisfy({ $0.trajectories == first.trajectories }) else {
            throw CommandFailure(
                .otherTrajectories, "these selections were made from different trajectories",
                hint: "make all selections from the same rollout")
        }
        let regions = Self.regions(named.map(\.selection.steps))
        let names = named.map(\.name)
        let frame = Frame(
            columns: names + CountCommand.counts,
            rows: regions.map { region in
                names.indices.map { .boolean(region.members.contains($0)) }
                    + [.number(Double(region.trajectories)), .number(Double(region.steps))]
            })
        present(named, regions, context)
        await draw(names, regions, context)
        return .frame(frame)
    }

    /// One combination of selections, and the numbers of trajectories and steps that are in all of these selections and
    /// in no other.
    private struct Region {
        let members: Set<Int>
        var trajectories = 0
        var steps = 0

        func label(_ names: [String]) -> String {
            members.sorted().map { names[$0] }.joined(separator: " & ")
        }
    }

    /// Returns the combinations that occur, sorted by their number of trajectories, the largest first.
    ///
    /// - Parameter sets: for each selection, the selected steps of every trajectory.
    private static func regions(_ sets: [[StepSet]]) -> [Region] {
        var regions: [Set<Int>: Region] = [:]
        for index in sets[0].indices {
            let members = Set(sets.indices.filter { !sets[$0][index].isEmpty })
            if !members.isEmpty {
                regions[members, default: Region(members: members)].trajectories += 1
            }
            // A trajectory belongs to a selection even if only some of its steps do, so steps are counted separately.
            var bySteps: [Int: Set<Int>] = [:]
            for set in members { for step in sets[set][index] { bySteps[step, default: []].insert(set) } }
            for members in bySteps.values {
                regions[members, default: Region(members: members)].steps += 1
            }
        }
        return regions.values.sorted {
            ($1.trajectories, $1.steps, $0.members.count, $0.members.min()!)
                < ($0.trajectories, $0.steps, $1.members.count, $1.members.min()!)
        }
    }

    private func present(_ named: [Named], _ regions: [Region], _ context: Context) {
        let union = regions.reduce(0) { $0 + $1.trajectories }
        let pairs = named.indices.flatMap { a in
            named.indices.filter { $0 > a }.map { b -> String in
                let both = regions.reduce(0) {
                    $0 + ($1.members.isSuperset(of: [a, b]) ? $1.trajectories : 0)
                }
                let any = regions.reduce(0) {
                    $0 + ($1.members.isDisjoint(with: [a, b]) ? 0 : $1.trajectories)
                }
                let share = any == 0 ? "nothing" : "\((100 * Double(both) / Double(any)).fixed(1)) %"
                return "\(named[a].name) and \(named[b].name) share \(share) of the trajectories in either"
            }
        }
        let sizes = named.map { "\($0.name) \($0.selection.trajectoryCount.grouped)" }
        context.emit(
            .table(
                Table(
                    name: "overlap", columns: named.map(\.name) + CountCommand.counts,
                    rows: regions.map { region in
                        named.indices.map { .text(region.members.contains($0) ? "●" : "·") }
                            + [.number(Double(region.trajectories)), .number(Double(region.steps))]
                    },
                    notes: [
                        "\(sizes.joined(separator: ", ")); together \(union.grouped) trajectories, \(regions.reduce(0) { $0 + $1.steps }.grouped) steps"
                    ] + pairs)))
    }

    /// Emits a chart with one row per combination: a dot for each of its selections, and a bar for its number of
    /// trajectories. The SVG version has labeled bars instead of dots.
    private func draw(_ names: [String], _ regions: [Region], _ context: Context) async {
        let bars = TextBarChart(
            regions.map { region in
                (
                    label: names.indices.map { region.members.contains($0) ? "●" : "·" }.joined(
                        separator: " ")
                        + "  " + region.label(names), count: region.trajectories
                )
            })
        let chart = Chart(
            name: "overlap of \(names.joined(separator: ", "))", kind: BarChart.name,
            x: "in exactly these selections",
            y: "trajectories",
            series: [
                .init(
                    name: "trajectories",
                    points: regions.map {
                        .init(x: .text($0.label(names)), y: Double($0.trajectories))
                    })
            ])
        var svg = ""
        if let gnuplot = Gnuplot(),
            let drawn = try? await gnuplot.draw(chart, on: .svg(width: 860, height: 480))
        {
            svg = String(decoding: drawn, as: UTF8.self)
        }
        context.emit(.chart(.init(chart: chart, lines: bars.lines, svg: svg)))
    }
}
