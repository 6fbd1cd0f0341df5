import CKernels

/// The activations of one layer, one row per token. Training stores them for the backward pass.
final class LayerActivations {
    let normedInput, inputScale: FloatBuffer
    let fused: FloatBuffer
    let heads: FloatBuffer
    let projected, projectedScale: FloatBuffer
    let middle: FloatBuffer
    let normedMiddle, middleScale: FloatBuffer
    let gateUp, activated: FloatBuffer
    let down, downScale: FloatBuffer

    init(_ c: GemmaConfiguration, rows: Int) {
        func rowsOf(_ width: Int) -> FloatBuffer { FloatBuffer(rows * Weights.padded(width)) }
        normedInput = rowsOf(c.hiddenSize)
        inputScale = FloatBuffer(rows)
        fused = rowsOf(c.fusedWidth)
        heads = rowsOf(c.headsWidth)
        projected = rowsOf(c.hiddenSize)
        projectedScale = FloatBuffer(rows)
        middle = rowsOf(c.hiddenSize)
        normedMiddle = rowsOf(c.hiddenSize)
        middleScale = FloatBuffer(rows)
        gateUp = rowsOf(2 * c.intermediateSize)
        activated = rowsOf(c.intermediateSize)
        down = rowsOf(c.hiddenSize)
        downScale = FloatBuffer(rows)
    }
}

/// The forward pass of one layer over the tokens of any number of sequences, one row per token. Training and decoding
/// differ only in the attention, which the caller provides.
struct LayerPass {
    let weights: Weights
    let index: Int
    let rows: Int
    let positions: [Int32]

    /// Computes the layer.
    ///
    /// - Parameters:
    ///   - x: the residual stream before the layer, [rows, C].
    ///   - out: receives the residual stream after the layer, [rows, C]; must not be `x`.
    ///   - a: receives the activations.
    ///   - attention: computes the heads' outputs (second argument, [rows, H · D]) from queries, keys and values (first
    ///     argument, [rows, (H + 2 · KV) · D]). Queries and keys are already rotated.
    func run(
        _ x: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>, _ a: LayerActivations,
        attention: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
    ) {
        let c = weights.configuration
        let layer = weights.layout.layers[index]
        let storage = weights.storage
        let n = Int64(rows)
        let width = c.hiddenSize
        let epsilon = Float(c.normEpsilon)

        swirl_rmsnorm(
            n, Int64(width), x, storage.vector(layer.inputNorm), epsilon, a.normedInput.pointer,
            a.inputScale.pointer)
        project(layer.fused, a.normedInput, width, into: a.fused, c.fusedWidth)
        positions.withUnsafeBufferPointer { positions in
            // Queries and keys are adjacent, so one call rotates both.
            swirl_rope(
                n, Int64(c.headCount + c.keyValueHeadCount), Int64(c.headDimension),
                a.fused.pointer, Int64(c.fusedWidth), positions.baseAddress!, weights.rope.pointer, 1)
        }
        attention(a.fused.pointer, a.heads.pointer)
        project(layer.output, a.heads, c.headsWidth, into: a.projected, width)
        swirl_rmsnorm(
            n, Int64(width), a.projected.pointer, storage.vector(layer.postAttentionNorm), epsilon,
            a.middle.pointer, a.projectedScale.pointer)
        swirl_add(n * Int64(width), x, a.middle.pointer)

        swirl_rmsnorm(
            n, Int64(width), a.middle.pointer, storage.vector(layer.preFeedforwardNorm), epsilon,
            a.normedMiddle.pointer, a.middleScale.pointer)
        project(layer.gateUp, a.normedMiddle, width, into: a.gateUp, 2 * c.intermediateSize)
        swirl_geglu(n, Int64(c.intermediateSize), a.gateUp.pointer, a.activated.pointer)
        project(layer.down, a.activated, c.intermediateSize, into: a.down, width)
        swirl_rmsnorm(
            n, Int64(width), a.down.pointer, storage.vector(layer.postFeedforwardNorm), epsilon, out,
            a.downScale.pointer)
        swirl_add(n * Int64(width), a.middle.pointer, out)
    }

    private func project(
        _ offset: Int, _ input: FloatBuffer, _ k: Int, into output: FloatBuffer, _ n: Int
    ) {
        weights.storage.project(
            offset, outputs: n, columns: k, input.pointer, rows: rows, into: output.pointer, ldOut: n)
    }
}

extension GemmaConfiguration {
    /// The attention parameters in the form that the kernels take.
    var attentionShape: swirl_attention_shape {
        swirl_attention_shape(
            heads: Int64(headCount), kv_heads: Int64(keyValueHeadCount),
            head_dim: Int64(headDimension),
            scale: Float(1 / queryPreAttentionScalar.squareRoot()),
            softcap: Float(attentionSoftcap))
    }
}

extension Weights {
    /// Computes x[row] = E[token] · √C.
    func embed(_ tokens: [Int32], into x: UnsafeMutablePointer<Float>) {
        storage.embed(tokens, scale: Float(Double(configuration.hiddenSize).squareRoot()), into: x)
    }

    /// Computes the capped logits from the residual stream: final norm, tied output matrix, soft cap.
    ///
    /// - Parameters:
    ///   - x: the residual stream after the last layer, [rows, C].
    ///   - normed: receives the normalized stream, [rows, C].
    ///   - scale: receives 1 / RMS of each row for the backward pass; `nil` if it is not needed.
    ///   - logits: receives the logits, [rows, padded V].
    func logits(
        _ x: UnsafePointer<Float>, rows: Int, normed: UnsafeMutablePointer<Float>,
        scale: UnsafeMutablePointer<Float>?, into logits: UnsafeMutablePointer<Float>
    ) {
        let c = configuration
        swirl_rmsnorm(
            Int64(rows), Int64(c.hiddenSize), x, storage.vector(layout.finalNorm),
            Float(c.normEpsilon), normed, scale)
        let ld = Self.padded(c.vocabularySize)
        storage.project(
            layout.embedding, outputs: c.vocabularySize, columns: c.hiddenSize, normed, rows: rows,
            into: logits, ldOut: ld)
        swirl_softcap(
            Int64(rows), Int64(c.vocabularySize), logits, Int64(ld), Float(c.finalSoftcap))
    }
}
