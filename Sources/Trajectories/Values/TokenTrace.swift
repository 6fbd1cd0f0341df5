/// The token ids and log-probabilities of an action, as returned by the engine that sampled it.
///
/// Training uses them unchanged. It never encodes the text again because the same text can have several encodings.
package struct TokenTrace: Hashable, Sendable, Codable {
    /// The ids of the tokens between the previous action and this one: the prompt for the first action, the observation
    /// for later ones.
    package let read: [Int32]
    /// The ids of the sampled tokens, including the closing tag.
    package let written: [Int32]
    /// log π(token | everything before) in nats at temperature 1, one value per written token; empty if they are not
    /// known, as for the actions of an imported text.
    package let logProbabilities: [Float]
    /// The log-probabilities in nats at the sampling temperature, one value per written token; `nil` if the temperature
    /// was 0 or 1.
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
