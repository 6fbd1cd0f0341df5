import Failures
import Foundation
import Keys
import Learning

/// A trainable working copy of a policy. It must have only one caller at a time.
package protocol Learner: AnyObject, Sendable {
    /// Samples actions at states. A state's tokens are processed once for all of its actions.
    ///
    /// - Returns: one array per state with one action per random stream. The traces of the actions contain only sampled
    ///   tokens: ``TokenTrace/read`` is empty.
    /// - Throws: `CancellationError`; errors of the engine.
    func sample(_ states: [SamplingRequest], sampling: Sampling) async throws -> [[SampledAction]]

    /// Adds the gradient of the batch's loss, plus the KL term if `kl` is given, to the gradient accumulated since the
    /// last optimizer step.
    ///
    /// - Returns: the loss, log-probabilities and other measurements of the forward pass.
    /// - Throws: an error if the reference of `kl` has another shape than the policy; errors of the engine.
    func accumulate(_ batch: TokenBatch, kl: KLTerm?) async throws -> BatchReport

    /// Discards the accumulated gradient.
    func discard() async

    /// Takes one optimizer step with the accumulated gradient, then clears the gradient.
    ///
    /// - Returns: the gradient's norm before clipping.
    func step(learningRate: Double) async throws -> Double

    /// Returns a policy with the current weights. If a remote engine stores the weights, the policy contains the name
    /// under which the engine stores them.
    func snapshot(named name: String) async throws -> any LearnablePolicy

    /// Returns a checkpoint from which training continues with bit-identical results.
    ///
    /// - Throws: ``CheckpointsUnsupported`` if the engine can't write checkpoints.
    func checkpoint() async throws -> LearnerCheckpoint

    /// Restores the state from a checkpoint of a learner that started from the same policy with the same settings.
    ///
    /// - Throws: ``DamagedCheckpoint`` if the checkpoint does not fit this learner; ``CheckpointsUnsupported`` if the
    ///   engine can't read checkpoints.
    func restore(_ checkpoint: LearnerCheckpoint) async throws
}

/// The state of a learner as files: the weights and the optimizer's moments, or the name under which a remote engine
/// stores them.
package struct LearnerCheckpoint: Sendable, Equatable {
    /// The content of each file by file name.
    package let files: [String: Data]

    package init(files: [String: Data]) {
        self.files = files
    }
}

/// The error of an engine that can't save checkpoints during training.
package struct CheckpointsUnsupported: Explained {
    /// The name of the engine for the message.
    package let engine: String
    package var code: FailureCode { .engineFailed }
    package var message: String { "\(engine) can't save checkpoints during training" }

    package init(engine: String) {
        self.engine = engine
    }
}

/// The error for a checkpoint that is damaged or belongs to another learner.
package struct DamagedCheckpoint: Explained {
    package var code: FailureCode { .damagedResult }
    package let message: String

    package init(_ message: String) {
        self.message = message
    }
}

/// A state at which several actions are sampled.
package struct SamplingRequest: Sendable {
    /// The token ids of the state: everything before the action.
    package let state: [Int32]
    /// One random stream for each action to sample.
    package let streams: [RandomStream]
    /// The names of the tags whose closing tag ends an action, such as `answer` for `</answer>`.
    package let tags: [String]

    package init(state: [Int32], streams: [RandomStream], tags: [String] = []) {
        self.state = state
        self.streams = streams
        self.tags = tags
    }
}

/// The KL term of the loss: `coefficient` · Σ klWeight · KL(π ‖ reference), summed over tokens.
///
/// The divergence at each token is computed over the whole vocabulary, not estimated from the sampled token.
package struct KLTerm: Sendable {
    package let reference: any Policy
    package let coefficient: Double

    package init(reference: any Policy, coefficient: Double) {
        self.reference = reference
        self.coefficient = coefficient
    }
}
