import Failures
import Foundation
import Gemma
import Learning
import Trajectories

/// A trainable working copy of an embedded policy.
final class GemmaLearner: Learner {
    private let policy: GemmaPolicy
    private let trainer: Trainer
    /// The decoder, reused from update to update so that the memory of its caches is reused.
    private let decoder: Decoder

    init(_ policy: GemmaPolicy, _ optimizer: OptimizerSettings) throws {
        self.policy = policy
        trainer = try Trainer(policy.weights, optimizer)
        decoder = Decoder(trainer.weights)
    }

    func sample(_ states: [SamplingRequest], sampling: Sampling) async throws -> [[SampledAction]] {
        let continuations = try await decoder.decode(
            states: states.map { ($0.state, $0.streams, policy.stopTexts($0.tags)) },
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

    /// Returns the policy with the current weights, independent of the working copy.
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

/// The error that a reference policy has another shape, so that its distributions can't be compared.
struct IncompatibleReference: Explained {
    let name: String
    var code: FailureCode { .incompatibleReference }
    var message: String {
        "the reference policy '\(name)' differs in shape or engine from the policy that is trained"
    }
    var hint: String? { "use a reference policy with the same vocabulary and size" }
}
