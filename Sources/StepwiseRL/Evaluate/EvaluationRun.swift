import Persistence
import Trajectories

/// An evaluation of a policy: greedy multi-step inference with tools, followed by grading and judging.
package struct EvaluationRun: Sendable {
    /// The maximum number of tool calls for a question. The policy has one additional turn for the answer.
    package var stepLimit: @Sendable (Question) -> Int = { _ in 5 }
    /// The maximum length of an action in tokens.
    package var maximumActionTokens = 32
    /// The choice of the grader that decides whether an answer is correct.
    package var grading = Grading.perDataset
    /// The names of the tools to offer; `nil` offers each question the tools of its world.
    package var tools: [String]?

    package init() {}

    /// Answers every question greedily, then grades and judges the trajectories.
    ///
    /// - Parameters:
    ///   - judging: gives the verdicts of the process score. Prefer a judge that was not used in training.
    ///   - parts: stores finished trajectories and verdicts, so that an interrupted run can resume.
    ///   - progress: called during the rollout, not during judging.
    /// - Returns: one outcome and one trajectory per question, in the order of the questions.
    /// - Throws: `CancellationError`; errors of the policy's engine.
    package func run(
        _ policy: any Policy, _ questions: QuestionSet, _ tools: ToolSet, _ judging: JudgingRun,
        parts: any PartStore = NoParts(),
        progress: @escaping @Sendable (Rollout.Progress) -> Void = { _ in }
    ) async throws -> (outcomes: [QuestionOutcome], trajectories: [Trajectory]) {
        let trajectories = try await rollout.run(
            policy, questions.questions, tools, parts: parts, callerStoresResult: false, progress: progress)
        return (try await outcomes(trajectories, questions.answers, judging, parts: parts), trajectories)
    }

    /// The settings of the rollout: greedy decoding, one sample per question.
    package var rollout: Rollout {
        var rollout = Rollout()
        rollout.samplesPerQuestion = 1
        rollout.temperature = 0
        rollout.stepLimit = stepLimit
        rollout.maximumActionTokens = maximumActionTokens
        rollout.tools = tools
        return rollout
    }

    /// Grades and judges finished trajectories.
    ///
    /// - Parameter answers: the gold answers.
    /// - Returns: one outcome per trajectory, in order.
    /// - Throws: `CancellationError`.
    package func outcomes(
        _ trajectories: [Trajectory], _ answers: AnswerKey, _ judging: JudgingRun,
        parts: any PartStore = NoParts()
    ) async throws -> [QuestionOutcome] {
        let judgements = try await judging.run(trajectories, answers: answers, parts: parts)
        return trajectories.indices.map { index in
            let trajectory = trajectories[index]
            let verdicts = judgements.verdicts[index]
            let isJudged =
                !trajectory.termination.isEnvironmentFailure
                && !verdicts.contains { $0.label == .missing } && !verdicts.isEmpty
            let grader = grading.grader(for: answers[trajectory.question])
            let grade = grader.grade(trajectory, answers)
            return QuestionOutcome(
                question: trajectory.question.id, text: trajectory.question.text,
                world: trajectory.question.world, grader: grader.name,
                isCorrect: grade?.isCorrect, overlap: grade?.overlap,
                processScore: isJudged
                    ? Double(verdicts.count(where: \.isGood)) / Double(verdicts.count) : nil,
                steps: trajectory.toolCallCount, wrongTools: trajectory.wrongToolCount,
                cutResults: trajectory.cutCount,
                termination: trajectory.termination.kind,
                answer: trajectory.answer)
        }
    }
}
