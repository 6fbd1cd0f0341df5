import CKernels
import Foundation
import Learning

/// The output head of a training pass (final norm, tied output matrix, soft cap, log-softmax) and its buffers. Logits
/// are computed only for the rows that predict a target.
final class HeadBuffers {
    private let configuration: GemmaConfiguration
    private let ld: Int
    private let hidden, normed, scale, normaliser, dnormed, dhidden: FloatBuffer
    private var rows: [Int] = []
    /// The log-probabilities of the policy, [targets, padded V]. If ``score`` computes gradients, it overwrites the
    /// log-probabilities with the gradient with respect to the raw logits.
    let logits: FloatBuffer
    /// The log-probabilities of the reference policy, [targets, padded V].
    let reference: FloatBuffer

    init(_ c: GemmaConfiguration, targets: Int) {
        configuration = c
        ld = Weights.padded(c.vocabularySize)
        hidden = FloatBuffer(targets * c.hiddenSize)
        normed = FloatBuffer(targets * c.hiddenSize)
        scale = FloatBuffer(targets)
        normaliser = FloatBuffer(targets)
        dnormed = FloatBuffer(targets * c.hiddenSize)
        dhidden = FloatBuffer(targets * c.hiddenSize)
        logits = FloatBuffer(targets * ld)
        reference = FloatBuffer(targets * ld)
    }

    /// Copies the rows of `x` that predict a target.
    ///
    /// - Parameter x: the residual stream after the last layer, [rows, C].
    func gather(_ sequences: [PackedSequence], from x: UnsafePointer<Float>) {
        let width = configuration.hiddenSize
        rows.removeAll(keepingCapacity: true)
        var first = 0
        for sequence in sequences {
            rows += sequence.targets.map { first + $0.row }
            first += sequence.tokens.count
        }
        for (target, row) in rows.enumerated() {
            (hidden.pointer + target * width).update(from: x + row * width, count: width)
        }
    }

    /// Computes log π over the vocabulary for every gathered row, [targets, padded V].
    func logProbabilities(_ weights: Weights, into out: UnsafeMutablePointer<Float>) {
        weights.logits(
            hidden.pointer, rows: rows.count, normed: normed.pointer, scale: scale.pointer,
            into: out)
        swirl_log_softmax(
            Int64(rows.count), Int64(configuration.vocabularySize), out, Int64(ld),
            normaliser.pointer)
    }

    /// Adds the loss and the measurements of all targets to `result`. With `wantsGradient`, also overwrites ``logits``
    /// with the gradient of the loss with respect to the raw logits (before the soft cap).
    ///
    /// −c · log π(t) has the gradient c · (π − 1[t]), where c is the token's weight or, in ratio losses, the
    /// coefficient that ``TokenLoss`` computes from it. KL(π ‖ ρ) = Σ π (log π − log ρ) has the gradient π · (log π −
    /// log ρ − KL). The cap multiplies both by 1 − (capped / cap)², where the capped logit is log π plus the row's
    /// normalizer.
    func score(
        _ sequences: [PackedSequence], _ loss: TokenLoss, klCoefficient: Float, wantsGradient: Bool,
        _ result: inout TrainingPass.Result
    ) {
        let v = configuration.vocabularySize
        let cap = Float(configuration.finalSoftcap)
        var row = 0
        for sequence in sequences {
            var logProbabilities: [Float] = []
            logProbabilities.reserveCapacity(sequence.targets.count)
            for target in sequence.targets {
                let p = logits.pointer + row * ld
                let own = p[Int(target.token)]
                logProbabilities.append(own)
                let pulled = klCoefficient != 0 && target.klWeight != 0
                if target.weight != 0 || pulled {
                    let term = loss.term(
                        weight: target.weight, logProbability: own, old: target.oldLogProbability)
                    result.loss += term.loss
                    result.weighted += 1
                    var entropy: Float = 0
                    var divergence: Float = 0
                    let ρ = reference.pointer + row * ld
                    swirl_entropy(Int64(v), p, pulled ? ρ : nil, &entropy, &divergence)
                    result.entropySum += Double(entropy)
                    result.klSum += Double(divergence)
                    if wantsGradient {
                        swirl_logit_gradient(
                            Int64(v), p, pulled ? ρ : nil, cap, normaliser.pointer[row],
                            Int64(target.token), term.coefficient, klCoefficient * target.klWeight,
                            divergence)
                    }
                } else if wantsGradient {
                    p.update(repeating: 0, count: ld)
                }
                row += 1
            }
            result.logProbabilities.append(logProbabilities)
        }
    }

    /// Backpropagates from the raw logits: adds the gradients of the embedding (as output matrix) and of the final norm
    /// to `gradients`, and the gradients of the gathered rows to `dx`, [rows, C].
    func backward(
        _ weights: Weights, into gradients: FloatBuffer,
        dx: UnsafeMutablePointer<Float>
    ) {
        let c = configuration
        let n = rows.count
        let width = c.hiddenSize
        let embedding = weights.layout.embedding
        Matrix.multiplyTransposed(
            logits.pointer, lda: ld, normed.pointer, ldb: width,
            into: gradients.pointer + embedding, ldc: width, m: c.vocabularySize, n: width, k: n)
        Matrix.multiply(
            logits.pointer, lda: ld, weights.flat.pointer + embedding, ldb: width,
            into: dnormed.pointer, ldc: width, m: n, n: width, k: c.vocabularySize)
        dhidden.pointer.update(repeating: 0, count: n * width)
        swirl_rmsnorm_backward(
            Int64(n), Int64(width), hidden.pointer, weights.flat.pointer + weights.layout.finalNorm,
            scale.pointer, dnormed.pointer, dhidden.pointer,
            gradients.pointer + weights.layout.finalNorm)
        for (target, row) in rows.enumerated() {
            swirl_add(Int64(width), dhidden.pointer + target * width, dx + row * width)
        }
    }
}
