import Trajectories

/// One action at one state, with its log-probabilities, reward and advantage.
package struct StepSample: Sendable {
    /// The trajectory and the step of the state, such as `q37.s4 step 2`.
    package let name: String
    package let state: [Int32]
    package let tokens: [Int32]
    /// log π of every token at the time of sampling, at temperature 1.
    package let logProbabilities: [Float]
    /// log π of every token under the distribution that it was sampled from, at the temperature of sampling.
    package let samplingLogProbabilities: [Float]
    /// False if the length limit truncated the action.
    package let isComplete: Bool
    package let reward: Double
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

    /// Checks the invariants of a sample before an update uses it.
    ///
    /// - Throws: ``TrainingError/inconsistent(example:problem:)``.
    package func validate() throws {
        func fail(_ problem: String) -> TrainingError {
            .inconsistent(example: name, problem: problem)
        }
        guard !state.isEmpty, !tokens.isEmpty else { throw fail("no state or no action") }
        guard tokens.count == logProbabilities.count, tokens.count == samplingLogProbabilities.count else {
            throw fail("\(tokens.count) tokens but \(logProbabilities.count) log-probabilities")
        }
        guard isComplete || reward == 0 else {
            throw fail("the length limit truncated the action, but its reward is \(reward)")
        }
        guard reward.isFinite, advantage.isFinite else { throw fail("its reward or advantage is not finite") }
    }
}

extension StepSample {
    /// Creates a sample from an action that was sampled at a state.
    ///
    /// - Throws: ``TrainingError/withoutTokens(example:)``.
    package init(_ name: String, state: [Int32], _ action: SampledAction, reward: Double) throws {
        guard let trace = action.trace else { throw TrainingError.withoutTokens(example: name) }
        self.init(
            name: name, state: state, tokens: trace.written, logProbabilities: trace.logProbabilities,
            samplingLogProbabilities: trace.samplingLogProbabilities, isComplete: action.isComplete,
            reward: reward)
    }
}

extension StepExample {
    /// The tokens of the state, and the trace of the recorded action.
    ///
    /// - Throws: ``TrainingError/withoutTokens(example:)``.
    package var tokens: (state: [Int32], trace: TokenTrace) {
        get throws {
            guard let state, let trace = trajectory.steps[step].action.trace else {
                throw TrainingError.withoutTokens(example: name)
            }
            return (state, trace)
        }
    }
}
