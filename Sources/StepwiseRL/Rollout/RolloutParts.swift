import Foundation
import Persistence
import Trajectories

/// The trajectories of a rollout in the making. Those of finished questions are kept in parts: a broken-off rollout
/// does not roll them out again.
struct RolloutParts {
    private let store: any PartStore
    private let questions: [Question]
    private let samples: Int
    private var found: [Trajectory?]
    /// How many of its samples a question still waits for.
    private var missing: [Int]
    /// Finished questions that no part holds yet.
    private var unkept: [Int] = []
    private var partCount = 0
    /// True if the trajectories are the whole result, which is stored right after the last one.
    private let areResult: Bool
    private var pace = Pace(every: Self.questionsPerPart)
    /// Writes parts down beside the episodes, one after the other.
    private var writing: Task<Void, Never>?

    /// So many questions are rolled out again at most after a rollout was broken off, beside those in the air.
    private static let questionsPerPart = 256

    /// Finds what a broken-off run kept.
    init(_ store: any PartStore, questions: [Question], samples: Int, areResult: Bool) {
        self.store = store
        self.questions = questions
        self.samples = samples
        self.areResult = areResult
        found = Array(repeating: nil, count: questions.count * samples)
        missing = Array(repeating: samples, count: questions.count)
        while let files = store.part(Self.name(partCount)), take(files) { partCount += 1 }
        let known = missing.count { $0 == 0 }
        if known > 0 { store.resumed(known, of: questions.count, "questions") }
    }

    private static func name(_ part: Int) -> String { "trajectories-\(part)" }
    private static let file = "trajectories.jsonl"

    /// Trajectories of one question, as a line of a part.
    private struct Line: Codable {
        let place: Int
        let trajectories: [Trajectory]
    }

    /// - Returns: whether the part is one of these questions; one that is not is left, and written over.
    private mutating func take(_ files: [String: Data]) -> Bool {
        guard let data = files[Self.file], let lines = try? JSONForm.values(data, of: Line.self) else {
            return false
        }
        guard lines.allSatisfy(isOurs) else { return false }
        for line in lines {
            for (sample, trajectory) in line.trajectories.enumerated() {
                found[line.place * samples + sample] = trajectory
            }
            missing[line.place] = 0
        }
        return true
    }

    private func isOurs(_ line: Line) -> Bool {
        questions.indices.contains(line.place) && line.trajectories.count == samples
            && line.trajectories.allSatisfy { $0.question.id == questions[line.place].id }
    }

    /// Whether all trajectories of a question are there.
    func has(_ question: Int) -> Bool { missing[question] == 0 }

    /// How many trajectories are there.
    var finished: Int { found.count - missing.reduce(0, +) }

    /// All trajectories, in the order of questions and samples.
    ///
    /// - Precondition: none is missing.
    var trajectories: [Trajectory] { found.map { $0! } }

    /// - Parameter index: the place among all trajectories.
    mutating func add(_ trajectory: Trajectory, at index: Int) {
        found[index] = trajectory
        missing[index / samples] -= 1
        let question = index / samples
        guard missing[question] == 0 else { return }
        // What the environment broke is tried again.
        let own = found[question * samples..<(question + 1) * samples]
        if !own.contains(where: { $0!.termination.isEnvironmentFailure }) { unkept.append(question) }
        let isLast = !missing.contains { $0 > 0 }
        if isLast ? !areResult : pace.finished() { keep() }
    }

    /// Keeps what is finished and in no part yet. The episodes do not wait for that.
    mutating func keep() {
        guard store.isKeeping, !unkept.isEmpty else { return }
        let lines = unkept.map { place in
            Line(place: place, trajectories: found[place * samples..<(place + 1) * samples].map { $0! })
        }
        let (store, name, earlier) = (store, Self.name(partCount), writing)
        pace.keep {
            writing = Task {
                await earlier?.value
                // Every trajectory can be encoded: a result of them is kept as the same JSON.
                if let data = try? JSONForm.lines(lines) { store.keep([Self.file: data], as: name) }
            }
        }
        partCount += 1
        unkept = []
    }

    /// Waits until all parts are written.
    func written() async { await writing?.value }
}
