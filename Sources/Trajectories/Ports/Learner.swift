import Failures
import Foundation
import Keys
import Learning

/// A working copy of a policy that learns. One caller at a time.
package protocol Learner: AnyObject, Sendable {
    /// Draws actions at states; each state is read once and shared by its actions.
    ///
    /// - Returns: the actions of each state, one a stream. Their traces have read nothing new.
    func sample(_ states: [SamplingRequest], sampling: Sampling) async throws -> [[SampledAction]]

    /// Adds the gradient of a batch's loss, and of the KL term where there is one, to what has been gathered since the
    /// last step.
    ///
    /// - Returns: the findings of the forward pass, before any weight changes.
    func accumulate(_ batch: TokenBatch, kl: KLTerm?) async throws -> BatchReport

    /// Drops the gathered gradient.
    func discard() async

    /// One optimizer step with the gathered gradient.
    ///
    /// - Returns: the gradient's norm before clipping.
    func step(learningRate: Double) async throws -> Double

    /// The policy as learned so far. An engine elsewhere keeps it there, and the policy names it.
    func snapshot(named name: String) async throws -> any LearnablePolicy

    /// Everything that the training needs to go on from here, to the bit.
    ///
    /// - Throws: ``CheckpointsUnsupported`` where the engine can't.
    func checkpoint() async throws -> LearnerCheckpoint

    /// Goes on from a checkpoint of a learner that began with the same policy and settings.
    ///
    /// - Throws: ``DamagedCheckpoint`` where it is none of this learner's; ``CheckpointsUnsupported``.
    func restore(_ checkpoint: LearnerCheckpoint) async throws
}

/// The state of a learner as files: weights and moments, or the name under which an engine elsewhere keeps them.
package struct LearnerCheckpoint: Sendable, Equatable {
    package let files: [String: Data]

    package init(files: [String: Data]) {
        self.files = files
    }
}

/// The engine keeps no checkpoints inside of a training.
package struct CheckpointsUnsupported: Explained {
    package let engine: String
    package var code: FailureCode { .engineFailed }
    package var message: String { "\(engine) keeps no checkpoints inside of a training" }

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

/// States to draw several actions at.
package struct SamplingRequest: Sendable {
    /// In tokens.
    package let state: [Int32]
    /// One random stream an action.
    package let streams: [RandomStream]
    /// The tags whose closing ends an action.
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
