import Failures
import Foundation
import Keys
import Learning

/// A trainable working copy of a policy. It must have only one caller at a time.
package protocol Learner: AnyObject, Sendable {
    /// Samples actions at states. Each state is processed once and shared by its actions.
    ///
    /// - Returns: for each state, one action per stream. `read` is empty in their traces.
    func sample(_ states: [SamplingRequest], sampling: Sampling) async throws -> [[SampledAction]]

    /// Adds the gradient of a batch's loss, and of the KL term if there is one, to the gradient accumulated since the
    /// last step.
    ///
    /// - Returns: the measurements of the forward pass, before any weight changes.
    func accumulate(_ batch: TokenBatch, kl: KLTerm?) async throws -> BatchReport

    /// Discards the accumulated gradient.
    func discard() async

    /// Takes one optimizer step with the accumulated gradient.
    ///
    /// - Returns: the gradient's norm before clipping.
    func step(learningRate: Double) async throws -> Double

    /// Returns the policy as learned so far. A remote engine stores the weights itself, and the policy holds their
    /// name.
    func snapshot(named name: String) async throws -> any LearnablePolicy

    /// Returns everything that training needs to continue from here with bit-identical results.
    ///
    /// - Throws: ``CheckpointsUnsupported`` if the engine can't write checkpoints.
    func checkpoint() async throws -> LearnerCheckpoint

    /// Restores the state from a checkpoint of a learner that began with the same policy and settings.
    ///
    /// - Throws: ``DamagedCheckpoint`` if the checkpoint does not belong to this learner; ``CheckpointsUnsupported``.
    func restore(_ checkpoint: LearnerCheckpoint) async throws
}

/// The state of a learner as files: weights and moments, or the name under which a remote engine stores them.
package struct LearnerCheckpoint: Sendable, Equatable {
    package let files: [String: Data]

    package init(files: [String: Data]) {
        self.files = files
    }
}

/// The engine can't save checkpoints during training.
package struct CheckpointsUnsupported: Explained {
    package let engine: String
    package var code: FailureCode { .engineFailed }
    package var message: String { "\(engine) can't save checkpoints during training" }

    package init(engine: String) {
        self.engine = engine
    }
}

/// A checkpoint that does not fit the learner.
package struct DamagedCheckpoint: Explained {
    package var code: FailureCode { .damagedResult }
    package let message: String

    package init(_ message: String) {
        self.message = message
    }
}

/// A state at which several actions are sampled.
package struct SamplingRequest: Sendable {
    /// The state in tokens.
    package let state: [Int32]
    /// One random stream per action.
    package let streams: [RandomStream]
    /// The tags that end an action when they are closed.
    package let tags: [String]

    package init(state: [Int32], streams: [RandomStream], tags: [String] = []) {
        self.state = state
        self.streams = streams
        self.tags = tags
    }
}

/// The KL term of the loss: `coefficient` · Σ klWeight · KL(π ‖ reference) over tokens, exact over the vocabulary.
package struct KLTerm: Sendable {
    package let reference: any Policy
    package let coefficient: Double

    package init(reference: any Policy, coefficient: Double) {
        self.reference = reference
        self.coefficient = coefficient
    }
}
