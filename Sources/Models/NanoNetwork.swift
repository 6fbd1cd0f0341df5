import Gemma

extension GemmaConfiguration {
    /// Returns the configuration of a base policy that swirl pretrains. All have four query heads, two key-value heads,
    /// a sliding window of 128 positions and a context of 1,024 tokens.
    static func nano(vocabulary: Int, hidden: Int, layers: Int, intermediate: Int) -> GemmaConfiguration {
        GemmaConfiguration(
            vocabularySize: vocabulary, hiddenSize: hidden, layerCount: layers, headCount: 4,
            keyValueHeadCount: 2, headDimension: hidden / 4, intermediateSize: intermediate,
            slidingWindow: 128, maximumPositions: 1_024)
    }
}
