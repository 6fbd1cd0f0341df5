import Foundation
import Persistence
import Trajectories

/// The trajectories of a rollout in progress.
///
/// The trajectories of finished questions are stored in parts, so that a resumed rollout does not repeat these
/// questions. Questions on which the environment failed are not stored; a resumed rollout repeats them.
struct RolloutParts {
    private let store: any PartStore
    private let questions: [Question]
    private let samples: Int
    private var found: [Trajectory?]
    /// The number of unfinished samples of each question.
    private var missing: [Int]
    /// The indices of the finished questions that are not stored in a part yet.
    private var unsaved: [Int] = []
    private var partCount = 0
    /// The number of unfinished questions.
    private var open = 0
    /// True if the caller stores the trajectories as its result right after the last one. The last questions then need
    /// no part.
    private let callerStoresResult: Bool
    private var partSchedule = PartSchedule(every: Self.questionsPerPart)
    /// The task that writes the latest part while episodes run.
    private var writing: Task<Void, Never>?

    /// The number of finished questions after which a part is stored. A part is also stored after five seconds, even if
    /// it has fewer questions (see ``PartSchedule``).
    private static let questionsPerPart = 256

    /// Restores the trajectories that an interrupted run stored.
    init(_ store: any PartStore, questions: [Question], samples: Int, callerStoresResult: Bool) {
        self.store = store
        self.questions = questions
        self.samples = samples
        self.callerStoresResult = callerStoresResult
        found = Array(repeating: nil, count: questions.count * samples)
        missing = Array(repeating: samples, count: questions.count)
        while let files = store.part(Self.name(partCount)), take(files) { partCount += 1 }
        open = missing.count { $0 > 0 }
        let known = questions.count - open
        if known > 0 { store.resumed(known, of: questions.count, "questions") }
    }

    private static func name(_ part: Int) -> String { "trajectories-\(part)" }
    private static let file = "trajectories.jsonl"

    /// The trajectories of one question: one line of a part.
    private struct Line: Codable {
        /// The index of the question.
        let place: Int
        let trajectories: [Trajectory]
    }

    /// Adds the trajectories of a stored part.
    ///
    /// - Returns: true if the part is readable and belongs to these questions. Any other part is ignored and later
    ///   overwritten.
    private mutating func take(_ files: [String: Data]) -> Bool {
        guard let data = files[Self.file], let lines = try? JSONCoding.values(data, of: Line.self) else {
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

    /// Returns true if the line has all samples of the question at its index.
    private func isOurs(_ line: Line) -> Bool {
        questions.indices.contains(line.place) && line.trajectories.count == samples
            && line.trajectories.allSatisfy { $0.question.id == questions[line.place].id }
    }

    /// Returns true if all trajectories of the question at index `question` are finished.
    func has(_ question: Int) -> Bool { missing[question] == 0 }

    /// The number of finished trajectories.
    var finished: Int { found.count - missing.reduce(0, +) }

    /// All trajectories, ordered by question and sample.
    ///
    /// - Precondition: all trajectories are finished.
    var trajectories: [Trajectory] { found.map { $0! } }

    /// Adds a finished trajectory, and stores a part if one is due.
    ///
    /// - Parameter index: the trajectory's index in ``trajectories``.
    mutating func add(_ trajectory: Trajectory, at index: Int) async {
        found[index] = trajectory
        missing[index / samples] -= 1
        let question = index / samples
        guard missing[question] == 0 else { return }
        // Questions with an environment failure are not stored, so that a resumed rollout repeats them.
        let own = found[question * samples..<(question + 1) * samples]
        if !own.contains(where: { $0!.termination.isEnvironmentFailure }) { unsaved.append(question) }
        open -= 1
        if open == 0 ? !callerStoresResult : partSchedule.finished() { await save() }
    }

    /// Stores the finished questions that are not in a part yet. Episodes continue while the part is written.
    ///
    /// Waits until the previous part is written, so that at most one part is in progress even on a busy machine.
    mutating func save() async {
        guard store.acceptsParts, !unsaved.isEmpty else { return }
        await writing?.value
        let lines = unsaved.map { place in
            Line(place: place, trajectories: found[place * samples..<(place + 1) * samples].map { $0! })
        }
        let (store, name) = (store, Self.name(partCount))
        partSchedule.save {
            // The priority is above that of the episodes; otherwise a busy machine would write nothing until they end.
            writing = Task(priority: .high) {
                // Encoding can't fail: complete results store trajectories as the same JSON.
                if let data = try? JSONCoding.lines(lines) { store.save([Self.file: data], as: name) }
            }
        }
        partCount += 1
        unsaved = []
    }

    /// Waits until all parts are written.
    func written() async { await writing?.value }
}
