/// An action in the tokens of the engine that sampled it.
///
/// Training uses token ids and log-probabilities of the sampling as they are: text is never encoded again (byte-pair
/// encoding is not a bijection).
package struct TokenTrace: Hashable, Sendable, Codable {
    /// The tokens that the policy read since its last action: the prompt at first, then what a tool returned.
    package let read: [Int32]
    /// The sampled tokens, the closing tag included.
    package let written: [Int32]
    /// log π(token | everything before) in nats under the policy at temperature 1, one a written token.
    package let logProbabilities: [Float]
    /// The same under the distribution that was sampled from, where the temperature was neither 0 nor 1.
    package let samplingLogProbabilities: [Float]?

    package init(
        read: [Int32], written: [Int32], logProbabilities: [Float], samplingLogProbabilities: [Float]? = nil
    ) {
        self.read = read
        self.written = written
        self.logProbabilities = logProbabilities
        self.samplingLogProbabilities = samplingLogProbabilities
    }
}
