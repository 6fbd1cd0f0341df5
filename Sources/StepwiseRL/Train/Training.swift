import Learning
import Persistence
import Trajectories

/// Stage 2: trains a policy on selected steps.
package struct Training: Sendable {
    private let settings: TrainingSettings
    private let selection: Selection
    private let judging: JudgingRun
    private let reference: (any Policy)?
    private let validate: (@Sendable (any Policy) async throws -> Double)?
    private let progress: @Sendable (UpdateMetrics) -> Void

    /// - Parameters:
    ///   - judging: rewards the re-sampled actions (swirl only).
    ///   - reference: the reference policy of the KL term, usually the generator of the states; `nil` trains without
    ///     KL.
    ///   - validate: measures greedy accuracy on validation questions.
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
    ///   - generated: true if `policy` generated the trajectories of the selection. The stored log-probabilities are
    ///     then checked before the first update.
    ///   - parts: stores the state every ``updatesPerPart`` updates, so that an interrupted training can resume.
    /// - Throws: ``TrainingError``; `CancellationError`; errors of the engine.
    package func run(
        _ policy: any LearnablePolicy, named name: String, generated: Bool,
        parts: any PartStore = NoParts()
    ) async throws -> (policy: any LearnablePolicy, report: TrainingReport) {
        let learner = try await policy.learner(settings.optimizer)
        var source = try source(policy, generated: generated)
        let total = source.updateCount
        var parts = TrainingParts(parts)
        var metrics = try await parts.restore(learner, of: total)
        for (update, metric) in metrics.enumerated() {
            source.skip(update)
            progress(metric)
        }
        let clock = ContinuousClock()
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
                metric.validation = try await validate(try await learner.snapshot(named: name))
            }
            metrics.append(metric)
            progress(metric)
            try await parts.keep(learner, metrics, of: total)
        }
        return (
            try await learner.snapshot(named: name),
            TrainingReport(
                updates: metrics, examples: selection.stepCount,
                tokens: metrics.reduce(0) { $0 + $1.tokens })
        )
    }

    /// Returns the batches of the training.
    ///
    /// - Throws: ``TrainingError/emptySelection(rule:)``.
    private func source(_ policy: any TokenPolicy, generated: Bool) throws -> any UpdateSource {
        guard selection.stepCount > 0 else { throw TrainingError.emptySelection(rule: selection.rule) }
        let source = try settings.objective.source(
            TrainingInput(
                settings, selection, judging, generated: generated, tolerance: policy.alignmentTolerance))
        guard source.updateCount > 0 else { throw TrainingError.emptySelection(rule: selection.rule) }
        return source
    }

    private var kl: KLTerm? {
        reference.flatMap {
            settings.klCoefficient > 0 && !settings.objective.unusedOptions.contains("kl")
                ? KLTerm(reference: $0, coefficient: settings.klCoefficient) : nil
        }
    }

    /// Estimates the cost of a training: computes and times the first update, then discards it.
    ///
    /// The policy is unchanged.
    ///
    /// - Throws: as ``run(_:named:generated:parts:)``.
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

    /// Returns the sequences that the objective would learn from one trajectory of the selection.
    ///
    /// - Parameters:
    ///   - index: the trajectory's index among the judged ones.
    ///   - policy: samples new actions, if the objective re-samples.
    /// - Throws: ``TrainingError``; `CancellationError`; errors of the engine.
    package func previews(
        of index: Int, sampledBy policy: any Policy
    ) async throws -> [ObjectivePreview] {
        try await settings.objective.previews(
            of: index, TrainingInput(settings, selection, judging), sampledBy: policy)
    }
}
