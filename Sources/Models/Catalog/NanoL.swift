/// A larger base policy: four layers of width 128, about 816 thousand parameters.
package enum NanoL: ModelEntry {
    package static let name = "nano-l"
    package static let summary = "a larger base policy, to study the effect of size"
    package static let helpOrder = 3
    package static let pretraining = Pretraining(
        tokens: 2_500_000, batchTokens: 640, learningRate: 3e-3, contextWeight: 0.2, warmup: 0.03
    ) { .nano(vocabulary: $0, hidden: 128, layers: 4, intermediate: 352) }
}
