import Gemma
import Keys
import Trajectories

/// A working copy of an embedded policy.
final class GemmaLearner: Learner {
    private let policy: GemmaPolicy
    private let trainer: Trainer
    /// Kept from update to update: it keeps the memory of its caches.
    private let decoder: Decoder

    init(_ policy: GemmaPolicy, _ optimizer: OptimizerSettings) throws {
        self.policy = policy
        trainer = try Trainer(
            policy.weights,
            .init(
                beta1: optimizer.beta1, beta2: optimizer.beta2, epsilon: optimizer.epsilon,
                weightDecay: optimizer.weightDecay, clip: optimizer.clip))
        decoder = Decoder(trainer.weights)
    }

    func sample(_ states: [SamplingRequest], sampling: Sampling) async throws -> [[SampledAction]] {
        let continuations = try await decoder.decode(
            states: states.map { ($0.state, $0.streams, policy.stopTexts($0.tags)) },
            temperature: sampling.temperature,
            maximumTokens: sampling.maximumTokens, stops: policy.format.stops)
        return continuations.map { $0.map { policy.action($0) } }
    }

    func accumulate(_ batch: [WeightedSequence], kl: KLTerm?) async throws -> BatchReport {
        let reference = try kl.map { term in
            guard let gemma = term.reference as? GemmaPolicy,
                gemma.weights.configuration == policy.weights.configuration,
                gemma.tokenizerKey == policy.tokenizerKey
            else { throw IncompatibleReference(name: term.reference.name) }
            return gemma.weights
        }
        let report = try await trainer.accumulate(
            batch.map { sequence in
                Trainer.Sequence(
                    prefix: sequence.prefix,
                    branches: sequence.branches.map { ($0.tokens, $0.weights, $0.klWeight) })
            }, reference: reference, klCoefficient: kl?.coefficient ?? 0)
        return BatchReport(
            logProbabilities: report.logProbabilities, loss: report.loss, entropy: report.entropy,
            kl: report.kl, tokens: report.tokens)
    }

    func discard() async { trainer.drop() }

    func step(learningRate: Double) async throws -> Double {
        try await trainer.step(learningRate: learningRate)
    }

    func policy(named name: String) async -> any TrainablePolicy {
        policy.with(trainer.snapshot(), name: name)
    }
}

/// A reference policy of another shape: its distributions can't be compared.
struct IncompatibleReference: Error, CustomStringConvertible {
    let name: String
    var description: String {
        "the reference policy '\(name)' has another shape or engine than the one that learns; give one with the same vocabulary and size"
    }
}
