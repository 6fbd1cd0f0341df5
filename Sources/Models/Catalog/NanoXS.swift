/// A smaller base policy: four layers of width 32, about 66 thousand parameters.
package enum NanoXS: ModelEntry {
    package static let name = "nano-xs"
    package static let summary = "a smaller base policy, to study the effect of size"
    package static let helpOrder = 1
    package static let pretraining = Pretraining(
        tokens: 2_500_000, batchTokens: 640, learningRate: 5e-3, contextWeight: 0.2, warmup: 0.03
    ) { .nano(vocabulary: $0, hidden: 32, layers: 4, intermediate: 88) }
}
