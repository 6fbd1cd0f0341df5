import CommandKit
import Keys
import Trajectories

/// How commands name one stored trajectory, `q37.s4`, and find it.
struct TrajectoryLookup {
    static let which = Parameter<String>.required("which", .label, "a trajectory such as q37.s4")
    static let judgements = Parameter<JudgementsObject?>.optionalSlot(
        "judgements", "where verdicts are looked up")
    static let trajectories = Parameter<TrajectoriesObject?>.optionalSlot(
        "trajectories", "where trajectories are looked up")
    /// Both places.
    static let places = [judgements.declaration, trajectories.declaration]

    let trajectory: Trajectory
    /// Its place among the trajectories.
    let index: Int
    /// Everything that was rolled out with it, and that rollout's key.
    let all: [Trajectory]
    let trajectoriesKey: ContentKey
    /// The right answers of its questions.
    let answers: AnswerKey
    let plans: PlanKey
    let generator: Generator
    /// The judgements of the same trajectories, where there are some, and their key.
    let judged: (object: JudgementsObject, key: ContentKey)?

    var verdicts: [Verdict]? { judged?.object.judgements.verdicts[index] }
    var outcome: Bool? { judged?.object.judgements.outcomes[index] }

    /// Where trajectories are at hand, verdicts are shown beside them and decide nothing.
    static func ignored(_ call: Call) -> Set<String> {
        call.isGiven(trajectories) && !call.isWritten(judgements) ? [judgements.declaration.name] : []
    }

    /// What is wrong with a word that should name a trajectory.
    static func problems(_ name: String, parameter: String) -> [CallProblem] {
        guard TrajectoryID(name) == nil else { return [] }
        guard !name.isEmpty else {
            return [
                CallProblem(.missingArgument, "a trajectory is missing here", hint: "for example q37.s4")
            ]
        }
        return [
            CallProblem(
                .unknownWord, parameter: parameter, "'\(name)' is no trajectory",
                hint: "trajectories are named like q37.s4; values like $name")
        ]
    }

    /// - Throws: `CommandFailure` where there is no such trajectory.
    init(_ name: String, _ call: Call) throws {
        guard let id = TrajectoryID(name) else {
            preconditionFailure("the checker knows trajectory names")
        }
        let judged = call[Self.judgements].map { ($0, call.key(Self.judgements)!) }
        let rolled = call[Self.trajectories].map { ($0, call.key(Self.trajectories)!) }
        // Verdicts may be older than the latest rollout: they are shown only beside their own.
        if let judged,
            rolled == nil || call.isWritten(Self.judgements) || judged.0.trajectoriesKey == rolled?.1
        {
            all = judged.0.judgements.trajectories
            trajectoriesKey = judged.0.trajectoriesKey
            (answers, plans, generator) = (judged.0.answers, judged.0.plans, judged.0.generator)
            self.judged = judged
        } else if let rolled {
            all = rolled.0.trajectories
            trajectoriesKey = rolled.1
            (answers, plans, generator) = (rolled.0.answers, rolled.0.plans, rolled.0.generator)
            self.judged = nil
        } else {
            throw CommandFailure(.missingInput, "no trajectories yet", hint: "put rollout before it")
        }
        guard let index = all.firstIndex(where: { $0.id == id }) else {
            throw CommandFailure(
                .unknownTrajectory, "no trajectory \(id)",
                hint:
                    "questions q0 to q\(all.map(\.id.question).max() ?? 0), samples s0 to s\(all.map(\.id.sample).max() ?? 0)"
            )
        }
        self.index = index
        trajectory = all[index]
    }

    /// A step of it, counted from 0.
    ///
    /// - Parameter number: as people count, from 1.
    /// - Throws: `CommandFailure` where it has fewer.
    func step(_ number: Int) throws -> Int {
        guard number <= trajectory.steps.count else {
            throw CommandFailure(
                .unknownStep, "\(trajectory.id) has no step \(number)",
                hint: "its steps are 1 to \(trajectory.steps.count); show \(trajectory.id) prints them")
        }
        return number - 1
    }
}
