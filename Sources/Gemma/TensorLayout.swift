/// The location of every tensor in one flat array of parameters.
///
/// Tensors have the names and shapes of the published checkpoints ([out, in] for projections). The projections to
/// queries, keys and values are adjacent and form one fused matrix, as do the gate and up projections.
struct TensorLayout: Sendable {
    struct Tensor: Sendable {
        let name: String
        let shape: [Int]
        /// The index of the first value in the array of parameters.
        let offset: Int
        var count: Int { shape.reduce(1, *) }
        /// True for norm weights. They start at zero, y = x̂ · (1 + w), and have no weight decay.
        var isVector: Bool { shape.count == 1 }
    }

    /// The offsets of one layer's tensors. `fused` begins with the queries, and `gateUp` with the gate.
    struct Layer: Sendable {
        let inputNorm, fused, output, postAttentionNorm, preFeedforwardNorm, gateUp, down: Int
        let postFeedforwardNorm: Int
    }

    private(set) var tensors: [Tensor] = []
    let layers: [Layer]
    /// The offset of the embedding, which is also the output matrix.
    let embedding: Int
    /// The offset of the final norm's weights.
    let finalNorm: Int
    /// The number of parameters.
    let count: Int
    /// All matrices, with fused projections as one matrix: offset, outputs (`rows`) and inputs (`columns`).
    let matrices: [(offset: Int, rows: Int, columns: Int)]

    init(_ c: GemmaConfiguration) {
        var tensors: [Tensor] = []
        var end = 0
        func add(_ name: String, _ shape: Int...) -> Int {
            tensors.append(Tensor(name: name, shape: shape, offset: end))
            defer { end += tensors.last!.count }
            return end
        }
        embedding = add("model.embed_tokens.weight", c.vocabularySize, c.hiddenSize)
        layers = (0..<c.layerCount).map { index in
            let prefix = "model.layers.\(index)."
            let inputNorm = add(prefix + "input_layernorm.weight", c.hiddenSize)
            let fused = add(prefix + "self_attn.q_proj.weight", c.headsWidth, c.hiddenSize)
            _ = add(prefix + "self_attn.k_proj.weight", c.keyValueWidth, c.hiddenSize)
            _ = add(prefix + "self_attn.v_proj.weight", c.keyValueWidth, c.hiddenSize)
            let output = add(prefix + "self_attn.o_proj.weight", c.hiddenSize, c.headsWidth)
            let postAttention = add(prefix + "post_attention_layernorm.weight", c.hiddenSize)
            let preFeedforward = add(prefix + "pre_feedforward_layernorm.weight", c.hiddenSize)
            let gateUp = add(prefix + "mlp.gate_proj.weight", c.intermediateSize, c.hiddenSize)
            _ = add(prefix + "mlp.up_proj.weight", c.intermediateSize, c.hiddenSize)
            let down = add(prefix + "mlp.down_proj.weight", c.hiddenSize, c.intermediateSize)
            let postFeedforward = add(prefix + "post_feedforward_layernorm.weight", c.hiddenSize)
            return Layer(
                inputNorm: inputNorm, fused: fused, output: output,
                postAttentionNorm: postAttention, preFeedforwardNorm: preFeedforward,
                gateUp: gateUp, down: down, postFeedforwardNorm: postFeedforward)
        }
        finalNorm = add("model.norm.weight", c.hiddenSize)
        self.tensors = tensors
        count = end
        matrices =
            [(embedding, c.vocabularySize, c.hiddenSize)]
            + layers.flatMap {
                [
                    ($0.fused, c.fusedWidth, c.hiddenSize), ($0.output, c.hiddenSize, c.headsWidth),
                    ($0.gateUp, 2 * c.intermediateSize, c.hiddenSize),
                    ($0.down, c.hiddenSize, c.intermediateSize),
                ]
            }
    }
}
