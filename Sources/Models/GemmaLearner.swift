import Failures
import Foundation
import Gemma
import Learning
import Trajectories

/// A trainable copy of a policy on the embedded engine.
final class GemmaLearner: Learner {
    private let policy: GemmaPolicy
    private let trainer: Trainer
    /// The decoder of all updates; it reuses the memory of its caches. It reads the trainer's weights, so sampling and
    /// ``step(learningRate:)`` must not overlap.
    private let decoder: Decoder

    init(_ policy: GemmaPolicy, _ optimizer: OptimizerSettings) throws {
        self.policy = policy
        trainer = try Trainer(policy.weights, optimizer)
        decoder = Decoder(trainer.weights)
    }

    func sample(_ states: [SamplingRequest], sampling: Sampling) async throws -> [[SampledAction]] {
        let continuations = try await decoder.decode(
            states: states.map { ($0.state, $0.streams, policy.stopSequences($0.tags)) },
            temperature: sampling.temperature,
            maximumTokens: sampling.maximumTokens, stops: policy.format.stops)
        return continuations.map { $0.map { policy.action($0) } }
    }

    func accumulate(_ batch: TokenBatch, kl: KLTerm?) async throws -> BatchReport {
        let reference = try kl.map { term in
            guard let gemma = term.reference as? GemmaPolicy,
                gemma.weights.configuration == policy.weights.configuration,
                gemma.tokenizerKey == policy.tokenizerKey
            else { throw IncompatibleReference(name: term.reference.name) }
            return gemma.weights
        }
        return try await trainer.accumulate(
            batch, reference: reference, klCoefficient: kl?.coefficient ?? 0)
    }

    func discard() async { trainer.drop() }

    func step(learningRate: Double) async throws -> Double {
        try await trainer.step(learningRate: learningRate)
    }

    func snapshot(named name: String) async throws -> any LearnablePolicy { embedded(named: name) }

    /// Returns a policy with a copy of the current weights. Later steps do not change it.
    func embedded(named name: String) -> GemmaPolicy { policy.with(trainer.snapshot(), name: name) }

    private static let file = "learner.bin"

    func checkpoint() async throws -> LearnerCheckpoint {
        LearnerCheckpoint(files: [Self.file: trainer.state])
    }

    func restore(_ checkpoint: LearnerCheckpoint) async throws {
        guard let data = checkpoint.files[Self.file] else {
            throw DamagedCheckpoint("\(Self.file) is missing")
        }
        guard await trainer.restore(data) else {
            throw DamagedCheckpoint("\(Self.file) is not the state of a learner of this size")
        }
    }
}

/// The error that a reference policy has another engine, network shape or tokenizer than the trained policy, so that
/// their distributions can't be compared.
struct IncompatibleReference: Explained {
    let name: String
    var code: FailureCode { .incompatibleReference }
    var message: String {
        "the reference policy '\(name)' has another engine, network shape or tokenizer than the trained policy"
    }
    var hint: String? { "use a reference policy with the same engine, network shape and tokenizer" }
}
