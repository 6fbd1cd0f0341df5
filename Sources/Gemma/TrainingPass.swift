import CKernels
import Learning

/// The forward and backward pass over one chunk of packed sequences. It runs on one thread.
///
/// The buffers are reused for every chunk and grow to the size of the largest one.
final class TrainingPass {
    private let configuration: GemmaConfiguration
    private var rowCapacity = 0
    private var keyCapacity = 0
    private var sequenceCapacity = 0
    private var targetCapacity = 0
    private var layers: [LayerActivations] = []
    private var residuals: [FloatBuffer] = []
    private var probabilities: [FloatBuffer] = []
    private var capped: [FloatBuffer] = []
    private var scratch = FloatBuffer(0)
    private var gradient: GradientBuffers!
    private var head: HeadBuffers!

    init(_ configuration: GemmaConfiguration) {
        self.configuration = configuration
    }

    /// The measurements of the forward pass over one chunk.
    struct Result {
        /// log π of every target, by sequence.
        var logProbabilities: [[Float]] = []
        /// The loss summed over the targets, without the KL term.
        var loss = 0.0
        /// The entropy summed over the weighted targets, in nats.
        var entropySum = 0.0
        /// KL(π ‖ reference) summed over the targets with a KL weight, in nats.
        var klSum = 0.0
        /// The number of weighted targets: those with a loss weight or, if there is a KL term, a KL weight.
        var weighted = 0
        /// The number of tokens in the chunk.
        var tokens = 0
    }

    /// Runs the forward pass and, if there are `gradients`, the backward pass.
    ///
    /// - Parameters:
    ///   - gradients: the buffer to which the chunk's gradient is added, in the layout of the weights; `nil` for a
    ///     forward pass only.
    ///   - reference: the weights of the reference policy in the KL term; `nil` for no KL term.
    ///   - klCoefficient: the coefficient of the KL term; 0 for none.
    func run(
        _ sequences: [PackedSequence], _ weights: Weights, loss: TokenLoss, gradients: FloatBuffer?,
        reference: Weights? = nil, klCoefficient: Float = 0
    ) -> Result {
        var result = Result()
        let rows = sequences.reduce(0) { $0 + $1.tokens.count }
        let targets = sequences.reduce(0) { $0 + $1.targets.count }
        result.tokens = rows
        guard rows > 0, targets > 0 else {
            result.logProbabilities = sequences.map { _ in [] }
            return result
        }
        reserve(sequences, rows: rows, targets: targets)
        if let reference, klCoefficient != 0 {
            forward(sequences, reference, rows: rows)
            head.gather(sequences, from: residuals[configuration.layerCount].pointer)
            head.logProbabilities(reference, into: head.reference.pointer)
        }
        forward(sequences, weights, rows: rows)
        head.gather(sequences, from: residuals[configuration.layerCount].pointer)
        head.logProbabilities(weights, into: head.logits.pointer)
        head.score(
            sequences, loss, klCoefficient: reference == nil ? 0 : klCoefficient,
            wantsGradient: gradients != nil, &result)
        if let gradients {
            backward(sequences, weights, rows: rows, into: gradients)
        }
        return result
    }

    private func forward(_ sequences: [PackedSequence], _ weights: Weights, rows: Int) {
        let c = configuration
        weights.embed(sequences.flatMap(\.tokens), into: residuals[0].pointer)
        let positions = sequences.flatMap(\.positions)
        var shape = c.attentionShape
        for index in 0..<c.layerCount {
            LayerPass(weights: weights, index: index, rows: rows, positions: positions).run(
                residuals[index].pointer, into: residuals[index + 1].pointer, layers[index]
            ) { fused, heads in
                forEach(sequences, layer: index) { first, n, ranges, keys in
                    let q = fused + first * c.fusedWidth
                    swirl_attention_forward(
                        &shape, Int64(n), q, q + c.headsWidth, q + c.headsWidth + c.keyValueWidth,
                        Int64(c.fusedWidth), ranges.ranges, ranges.offsets,
                        heads + first * c.headsWidth, Int64(c.headsWidth),
                        probabilities[index].pointer + keys, capped[index].pointer + keys,
                        scratch.pointer)
                }
            }
        }
    }

    private func backward(
        _ sequences: [PackedSequence], _ weights: Weights, rows: Int, into gradients: FloatBuffer
    ) {
        let c = configuration
        let g = gradients.pointer
        let flat = weights.flat.pointer
        let n = Int64(rows)
        let width = Int64(c.hiddenSize)
        let dx = gradient.residual.pointer
        dx.update(repeating: 0, count: rows * c.hiddenSize)
        head.backward(weights, into: gradients, dx: dx)
        let positions = sequences.flatMap(\.positions)
        var shape = c.attentionShape

        for index in (0..<c.layerCount).reversed() {
            let layer = weights.layout.layers[index]
            let a = layers[index]
            let x = residuals[index].pointer

            // Feed-forward half: out = middle + norm(down(geglu(gateUp(norm(middle))))).
            gradient.branch.zero(rows * c.hiddenSize)
            swirl_rmsnorm_backward(
                n, width, a.down.pointer, flat + layer.postFeedforwardNorm, a.downScale.pointer, dx,
                gradient.branch.pointer, g + layer.postFeedforwardNorm)
            through(
                gradient.branch, c.hiddenSize, flat + layer.down, g + layer.down,
                input: a.activated, c.intermediateSize, into: gradient.activated, rows: rows)
            swirl_geglu_backward(
                n, Int64(c.intermediateSize), a.gateUp.pointer, gradient.activated.pointer,
                gradient.gateUp.pointer)
            through(
                gradient.gateUp, 2 * c.intermediateSize, flat + layer.gateUp, g + layer.gateUp,
                input: a.normedMiddle, c.hiddenSize, into: gradient.normed, rows: rows)
            swirl_rmsnorm_backward(
                n, width, a.middle.pointer, flat + layer.preFeedforwardNorm, a.middleScale.pointer,
                gradient.normed.pointer, dx, g + layer.preFeedforwardNorm)

            // Attention half: middle = x + norm(output(attention(fused(norm(x))))).
            gradient.branch.zero(rows * c.hiddenSize)
            swirl_rmsnorm_backward(
                n, width, a.projected.pointer, flat + layer.postAttentionNorm,
                a.projectedScale.pointer, dx, gradient.branch.pointer, g + layer.postAttentionNorm)
            through(
                gradient.branch, c.hiddenSize, flat + layer.output, g + layer.output,
                input: a.heads, c.headsWidth, into: gradient.heads, rows: rows)
            forEach(sequences, layer: index) { first, count, ranges, keys in
                let q = a.fused.pointer + first * c.fusedWidth
                let dq = gradient.fused.pointer + first * c.fusedWidth
                swirl_attention_backward(
                    &shape, Int64(count), q, q + c.headsWidth, q + c.headsWidth + c.keyValueWidth,
                    Int64(c.fusedWidth), ranges.ranges, ranges.offsets,
                    probabilities[index].pointer + keys, capped[index].pointer + keys,
                    gradient.heads.pointer + first * c.headsWidth, Int64(c.headsWidth), dq,
                    dq + c.headsWidth, dq + c.headsWidth + c.keyValueWidth, scratch.pointer)
            }
            swirl_rope(
                n, Int64(c.headCount + c.keyValueHeadCount), Int64(c.headDimension),
                gradient.fused.pointer, Int64(c.fusedWidth), positions, weights.rope.pointer, -1)
            through(
                gradient.fused, c.fusedWidth, flat + layer.fused, g + layer.fused,
                input: a.normedInput, c.hiddenSize, into: gradient.normed, rows: rows)
            swirl_rmsnorm_backward(
                n, width, x, flat + layer.inputNorm, a.inputScale.pointer, gradient.normed.pointer,
                dx, g + layer.inputNorm)
        }

        let scale = Float(Double(c.hiddenSize).squareRoot())
        for (row, token) in sequences.lazy.flatMap(\.tokens).enumerated() {
            let target = g + weights.layout.embedding + Int(token) * c.hiddenSize
            for i in 0..<c.hiddenSize { target[i] += dx[row * c.hiddenSize + i] * scale }
        }
    }

    /// Backpropagates through y = input · Wᵀ with W [out, width]: dinput = dy · W and dW += dyᵀ · input.
    private func through(
        _ dy: FloatBuffer, _ out: Int, _ w: UnsafePointer<Float>, _ dw: UnsafeMutablePointer<Float>,
        input: FloatBuffer, _ width: Int, into dinput: FloatBuffer, rows: Int
    ) {
        Matrix.multiplyTransposed(
            dy.pointer, lda: out, input.pointer, ldb: width, into: dw, ldc: width, m: out, n: width,
            k: rows)
        Matrix.multiply(
            dy.pointer, lda: out, w, ldb: width, into: dinput.pointer, ldc: width, m: rows,
            n: width, k: out)
    }

    /// Calls `body` for every sequence with the index of its first row, its number of rows, its key ranges and the
    /// offset of its stored attention probabilities.
    private func forEach(
        _ sequences: [PackedSequence], layer: Int,
        _ body: (_ first: Int, _ rows: Int, _ ranges: KeyRanges, _ keys: Int) -> Void
    ) {
        var first = 0
        var keys = 0
        for sequence in sequences {
            let ranges = sequence.ranges(window: configuration.window(layer: layer))
            body(first, sequence.tokens.count, ranges, keys)
            first += sequence.tokens.count
            keys += sequence.full.keyCount * configuration.headCount
        }
    }

    private func reserve(_ sequences: [PackedSequence], rows: Int, targets: Int) {
        let c = configuration
        let keys = sequences.reduce(0) { $0 + $1.full.keyCount } * c.headCount
        let longest = sequences.map(\.tokens.count).max() ?? 0
        if rows > rowCapacity {
            rowCapacity = max(rows, rowCapacity * 3 / 2)
            layers = (0..<c.layerCount).map { _ in LayerActivations(c, rows: rowCapacity) }
            residuals = (0...c.layerCount).map { _ in FloatBuffer(rowCapacity * c.hiddenSize) }
            gradient = GradientBuffers(c, rows: rowCapacity)
        }
        if keys > keyCapacity {
            keyCapacity = max(keys, keyCapacity * 3 / 2)
            probabilities = (0..<c.layerCount).map { _ in FloatBuffer(keyCapacity + 16) }
            capped = (0..<c.layerCount).map { _ in FloatBuffer(keyCapacity + 16) }
        }
        if longest > sequenceCapacity {
            sequenceCapacity = max(longest, sequenceCapacity * 3 / 2)
            scratch = FloatBuffer((c.keyValueWidth + c.headCount) * sequenceCapacity + 32)
        }
        if targets > targetCapacity {
            targetCapacity = max(targets, targetCapacity * 3 / 2)
            head = HeadBuffers(c, targets: targetCapacity)
        }
    }
}

/// The gradient buffers of the backward pass, reused by every layer.
private final class GradientBuffers {
    let residual, branch, normed, activated, gateUp, heads, fused: FloatBuffer

    init(_ c: GemmaConfiguration, rows: Int) {
        residual = FloatBuffer(rows * c.hiddenSize)
        branch = FloatBuffer(rows * c.hiddenSize)
        normed = FloatBuffer(rows * c.hiddenSize)
        activated = FloatBuffer(rows * c.intermediateSize)
        gateUp = FloatBuffer(rows * 2 * c.intermediateSize)
        heads = FloatBuffer(rows * c.headsWidth)
        fused = FloatBuffer(rows * c.fusedWidth)
    }
}

extension FloatBuffer {
    fileprivate func zero(_ count: Int) { pointer.update(repeating: 0, count: count) }
}
