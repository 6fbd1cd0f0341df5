import Trajectories

/// One action at one state, with its log-probabilities, reward and advantage.
package struct RewardedAction: Sendable {
    /// The name of the state: trajectory and step, such as `q37.s4 step 2`.
    package let name: String
    /// The token ids of the state.
    package let state: [Int32]
    /// The token ids of the action.
    package let tokens: [Int32]
    /// log π of every action token when it was sampled, in nats at temperature 1.
    package let logProbabilities: [Float]
    /// log π of every action token when it was sampled, in nats at the sampling temperature. For greedy sampling it is
    /// equal to ``logProbabilities``.
    package let samplingLogProbabilities: [Float]
    /// False if the length limit truncated the action.
    package let isComplete: Bool
    /// The reward: 1 for GOOD, 0 for BAD.
    package let reward: Double
    /// The reward minus the baseline.
    package var advantage: Double = 0

    package init(
        name: String, state: [Int32], tokens: [Int32], logProbabilities: [Float],
        samplingLogProbabilities: [Float]? = nil, isComplete: Bool, reward: Double
    ) {
        self.name = name
        self.state = state
        self.tokens = tokens
        self.logProbabilities = logProbabilities
        self.samplingLogProbabilities = samplingLogProbabilities ?? logProbabilities
        self.isComplete = isComplete
        self.reward = reward
    }

    /// Checks the invariants of a sample before an update uses it, such as one log-probability per token.
    ///
    /// - Throws: ``TrainingError/inconsistent(example:problem:)`` if an invariant is violated.
    package func validate() throws {
        func fail(_ problem: String) -> TrainingError {
            .inconsistent(example: name, problem: problem)
        }
        guard !state.isEmpty, !tokens.isEmpty else { throw fail("the state or the action has no tokens") }
        guard
            logProbabilities.isEmpty
                || tokens.count == logProbabilities.count && tokens.count == samplingLogProbabilities.count
        else {
            throw fail(
                "the action has \(tokens.count) tokens but \(logProbabilities.count) log-probabilities")
        }
        guard isComplete || reward == 0 else {
            throw fail("the length limit truncated the action, but its reward is \(reward)")
        }
        guard reward.isFinite, advantage.isFinite else {
            throw fail("the reward or the advantage is not finite")
        }
    }
}

extension RewardedAction {
    /// Creates a sample from an action that was sampled at a state.
    ///
    /// - Throws: ``TrainingError/withoutTokens(example:)`` if the action has no token ids.
    package init(_ name: String, state: [Int32], _ action: SampledAction, reward: Double) throws {
        guard let trace = action.trace else { throw TrainingError.withoutTokens(example: name) }
        self.init(
            name: name, state: state, tokens: trace.written, logProbabilities: trace.logProbabilities,
            samplingLogProbabilities: trace.samplingLogProbabilities, isComplete: action.isComplete,
            reward: reward)
    }
}

extension StepExample {
    /// The token ids of the state, and the trace of the recorded action.
    ///
    /// - Throws: ``TrainingError/withoutTokens(example:)`` if this action or an earlier one has no token ids.
    package var tokens: (state: [Int32], trace: TokenTrace) {
        get throws {
            guard let state, let trace = trajectory.steps[step].action.trace else {
                throw TrainingError.withoutTokens(example: name)
            }
            return (state, trace)
        }
    }
}
