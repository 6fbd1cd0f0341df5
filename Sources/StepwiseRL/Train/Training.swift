import Keys
import Trajectories

/// Stage 2: a policy learns from selected steps.
package struct Training: Sendable {
    let settings: TrainingSettings
    let selection: Selection
    let judging: Judging
    private let reference: (any TrainablePolicy)?
    private let validate: (@Sendable (any TrainablePolicy) async throws -> Double)?
    private let progress: @Sendable (UpdateMetrics) -> Void

    /// - Parameters:
    ///   - judging: rewards the re-sampled actions (swirl only).
    ///   - reference: what KL pulls towards; the generator of the states unless said otherwise.
    ///   - validate: greedy accuracy on validation questions.
    package init(
        _ settings: TrainingSettings, _ selection: Selection, _ judging: Judging,
        reference: (any TrainablePolicy)? = nil,
        validate: (@Sendable (any TrainablePolicy) async throws -> Double)? = nil,
        progress: @escaping @Sendable (UpdateMetrics) -> Void = { _ in }
    ) {
        self.settings = settings
        self.selection = selection
        self.judging = judging
        self.reference = reference
        self.validate = validate
        self.progress = progress
    }

    /// - Parameter generated: whether `policy` is the one that generated the selection: its stored
    ///   log-probabilities are then checked before the first update.
    /// - Throws: ``TrainingError``; `CancellationError`; what the engine throws.
    package func run(
        _ policy: any TrainablePolicy, named name: String, generated: Bool
    ) async throws -> (policy: any TrainablePolicy, report: TrainingReport) {
        guard selection.stepCount > 0 else {
            throw TrainingError.emptySelection(rule: selection.rule)
        }
        let learner = try policy.learner(settings.optimizer)
        var source = source(generated: generated)
        let kl = kl
        var metrics: [UpdateMetrics] = []
        let total = source.updateCount
        guard total > 0 else { throw TrainingError.emptySelection(rule: selection.rule) }
        let clock = ContinuousClock()
        for update in 0..<total {
            let start = clock.now
            let batch = try await source.batch(update, learner)
            let report = try await learner.accumulate(batch.sequences, kl: kl)
            do {
                try batch.verify(report)
                try report.checkFinite(update: update)
            } catch {
                await learner.discard()
                throw error
            }
            let rate = settings.learningRate(update: update, of: total)
            let norm = try await learner.step(learningRate: rate)
            guard norm.isFinite else {
                throw TrainingError.notFinite(update: update + 1, what: "the gradient's norm", value: norm)
            }
            let seconds = (clock.now - start).seconds
            let tokens = report.tokens + batch.sampledTokens
            var metric = UpdateMetrics(
                update: update + 1, updates: total, loss: report.loss, reward: batch.reward,
                kl: report.kl, entropy: report.entropy, gradientNorm: norm, signal: batch.signal,
                tokens: tokens, tokensPerSecond: Double(tokens) / max(seconds, 1e-9),
                withoutVerdict: batch.withoutVerdict, truncated: batch.truncated)
            if let validate, settings.validateEvery > 0,
                (update + 1) % settings.validateEvery == 0 || update + 1 == total
            {
                metric.validation = try await validate(await learner.policy(named: name))
            }
            metrics.append(metric)
            progress(metric)
        }
        return (
            await learner.policy(named: name),
            TrainingReport(
                updates: metrics, examples: selection.stepCount,
                tokens: metrics.reduce(0) { $0 + $1.tokens })
        )
    }

    private func source(generated: Bool) -> any UpdateSource {
        switch settings.objective {
        case .swirl: Resampling(settings, selection.examples, judging)
        case .recorded: RecordedActions(settings, selection, generated: generated)
        case .sft: Imitation(settings, selection, generated: generated)
        }
    }

    private var kl: KLTerm? {
        reference.flatMap {
            settings.klCoefficient > 0 && settings.objective != .sft
                ? KLTerm(reference: $0, coefficient: settings.klCoefficient) : nil
        }
    }

    /// The work of the first update, timed and thrown away: what a training would take. The policy
    /// stays as it is.
    ///
    /// - Throws: as ``run(_:named:generated:)``.
    package func preview(_ policy: any TrainablePolicy, generated: Bool) async throws -> TrainingPreview {
        guard selection.stepCount > 0 else {
            throw TrainingError.emptySelection(rule: selection.rule)
        }
        let learner = try policy.learner(settings.optimizer)
        var source = source(generated: generated)
        guard source.updateCount > 0 else { throw TrainingError.emptySelection(rule: selection.rule) }
        let clock = ContinuousClock()
        let start = clock.now
        let batch = try await source.batch(0, learner)
        let report = try await learner.accumulate(batch.sequences, kl: kl)
        let seconds = (clock.now - start).seconds
        await learner.discard()
        try batch.verify(report)
        return TrainingPreview(
            examples: selection.stepCount, updates: source.updateCount,
            tokensPerUpdate: report.tokens + batch.sampledTokens, secondsPerUpdate: seconds,
            reward: batch.reward, signal: batch.signal, withoutVerdict: batch.withoutVerdict,
            truncated: batch.truncated)
    }
}

extension BatchReport {
    /// - Throws: ``TrainingError/notFinite(update:what:value:)``: a weight that is no number would pass through
    ///   everything that follows.
    func checkFinite(update: Int) throws {
        for (what, value) in [("the loss", loss), ("the entropy", entropy), ("the KL term", kl)]
        where !value.isFinite { throw TrainingError.notFinite(update: update + 1, what: what, value: value) }
        for value in logProbabilities.joined().joined() where value.isNaN {
            throw TrainingError.notFinite(update: update + 1, what: "a log-probability", value: Double(value))
        }
    }
}

/// What a training would be, from the work of one update.
package struct TrainingPreview: Sendable {
    /// (state, action) pairs in the selection.
    package let examples: Int
    package let updates: Int
    package let tokensPerUpdate: Int
    package let secondsPerUpdate: Double
    /// Mean reward of the judged actions; `nil` where none were judged.
    package let reward: Double?
    /// Share of groups whose actions were not all rewarded alike: only these push the policy.
    package let signal: Double?
    /// Groups without a verdict, and actions that the length limit cut.
    package let withoutVerdict: Int
    package let truncated: Int
}

/// What an objective hands to one update.
struct UpdateBatch {
    var sequences: [WeightedSequence]
    /// Run on the forward pass's report, before any weight changes.
    var verify: (BatchReport) throws -> Void = { _ in }
    var reward: Double?
    var signal: Double?
    var withoutVerdict = 0
    var truncated = 0
    /// Tokens drawn to make the batch.
    var sampledTokens = 0
}

/// An objective's way of making batches.
protocol UpdateSource {
    var updateCount: Int { get }
    mutating func batch(_ update: Int, _ learner: any Learner) async throws -> UpdateBatch
}

extension UpdateSource {
    /// How many updates see every example `epochs` times.
    static func updates(_ epochs: Int, _ examples: Int, _ batch: Int) -> Int {
        max(1, (epochs * examples + batch - 1) / batch)
    }
}

/// Walks examples in a new random order every epoch.
struct ShuffledOrder {
    private var stream: RandomStream
    private var rest: [Int] = []
    private let count: Int

    init(count: Int, seed: UInt64) {
        self.count = count
        stream = RandomStream(seed: seed, "training-order")
    }

    mutating func next(_ wanted: Int) -> [Int] {
        var taken: [Int] = []
        while taken.count < wanted {
            if rest.isEmpty { rest = (0..<count).shuffled(using: &stream) }
            taken.append(rest.removeLast())
        }
        return taken
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
