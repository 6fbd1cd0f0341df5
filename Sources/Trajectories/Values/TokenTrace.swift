/// An action in the tokens of the engine that sampled it.
///
/// Training uses the token ids and log-probabilities of sampling unchanged. It never encodes the text again, because
/// byte-pair encoding is not a bijection.
package struct TokenTrace: Hashable, Sendable, Codable {
    /// The tokens that the policy read since its last action: first the prompt, later the results of tools.
    package let read: [Int32]
    /// The sampled tokens, including the closing tag.
    package let written: [Int32]
    /// log π(token | everything before) in nats under the policy at temperature 1, one value per written token.
    package let logProbabilities: [Float]
    /// The same under the distribution that was sampled from; `nil` if the temperature was 0 or 1.
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
