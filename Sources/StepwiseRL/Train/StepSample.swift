import Trajectories

/// One action at one state, ready to be learned from: what was sampled, what it earned.
package struct StepSample: Sendable {
    /// Where it comes from, such as `q37.s4 step 2`.
    package let name: String
    package let state: [Int32]
    package let tokens: [Int32]
    /// log π of every token at sampling, temperature 1.
    package let logProbabilities: [Float]
    /// log π of every token under the distribution that it was sampled from, at the temperature of sampling.
    package let samplingLogProbabilities: [Float]
    /// Whether the action ended with a closing tag.
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

    /// What must hold of every sample before it enters an update.
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
            throw fail("the length limit cut it, yet its reward is \(reward)")
        }
        guard reward.isFinite, advantage.isFinite else { throw fail("its reward is not a number") }
    }
}

extension StepSample {
    /// An action that was sampled at a state.
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
    /// The state in tokens and the recorded action's own.
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
