import Foundation
import Keys
import Persistence
import Trajectories

/// The verdicts of a judging run in progress.
///
/// Verdicts are stored in parts at most once per second, so that a resumed run does not request them again. The
/// verdicts on a trajectory are stored only if no request about it failed; a resumed run requests the others again.
struct JudgingParts {
    /// The number of steps that were judged so far, including those whose verdict is missing.
    private(set) var judged = 0
    private let store: any PartStore
    private let trajectories: [Trajectory]
    private var found: [[Verdict]?]
    /// The indices of the trajectories whose verdicts are complete but not stored in a part yet.
    private var unsaved: [Int] = []
    /// The number of verdicts that are missing because a request failed.
    private var failures = 0
    private var partCount = 0
    /// Stores by time, not by count: a local judge judges thousands of trajectories faster than they are written.
    private var partSchedule = PartSchedule(every: .max, orAfter: .seconds(1))

    /// Restores the verdicts that an interrupted run stored.
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

    /// The verdicts on one trajectory: one line of a part.
    private struct Line: Codable {
        /// The index of the trajectory.
        let place: Int
        /// The key of the trajectory. It detects a part of another run, whose trajectory at this index is different.
        let trajectory: ContentKey
        let verdicts: [Verdict]
    }

    /// Adds the verdicts of a stored part.
    ///
    /// - Returns: false if the part can't be read. A later part then overwrites it.
    private mutating func take(_ files: [String: Data]) -> Bool {
        guard let data = files[Self.file], let lines = try? JSONCoding.values(data, of: Line.self) else {
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

    /// Returns a digest of the question and of all actions and observations that a judge sees. It does not include the
    /// plan, which the question determines.
    private static func key(_ trajectory: Trajectory) -> ContentKey {
        let requests = trajectory.steps.indices.last.map {
            JudgeRequest(trajectory, step: $0, plan: nil).canonical
        }
        return ContentKey(trajectory.question.id, requests ?? "")
    }

    /// Returns true if the trajectory at index `place` is judged.
    func has(_ place: Int) -> Bool { found[place] != nil }

    /// The verdicts on all trajectories: one array per trajectory with one verdict per step.
    ///
    /// - Precondition: every trajectory is judged.
    var verdicts: [[Verdict]] { found.map { $0! } }

    /// Adds the verdicts on one trajectory.
    ///
    /// - Parameters:
    ///   - failed: the number of verdicts that are missing because a request failed.
    ///   - place: the index of the trajectory.
    mutating func add(_ verdicts: [Verdict], failed: Int, at place: Int) {
        found[place] = verdicts
        judged += verdicts.count
        failures += failed
        if failed == 0 { unsaved.append(place) }
    }

    /// Stores the verdicts that are in no part yet, if at least a second has passed since the last part (see ``PartSchedule``).
    ///
    /// - Parameter count: the number of trajectories that were judged since the last call.
    mutating func save(after count: Int) {
        if partSchedule.finished(count) { save() }
    }

    /// Stores the verdicts that are in no part yet.
    mutating func save() {
        guard store.acceptsParts, !unsaved.isEmpty else { return }
        let (store, name) = (store, Self.name(partCount))
        let lines = unsaved.map { place in
            Line(place: place, trajectory: Self.key(trajectories[place]), verdicts: found[place]!)
        }
        partSchedule.save {
            // Encoding can't fail: verdicts consist of strings.
            if let data = try? JSONCoding.lines(lines) { store.save([Self.file: data], as: name) }
        }
        partCount += 1
        unsaved = []
    }

    /// Ends the run. If requests failed, stores the complete verdicts and reports to the store that the result lacks
    /// verdicts, so that the result is not cached.
    mutating func finish() {
        guard failures > 0 else { return }
        save()
        store.markIncomplete(
            failures == 1
                ? "1 verdict failed; the same statement asks for it again"
                : "\(failures) verdicts failed; the same statement asks for them again")
    }
}
