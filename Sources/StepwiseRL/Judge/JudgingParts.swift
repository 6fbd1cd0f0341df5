import Foundation
import Persistence
import Trajectories

/// The verdicts of a judging in the making. Those that took a while are kept in parts: a broken-off judging does not
/// ask for them again.
struct JudgingParts {
    /// An array a trajectory, from the first trajectory on.
    private(set) var verdicts: [[Verdict]] = []
    /// How many steps have a verdict.
    private(set) var judged = 0
    private let store: any PartStore
    private let trajectories: [Trajectory]
    private var kept = 0
    private var partCount = 0
    /// A judge that computes is through with thousands of trajectories before writing them down would pay.
    private var pace = Pace(every: .max, orAfter: .seconds(1))

    /// Finds what a broken-off run kept.
    init(_ store: any PartStore, _ trajectories: [Trajectory]) {
        self.store = store
        self.trajectories = trajectories
        verdicts.reserveCapacity(trajectories.count)
        while let files = store.part(Self.name(partCount)), take(files) { partCount += 1 }
        kept = verdicts.count
        if kept > 0 { store.resumed(kept, of: trajectories.count, "trajectories") }
    }

    private static func name(_ part: Int) -> String { "verdicts-\(part)" }
    private static let file = "verdicts.jsonl"

    /// The verdicts on one trajectory, as a line of a part.
    private struct Line: Codable {
        let place: Int
        let verdicts: [Verdict]
    }

    /// - Returns: whether the part goes on where the last one ended.
    private mutating func take(_ files: [String: Data]) -> Bool {
        guard let data = files[Self.file], let lines = try? JSONForm.values(data, of: Line.self),
            verdicts.count + lines.count <= trajectories.count,
            zip(verdicts.count..., lines).allSatisfy({ place, line in
                line.place == place && line.verdicts.count == trajectories[place].steps.count
            })
        else { return false }
        take(lines.map(\.verdicts))
        return true
    }

    private mutating func take(_ found: [[Verdict]]) {
        verdicts += found
        judged += found.reduce(0) { $0 + $1.count }
    }

    /// The verdicts on the next trajectories.
    mutating func add(_ found: [[Verdict]]) {
        take(found)
        // After the last one comes the result itself.
        if pace.finished(found.count), verdicts.count < trajectories.count { keep() }
    }

    /// Keeps what is in no part yet.
    mutating func keep() {
        guard store.isKeeping, kept < verdicts.count else { return }
        let (store, name) = (store, Self.name(partCount))
        let lines = zip(kept..., verdicts[kept...]).map(Line.init)
        pace.keep {
            // Verdicts are texts and words: they can always be encoded.
            if let data = try? JSONForm.lines(lines) { store.keep([Self.file: data], as: name) }
        }
        partCount += 1
        kept = verdicts.count
    }
}
