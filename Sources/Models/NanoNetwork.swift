import Gemma

extension GemmaConfiguration {
    /// Returns the shape of the base policies that swirl pretrains: four query heads, two key-value heads.
    static func nano(vocabulary: Int, hidden: Int, layers: Int, intermediate: Int) -> GemmaConfiguration {
        GemmaConfiguration(
            vocabularySize: vocabulary, hiddenSize: hidden, layerCount: layers, headCount: 4,
            keyValueHeadCount: 2, headDimension: hidden / 4, intermediateSize: intermediate,
            slidingWindow: 128, maximumPositions: 1_024)
    }
}
