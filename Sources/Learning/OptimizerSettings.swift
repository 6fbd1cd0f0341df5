/// The settings of AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101) that stay the same over a training.
package struct OptimizerSettings: Hashable, Sendable {
    package var beta1: Double
    package var beta2: Double
    package var epsilon: Double
    /// Decoupled from the gradient; norms and other vectors are spared.
    package var weightDecay: Double
    /// The largest norm of a gradient; longer ones are scaled down to it. 0 clips nothing.
    package var clip: Double

    package init(
        beta1: Double = 0.9, beta2: Double = 0.95, epsilon: Double = 1e-8, weightDecay: Double = 0,
        clip: Double = 1
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.clip = clip
    }
}
