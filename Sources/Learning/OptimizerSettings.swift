/// The settings of AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101) that are constant during training.
package struct OptimizerSettings: Hashable, Sendable {
    /// The decay rate of the first moment.
    package var beta1: Double
    /// The decay rate of the second moment.
    package var beta2: Double
    /// The constant that is added to the root of the second moment.
    package var epsilon: Double
    /// The weight decay, decoupled from the gradient. It does not apply to the weights of norms.
    package var weightDecay: Double
    /// The maximum L2 norm of the whole gradient. A larger gradient is scaled down to it; 0 disables clipping.
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
