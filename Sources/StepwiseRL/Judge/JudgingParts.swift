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

    /// - Returns: whether the part goes on where the last one ended.
    private mutating func take(_ files: [String: Data]) -> Bool {
        guard let data = files[Self.file], let found = try? JSONForm.values(data, of: [Verdict].self),
            verdicts.count + found.count <= trajectories.count,
            zip(trajectories[verdicts.count...], found).allSatisfy({ $0.steps.count == $1.count })
        else { return false }
        take(found)
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
        guard kept < verdicts.count else { return }
        let (store, name, unkept) = (store, Self.name(partCount), verdicts[kept...])
        pace.keep {
            // Verdicts are texts and words: they can always be encoded.
            if let data = try? JSONForm.lines(Array(unkept)) { store.keep([Self.file: data], as: name) }
        }
        partCount += 1
        kept = verdicts.count
    }
}
