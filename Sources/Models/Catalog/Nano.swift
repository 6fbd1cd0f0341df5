/// The default base policy: four layers of width 64, about 220 thousand parameters.
package enum Nano: ModelEntry {
    package static let name = "nano"
    package static let summary = "the default embedded model, pretrained by swirl on first use"
    package static let helpOrder = 2
    package static let pretraining = Pretraining(
        tokens: 2_500_000, batchTokens: 640, learningRate: 5e-3, contextWeight: 0.2, warmup: 0.03
    ) { .nano(vocabulary: $0, hidden: 64, layers: 4, intermediate: 176) }
}
