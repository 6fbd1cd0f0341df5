import Foundation
import Keys
import Learning
import StepwiseRL
import Synchronization
import Testing
import Trajectories

/// A learner that records what it is handed and reports what it is told.
final class ScriptedLearner: Learner {
    let batches = Mutex<[[TokenSequence]]>([])
    let steps = Mutex(0)
    let discards = Mutex(0)
    let logProbability: Float
    let draw: @Sendable (SamplingRequest) -> [SampledAction]

    init(
        logProbability: Float = -0.5,
        draw: @escaping @Sendable (SamplingRequest) -> [SampledAction] = { _ in [] }
    ) {
        self.logProbability = logProbability
        self.draw = draw
    }

    func sample(_ states: [SamplingRequest], sampling: Sampling) async throws -> [[SampledAction]] {
        states.map(draw)
    }

    func accumulate(_ batch: TokenBatch, kl: KLTerm?) async throws -> BatchReport {
        batches.withLock { $0.append(batch.sequences) }
        return BatchReport(
            logProbabilities: batch.sequences.map {
                $0.branches.map { $0.tokens.map { _ in logProbability } }
            },
            tokens: 1)
    }

    func discard() async { discards.withLock { $0 += 1 } }
    func step(learningRate: Double) async throws -> Double {
        steps.withLock { $0 += 1 }
        return 0
    }
    func snapshot(named name: String) async throws -> any LearnablePolicy { ScriptedLearnable(learner: self) }
    func checkpoint() async throws -> LearnerCheckpoint {
        LearnerCheckpoint(files: ["steps": Data("\(steps.withLock { $0 })".utf8)])
    }
    func restore(_ checkpoint: LearnerCheckpoint) async throws {
        guard let count = checkpoint.files["steps"].flatMap({ Int(String(decoding: $0, as: UTF8.self)) })
        else {
            throw DamagedCheckpoint("no steps")
        }
        steps.withLock { $0 = count }
    }
}

struct ScriptedLearnable: LearnablePolicy {
    let learner: ScriptedLearner
    let name = "learnable"
    let identity = PolicyIdentity.weights(ContentKey("learnable"))
    let limits = PolicyLimits()
    let tokenizerKey = ContentKey("none")
    let alignmentTolerance: Float = 2e-3
    func open(_ prompt: EpisodePrompt, samples: Int) async throws -> [any PolicyEpisode] {
        preconditionFailure("not rolled out")
    }
    let parameterCount = 0
    let hasEnd = true
    let vocabularySize = 0
    func encode(_ text: String) -> [Int32] { [] }
    func traces(of prompt: EpisodePrompt) -> [TokenTrace] { [] }
    func decode(_ tokens: [Int32]) -> String { "" }
    func piece(_ token: Int32) -> String { "" }
    func logProbabilities(_ tokens: [Int32]) async throws -> [Float] { [] }
    func learner(_ optimizer: OptimizerSettings) async throws -> any Learner { learner }
    func score(action text: String, after state: [Int32]) async throws -> SampledAction {
        preconditionFailure("not asked")
    }
}

@Suite struct TrainingTests {
    private static func sampled(_ text: String, _ tokens: [Int32], closed: Bool = true) -> SampledAction {
        SampledAction(
            text: text, isComplete: closed,
            trace: TokenTrace(read: [], written: tokens, logProbabilities: tokens.map { _ in -0.5 }))
    }

    private let good = ScriptedJudge { $0.action == .answer("right") ? .good("") : .bad("") }

    private func selection(_ predicate: StepPredicate = .constant(true)) -> Selection {
        try! Filter(predicate, rule: "test").select(from: judgements([[.good, .good], [.good, .bad]]))
    }

    private func train(
        _ settings: TrainingSettings, _ selection: Selection, _ judge: any Judge, _ learner: ScriptedLearner,
        generated: Bool = true
    ) async throws -> TrainingReport {
        try await Training(settings, selection, JudgingRun(judge)).run(
            ScriptedLearnable(learner: learner), named: "x", generated: generated
        ).report
    }

    @Test func `leave-one-out advantages sum to zero`() {
        func advantages(_ rewards: [Double]) -> [Double] {
            var group = SampleGroup(
                rewards.map {
                    RewardedAction(
                        name: "t", state: [1], tokens: [2], logProbabilities: [0], isComplete: true,
                        reward: $0)
                })
            group.assignAdvantages()
            return group.samples.map(\.advantage)
        }
        let uneven = advantages([1, 0, 0, 0])
        #expect(abs(uneven[0] - 1) < 1e-12 && abs(uneven[1] + 1.0 / 3) < 1e-12)
        #expect(advantages([1, 1, 1]) == [0, 0, 0])
        #expect(abs(advantages([1, 0, 1, 1]).reduce(0, +)) < 1e-12)
    }

    @Test func `the loss sums over tokens, merges equal actions, and divides by all states`() async throws {
        var settings = TrainingSettings(StepwisePolicyGradient.self)
        settings.length = .updates(1)
        settings.batchStates = 4
        settings.actionsPerState = 4
        let learner = ScriptedLearner { request in
            // At the states of the second step everything is right: no signal there.
            let right = Self.sampled("<answer>right</answer>", [10, 11])
            let wrong = Self.sampled("<answer>wrong</answer>", [12, 13, 14])
            return request.state.count > 3 ? [right, right, right, right] : [right, wrong, wrong, right]
        }
        let report = try await train(settings, selection(), good, learner)
        let batch = learner.batches.withLock { $0[0] }
        // Two of the four states have signal; all four divide.
        #expect(batch.count == 2)
        #expect(report.updates[0].signal == 0.5)
        #expect(report.updates[0].reward == 0.75)
        for sequence in batch {
            #expect(sequence.prefix == [1, 2, 3])
            #expect(sequence.branches.map(\.tokens) == [[10, 11], [12, 13, 14]])
            // Advantages are ±2/3 each; two equal actions weigh together; four states.
            for weight in sequence.branches[0].weights { #expect(abs(weight - 2 * (2.0 / 3) / 4) < 1e-6) }
            for weight in sequence.branches[1].weights { #expect(abs(weight + 2 * (2.0 / 3) / 4) < 1e-6) }
        }
    }

    @Test func `log-probabilities that differ stop the run before a weight changes`() async throws {
        var settings = TrainingSettings(StepwisePolicyGradient.self)
        settings.batchStates = 2
        let learner = ScriptedLearner(logProbability: -0.7) { _ in
            [Self.sampled("<answer>right</answer>", [10]), Self.sampled("<answer>wrong</answer>", [12])]
        }
        let error = await #expect(throws: TrainingError.self) {
            try await train(settings, selection(), good, learner)
        }
        guard case .misaligned(let example, _, -0.5, -0.7) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(example.hasPrefix("q"))
        #expect(learner.steps.withLock { $0 } == 0)
        #expect(learner.discards.withLock { $0 } == 1)
    }

    @Test(arguments: [OffPolicyReinforce.name, SupervisedFineTuning.name])
    func `recorded actions are checked against the policy that generated them`(_ name: String) async throws {
        var settings = TrainingSettings(
            name == OffPolicyReinforce.name ? OffPolicyReinforce.self : SupervisedFineTuning.self)
        settings.length = .updates(2)
        await #expect(throws: TrainingError.self) {
            try await train(settings, selection(), good, ScriptedLearner(logProbability: -0.9))
        }
        // Another policy's trajectories have other log-probabilities by right.
        _ = try await train(
            settings, selection(), good, ScriptedLearner(logProbability: -0.9), generated: false)
    }

    @Test func `a truncated action with a reward is refused`() {
        let sample = RewardedAction(
            name: "q1.s0 step 1", state: [1], tokens: [2], logProbabilities: [0], isComplete: false, reward: 1
        )
        #expect(throws: TrainingError.self) { try sample.validate() }
    }

    @Test func `truncated actions get no reward and are counted`() async throws {
        var settings = TrainingSettings(StepwisePolicyGradient.self)
        settings.length = .updates(1)
        settings.batchStates = 2
        let learner = ScriptedLearner { _ in
            [
                Self.sampled("<answer>right", [10], closed: false),
                Self.sampled("<answer>right</answer>", [12]),
            ]
        }
        let report = try await train(settings, selection(), good, learner)
        #expect(report.updates[0].truncated == 2)
        #expect(report.updates[0].reward == 0.5)
    }

    @Test func `groups without a verdict are left out of the update and never count as reward 0`()
        async throws
    {
        var settings = TrainingSettings(StepwisePolicyGradient.self)
        settings.length = .updates(1)
        settings.batchStates = 4
        let half = ScriptedJudge {
            $0.history.isEmpty ? .missing("busy") : $0.action == .answer("right") ? .good("") : .bad("")
        }
        let learner = ScriptedLearner { _ in
            [Self.sampled("<answer>right</answer>", [10]), Self.sampled("<answer>wrong</answer>", [12])]
        }
        let report = try await train(settings, selection(), half, learner)
        #expect(report.updates[0].withoutVerdict == 2)
        #expect(report.updates[0].reward == 0.5)
        let silent = ScriptedJudge { _ in .missing("down") }
        await #expect(throws: TrainingError.self) { try await train(settings, selection(), silent, learner) }
    }

    @Test func `imitation trains on sampled tokens of selected GOOD steps only`() async throws {
        var settings = TrainingSettings(SupervisedFineTuning.self)
        settings.length = .epochs(1)
        let learner = ScriptedLearner()
        _ = try await train(settings, selection(.field(.prefix)), good, learner)
        let sequences = learner.batches.withLock { $0.joined() }
        // Prompt 3, action 2, observation 2, action 2; the second trajectory ends in a BAD action.
        let masks = sequences.map { $0.branches[0].weights.map { $0 > 0 } }
        let whole = [false, false, false, true, true, false, false, true, true]
        #expect(Set(masks) == [whole, Array(whole[..<7])])
        let total = sequences.reduce(Float(0)) { $0 + $1.branches[0].weights.reduce(0, +) }
        #expect(abs(total - 1) < 1e-6)
    }

    @Test func `recorded actions are weighted by reward less the mean`() async throws {
        var settings = TrainingSettings(OffPolicyReinforce.self)
        settings.length = .updates(1)
        settings.batchStates = 4
        let learner = ScriptedLearner()
        let report = try await train(settings, selection(), good, learner)
        let weights = learner.batches.withLock { $0[0].map { $0.branches[0].weights[0] } }.sorted()
        // Three of four were GOOD: 1 − ¾ and 0 − ¾, over four states.
        #expect(weights.map { ($0 * 16).rounded() } == [-3, 1, 1, 1])
        #expect(report.updates[0].reward == 0.75)
    }

    @Test func `training on an empty selection fails`() async {
        await #expect(throws: TrainingError.emptySelection(rule: "test")) {
            try await train(
                TrainingSettings(StepwisePolicyGradient.self), selection(.constant(false)), good,
                ScriptedLearner())
        }
    }
}
