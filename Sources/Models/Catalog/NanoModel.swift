import Gemma

extension Pretraining {
    /// The default base of the embedded experiment: about 220 thousand parameters.
    package static let nano = Pretraining(
        tokens: 2_500_000, batchTokens: 640, learningRate: 5e-3, contextWeight: 0.2, warmup: 0.03
    ) { vocabulary in
        GemmaConfiguration(
            vocabularySize: vocabulary, hiddenSize: 64, layerCount: 4, headCount: 4,
            keyValueHeadCount: 2, headDimension: 16, intermediateSize: 176, slidingWindow: 128,
            maximumPositions: 1_024)
    }
}
