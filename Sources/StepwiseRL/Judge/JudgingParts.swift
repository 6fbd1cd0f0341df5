import Foundation
import Keys
import Persistence
import Trajectories

/// The verdicts of an unfinished judging. Those that took a while are kept in parts, so that a resumed judging does not ask
/// for them again. Failed requests are not kept: a resumed judging tries them again.
struct JudgingParts {
    /// The number of steps that have a verdict.
    private(set) var judged = 0
    private let store: any PartStore
    private let trajectories: [Trajectory]
    private var found: [[Verdict]?]
    /// The trajectories whose verdicts are in no part yet.
    private var unkept: [Int] = []
    /// The number of verdicts that are missing because a request failed.
    private var failures = 0
    private var partCount = 0
    /// A judge that only computes has judged thousands of trajectories before writing them down would pay.
    private var pace = Pace(every: .max, orAfter: .seconds(1))

    /// Reads the parts of an interrupted run.
    init(_ store: any PartStore, _ trajectories: [Trajectory]) {
        self.store = store
        self.trajectories = trajectories
        found = Array(repeating: nil, count: trajectories.count)
        while let files = store.part(Self.name(partCount)), take(files) { partCount += 1 }
        let known = found.count { $0 != nil }
        if known > 0 { store.resumed(known, of: trajectories.count, "trajectories") }
    }

    private static func name(_ part: Int) -> String { "verdicts-\(part)" }
    private static let file = "verdicts.jsonl"

    /// The verdicts on one trajectory, as a line of a part.
    private struct Line: Codable {
        let place: Int
        /// The key of the trajectory: at the same place of another run there may be another one.
        let trajectory: ContentKey
        let verdicts: [Verdict]
    }

    /// - Returns: False if the part can't be read. It is then overwritten.
    private mutating func take(_ files: [String: Data]) -> Bool {
        guard let data = files[Self.file], let lines = try? JSONForm.values(data, of: Line.self) else {
            return false
        }
        for line in lines where trajectories.indices.contains(line.place) {
            let trajectory = trajectories[line.place]
            guard line.verdicts.count == trajectory.steps.count, line.trajectory == Self.key(trajectory)
            else {
                continue
            }
            if found[line.place] == nil { judged += line.verdicts.count }
            found[line.place] = line.verdicts
        }
        return true
    }

    /// The key of everything that a judge sees of a trajectory.
    private static func key(_ trajectory: Trajectory) -> ContentKey {
        let requests = trajectory.steps.indices.last.map {
            JudgeRequest(trajectory, step: $0, plan: nil).canonical
        }
        return ContentKey(trajectory.question.id, requests ?? "")
    }

    /// True if a trajectory has its verdicts.
    func has(_ place: Int) -> Bool { found[place] != nil }

    /// All verdicts, an array for each trajectory.
    ///
    /// - Precondition: none is missing.
    var verdicts: [[Verdict]] { found.map { $0! } }

    /// Adds the verdicts on one trajectory.
    ///
    /// - Parameter failed: The number of verdicts that are missing because a request failed.
    mutating func add(_ verdicts: [Verdict], failed: Int, at place: Int) {
        found[place] = verdicts
        judged += verdicts.count
        failures += failed
        if failed == 0 { unkept.append(place) }
    }

    /// Keeps the verdicts that are in no part yet, if it is time.
    ///
    /// - Parameter count: The number of trajectories that were judged since the last call.
    mutating func keep(after count: Int) {
        if pace.finished(count) { keep() }
    }

    /// Keeps the verdicts that are in no part yet.
    mutating func keep() {
        guard store.isKeeping, !unkept.isEmpty else { return }
        let (store, name) = (store, Self.name(partCount))
        let lines = unkept.map { place in
            Line(place: place, trajectory: Self.key(trajectories[place]), verdicts: found[place]!)
        }
        pace.keep {
            // Encoding can't fail: verdicts consist of strings.
            if let data = try? JSONForm.lines(lines) { store.keep([Self.file: data], as: name) }
        }
        partCount += 1
        unkept = []
    }

    /// Ends the judging. If requests failed, the other verdicts are kept, and the store hears of it.
    mutating func finish() {
        guard failures > 0 else { return }
        keep()
        store.lacks(
            failures == 1
                ? "1 verdict failed; the same statement asks for it again"
                : "\(failures) verdicts failed; the same statement asks for them again")
    }
}
