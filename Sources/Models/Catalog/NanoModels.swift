import Gemma

/// The bases that are pretrained here, by size: the paper's model-size study in small.
extension Pretraining {
    /// The default base of the embedded experiment: about 220 thousand parameters.
    package static let nano = Pretraining(
        tokens: 2_500_000, batchTokens: 640, learningRate: 5e-3, contextWeight: 0.2, warmup: 0.03
    ) { network(vocabulary: $0, hidden: 64, layers: 4, intermediate: 176) }

    /// 66 thousand parameters.
    package static let nanoXS = Pretraining(
        tokens: 2_500_000, batchTokens: 640, learningRate: 5e-3, contextWeight: 0.2, warmup: 0.03
    ) { network(vocabulary: $0, hidden: 32, layers: 4, intermediate: 88) }

    /// 816 thousand parameters.
    package static let nanoL = Pretraining(
        tokens: 2_500_000, batchTokens: 640, learningRate: 3e-3, contextWeight: 0.2, warmup: 0.03
    ) { network(vocabulary: $0, hidden: 128, layers: 4, intermediate: 352) }

    private static func network(
        vocabulary: Int, hidden: Int, layers: Int, intermediate: Int
    ) -> GemmaConfiguration {
        GemmaConfiguration(
            vocabularySize: vocabulary, hiddenSize: hidden, layerCount: layers, headCount: 4,
            keyValueHeadCount: 2, headDimension: hidden / 4, intermediateSize: intermediate,
            slidingWindow: 128, maximumPositions: 1_024)
    }

    /// Every base by the name that a script gives it, smallest first.
    package static let catalog: [(name: String, pretraining: Pretraining, summary: String)] = [
        ("nano-xs", nanoXS, "a smaller base, for the study of model size"),
        ("nano", nano, "the embedded default, pretrained here"),
        ("nano-l", nanoL, "a larger base, for the study of model size"),
    ]

    package static func named(_ name: String) -> Pretraining? {
        catalog.first { $0.name == name }?.pretraining
    }
}
