import CommandKit
import Keys
import Trajectories

/// A stored trajectory that a statement names, such as `q37.s4` (question 37, sample 4), with its verdicts.
struct TrajectoryLookup {
    static let which = Parameter<String>.required("which", .label, "a trajectory such as q37.s4")
    static let judgements = Parameter<JudgementsObject?>.optionalSlot(
        "judgements", "the judgements whose verdicts are used")
    static let trajectories = Parameter<TrajectoriesObject?>.optionalSlot(
        "trajectories", "the trajectories to search")
    /// The parameters that give the judgements and trajectories to search.
    static let places = [judgements.declaration, trajectories.declaration]

    let trajectory: Trajectory
    /// The index of the trajectory in `all`.
    let index: Int
    /// All trajectories of the same rollout.
    let all: [Trajectory]
    /// The key of the rollout.
    let trajectoriesKey: ContentKey
    /// The right answers of the rollout's questions.
    let answers: AnswerKey
    let plans: PlanKey
    let generator: BehaviorPolicy
    /// The judgements of these trajectories, and their key; `nil` if the trajectories are not judged.
    let judged: (object: JudgementsObject, key: ContentKey)?

    var verdicts: [Verdict]? { judged?.object.judgements.verdicts[index] }
    var outcome: Bool? { judged?.object.judgements.outcomes[index] }

    /// Returns the names of the parameters that do not affect the result. If trajectories are given, judgements from
    /// the slot only add verdicts to the display.
    static func ignored(_ call: Call) -> Set<String> {
        call.isGiven(trajectories) && !call.isWritten(judgements) ? [judgements.declaration.name] : []
    }

    /// Returns a problem if a word does not have the form of a trajectory's name.
    static func problems(_ name: String, parameter: String) -> [CallProblem] {
        guard TrajectoryID(name) == nil else { return [] }
        guard !name.isEmpty else {
            return [
                CallProblem(.missingArgument, "a trajectory name is missing here", hint: "for example q37.s4")
            ]
        }
        return [
            CallProblem(
                .unknownWord, parameter: parameter, "'\(name)' is not a trajectory",
                hint: "trajectories are named like q37.s4; values like $name")
        ]
    }

    /// Finds the trajectory with this name in the judgements or trajectories of a call.
    ///
    /// - Throws: `CommandFailure` if there are no trajectories yet, or none with this name.
    /// - Precondition: the name has the form `q37.s4`.
    init(_ name: String, _ call: Call) throws {
        guard let id = TrajectoryID(name) else {
            preconditionFailure("the checker knows trajectory names")
        }
        try self.init(call, "trajectory \(id)") { $0.firstIndex { $0.id == id } }
    }

    /// Finds the first attempt at a question.
    ///
    /// - Throws: `CommandFailure` if there are no trajectories yet, or none of this question.
    init(_ question: QuestionName, _ call: Call) throws {
        try self.init(call, "question q\(question.number)") {
            $0.firstIndex { $0.id.question == question.number }
        }
    }

    /// - Parameters:
    ///   - what: the words for what is missing if nothing is found.
    ///   - find: returns the index of the trajectory.
    private init(_ call: Call, _ what: String, _ find: ([Trajectory]) -> Int?) throws {
        let judged = call[Self.judgements].map { ($0, call.key(Self.judgements)!) }
        let rolled = call[Self.trajectories].map { ($0, call.key(Self.trajectories)!) }
        // Judgements may be older than the latest rollout. They are used only with the trajectories that they judged.
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
            throw CommandFailure(.missingInput, "there are no trajectories yet", hint: "run rollout first")
        }
        guard let index = find(all) else {
            throw CommandFailure(
                .unknownTrajectory, "there is no \(what)",
                hint:
                    "questions q0 to q\(all.map(\.id.question).max() ?? 0), samples s0 to s\(all.map(\.id.sample).max() ?? 0)"
            )
        }
        self.index = index
        trajectory = all[index]
    }

    /// All attempts at the question of the trajectory, as indices in ``all``, in the order of their samples.
    var attempts: [Int] {
        all.indices.filter { all[$0].id.question == trajectory.id.question }
            .sorted { all[$0].id.sample < all[$1].id.sample }
    }

    /// Returns the index of a step, from 0.
    ///
    /// - Parameter number: the number of the step, from 1.
    /// - Throws: `CommandFailure` if the trajectory has fewer steps.
    func step(_ number: Int) throws -> Int {
        guard number <= trajectory.steps.count else {
            throw CommandFailure(
                .unknownStep, "\(trajectory.id) has no step \(number)",
                hint: "its steps are 1 to \(trajectory.steps.count); show \(trajectory.id) prints them")
        }
        return number - 1
    }
}
