import Learning
import Persistence
import Trajectories

/// A training run, stage 2 of step-wise RL: it improves a policy on the steps of a selection.
///
/// ```swift
/// let training = Training(TrainingSettings(StepwisePolicyGradient.self), selection, JudgingRun(judge))
/// let (trained, report) = try await training.run(base, named: "base+swirl", generated: true)
/// ```
package struct Training: Sendable {
    private let settings: TrainingSettings
    private let selection: Selection
    private let judging: JudgingRun
    private let reference: (any Policy)?
    private let validate: (@Sendable (any Policy) async throws -> Double)?
    private let progress: @Sendable (UpdateMetrics) -> Void

    /// Creates a training run.
    ///
    /// - Parameters:
    ///   - judging: rewards the actions sampled during training (objective swirl only).
    ///   - reference: the reference policy of the KL term, usually the policy that generated the trajectories; `nil`
    ///     trains without a KL term.
    ///   - validate: returns a policy's greedy accuracy on validation questions, 0 to 1.
    ///   - progress: receives the metrics of every update, including those of an interrupted run.
    package init(
        _ settings: TrainingSettings, _ selection: Selection, _ judging: JudgingRun,
        reference: (any Policy)? = nil,
        validate: (@Sendable (any Policy) async throws -> Double)? = nil,
        progress: @escaping @Sendable (UpdateMetrics) -> Void = { _ in }
    ) {
        self.settings = settings
        self.selection = selection
        self.judging = judging
        self.reference = reference
        self.validate = validate
        self.progress = progress
    }

    /// Trains from the beginning, or resumes an interrupted run of the same training.
    ///
    /// - Parameters:
    ///   - policy: the policy from which the training starts; it does not change.
    ///   - name: the name of the trained policy.
    ///   - generated: true if `policy` generated the trajectories of the selection. The first update then checks the
    ///     stored log-probabilities before any weight changes.
    ///   - parts: stores a checkpoint every ``updatesPerPart`` updates or five seconds, whichever comes first (see
    ///     ``PartSchedule``), so that an interrupted training can resume.
    /// - Returns: the trained policy, and the metrics of all updates.
    /// - Throws: ``TrainingError``; `CancellationError`; errors of the engine.
    package func run(
        _ policy: any LearnablePolicy, named name: String, generated: Bool,
        parts: any PartStore = NoParts()
    ) async throws -> (policy: any LearnablePolicy, report: TrainingReport) {
        let learner = try await policy.learner(settings.optimizer)
        var source = try source(policy, generated: generated)
        let total = source.updateCount
        var parts = TrainingParts(parts)
        var (metrics, resampled) = try await parts.restore(learner, of: total)
        for update in metrics.indices { source.skip(update) }
        for metric in metrics.dropLast() { progress(metric) }
        let clock = ContinuousClock()
        /// True if the learner's weights are those after the updates in `metrics`.
        var isConsistent = true
        do {
            if let last = metrics.indices.last {
                // The earlier run may have been interrupted during the validation after its last update.
                if metrics[last].validation == nil {
                    metrics[last].validation = try await validation(last, of: total, learner, name)
                }
                progress(metrics[last])
            }
            for update in metrics.count..<total {
                let start = clock.now
                let batch = try await source.batch(update, learner)
                let report = try await learner.accumulate(batch.tokens, kl: kl)
                do {
                    try batch.validate(report)
                    try report.checkFinite(update: update)
                } catch {
                    await learner.discard()
                    throw error
                }
                isConsistent = false
                let rate = settings.learningRate(update: update, of: total)
                let norm = try await learner.step(learningRate: rate)
                guard norm.isFinite else {
                    throw TrainingError.notFinite(
                        update: update + 1, what: "the gradient's norm", value: norm)
                }
                let seconds = (clock.now - start).seconds
                let tokens = report.tokens + batch.sampledTokens
                metrics.append(
                    UpdateMetrics(
                        update: update + 1, updates: total, loss: report.loss, reward: batch.reward,
                        kl: report.kl, entropy: report.entropy, gradientNorm: norm, signal: batch.signal,
                        tokens: tokens, tokensPerSecond: Double(tokens) / max(seconds, 1e-9),
                        withoutVerdict: batch.withoutVerdict, truncated: batch.truncated))
                for action in batch.resampled { resampled.add(action) }
                isConsistent = true
                metrics[update].validation = try await validation(update, of: total, learner, name)
                progress(metrics[update])
                try await parts.save(learner, metrics, resampled, of: total)
            }
        } catch let error as CancellationError {
            if isConsistent {
                await learner.discard()
                try await parts.saveInterrupted(learner, metrics, resampled, of: total)
            }
            throw error
        }
        return (
            try await learner.snapshot(named: name),
            TrainingReport(
                updates: metrics, examples: selection.stepCount,
                tokens: metrics.reduce(0) { $0 + $1.tokens }, resampled: resampled.all)
        )
    }

    /// Returns the validation score after an update; `nil` if no validation is due.
    private func validation(
        _ update: Int, of total: Int, _ learner: any Learner, _ name: String
    ) async throws -> Double? {
        guard let validate, settings.validateEvery > 0,
            (update + 1) % settings.validateEvery == 0 || update + 1 == total
        else { return nil }
        return try await validate(try await learner.snapshot(named: name))
    }

    /// Returns the source of the training's batches.
    ///
    /// - Throws: ``TrainingError/emptySelection(rule:)`` if there is nothing to learn from; other errors of the
    ///   objective.
    private func source(_ policy: any TokenPolicy, generated: Bool) throws -> any UpdateSource {
        guard selection.stepCount > 0 else { throw TrainingError.emptySelection(rule: selection.rule) }
        let source = try settings.objective.source(
            TrainingInput(
                settings, selection, judging, generated: generated, tolerance: policy.alignmentTolerance))
        guard source.updateCount > 0 else { throw TrainingError.emptySelection(rule: selection.rule) }
        return source
    }

    /// The KL term; `nil` without a reference policy, with coefficient 0, or if the objective does not use one.
    private var kl: KLTerm? {
        reference.flatMap {
            settings.klCoefficient > 0 && !settings.objective.unusedOptions.contains("kl")
                ? KLTerm(reference: $0, coefficient: settings.klCoefficient) : nil
        }
    }

    /// Estimates the cost of a training from its first update: builds the batch, computes the gradient, measures the
    /// time and discards the gradient. The time does not include the optimizer step.
    ///
    /// The policy does not change.
    ///
    /// - Throws: the errors of ``run(_:named:generated:parts:)``.
    package func preview(_ policy: any LearnablePolicy, generated: Bool) async throws -> TrainingPreview {
        let learner = try await policy.learner(settings.optimizer)
        var source = try source(policy, generated: generated)
        let clock = ContinuousClock()
        let start = clock.now
        let batch = try await source.batch(0, learner)
        let report = try await learner.accumulate(batch.tokens, kl: kl)
        let seconds = (clock.now - start).seconds
        await learner.discard()
        try batch.validate(report)
        return TrainingPreview(
            examples: selection.stepCount, updates: source.updateCount,
            tokensPerUpdate: report.tokens + batch.sampledTokens, secondsPerUpdate: seconds,
            reward: batch.reward, signal: batch.signal, withoutVerdict: batch.withoutVerdict,
            truncated: batch.truncated)
    }

    /// Returns previews of the sequences that an update would train on for one trajectory of the selection.
    ///
    /// - Parameters:
    ///   - index: the index of the trajectory in the judgements of the selection.
    ///   - policy: the policy that samples new actions, for objectives that sample at stored states.
    /// - Throws: ``TrainingError``; `CancellationError`; errors of the engine.
    package func previews(
        of index: Int, sampledBy policy: any Policy
    ) async throws -> [ObjectivePreview] {
        try await settings.objective.previews(
            of: index, TrainingInput(settings, selection, judging), sampledBy: policy)
    }
}
