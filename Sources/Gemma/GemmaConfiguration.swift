import Failures
import Keys

/// The hyperparameters of a Gemma 2 network. The names follow the fields of the published config.json.
///
/// Shapes in this module use these symbols: T = positions, C = `hiddenSize`, H = `headCount` (query heads), KV =
/// `keyValueHeadCount`, D = `headDimension`, V = `vocabularySize`. A row is one position of one sequence.
package struct GemmaConfiguration: Hashable, Sendable, Codable {
    package var vocabularySize: Int
    package var hiddenSize: Int
    package var layerCount: Int
    package var headCount: Int
    /// The number of key-value heads. Query heads share them in equal groups.
    package var keyValueHeadCount: Int
    package var headDimension: Int
    package var intermediateSize: Int
    /// The number of positions that a layer with a sliding window attends to, the current one included. Even layers (0,
    /// 2, …) have the window; odd layers attend to all earlier positions.
    package var slidingWindow: Int
    /// Attention scores are multiplied by this value to the power of −½.
    package var queryPreAttentionScalar: Double
    /// The soft cap of the attention scores, cap · tanh(score / cap); 0 switches it off.
    package var attentionSoftcap: Double
    /// The soft cap of the logits; 0 switches it off.
    package var finalSoftcap: Double
    /// The base θ of the rotary position embedding.
    package var ropeBase: Double
    /// The ε that RMSNorm adds to the mean square.
    package var normEpsilon: Double
    /// The maximum length of a sequence in tokens.
    package var maximumPositions: Int

    package init(
        vocabularySize: Int, hiddenSize: Int, layerCount: Int, headCount: Int,
        keyValueHeadCount: Int, headDimension: Int, intermediateSize: Int,
        slidingWindow: Int = 4096, queryPreAttentionScalar: Double? = nil,
        attentionSoftcap: Double = 50, finalSoftcap: Double = 30, ropeBase: Double = 10_000,
        normEpsilon: Double = 1e-6, maximumPositions: Int = 8192
    ) {
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.layerCount = layerCount
        self.headCount = headCount
        self.keyValueHeadCount = keyValueHeadCount
        self.headDimension = headDimension
        self.intermediateSize = intermediateSize
        self.slidingWindow = slidingWindow
        self.queryPreAttentionScalar = queryPreAttentionScalar ?? Double(headDimension)
        self.attentionSoftcap = attentionSoftcap
        self.finalSoftcap = finalSoftcap
        self.ropeBase = ropeBase
        self.normEpsilon = normEpsilon
        self.maximumPositions = maximumPositions
    }

    /// The width of the fused projection to queries, keys and values: (H + 2 · KV) · D.
    var fusedWidth: Int { (headCount + 2 * keyValueHeadCount) * headDimension }
    /// The width of the concatenated heads: H · D.
    var headsWidth: Int { headCount * headDimension }
    var keyValueWidth: Int { keyValueHeadCount * headDimension }

    /// Returns the number of positions that a layer attends to; `Int.max` if it attends to all earlier positions.
    func window(layer: Int) -> Int { layer % 2 == 0 ? slidingWindow : Int.max }

    /// Checks that a sequence of `length` tokens fits into the context.
    ///
    /// - Throws: ``SequenceTooLong`` if it has more than ``maximumPositions`` tokens.
    func checkLength(_ length: Int) throws {
        guard length <= maximumPositions else {
            throw SequenceTooLong(length: length, limit: maximumPositions)
        }
    }

    /// The number of trainable parameters. The output matrix is tied to the embedding and counts once.
    package var parameterCount: Int { TensorLayout(self).count }

    /// A message about the first invalid value, with the field's name in config.json; `nil` if all values are valid.
    package var problem: String? {
        let sizes = [
            ("vocab_size", vocabularySize), ("hidden_size", hiddenSize), ("num_hidden_layers", layerCount),
            ("num_attention_heads", headCount), ("num_key_value_heads", keyValueHeadCount),
            ("head_dim", headDimension), ("intermediate_size", intermediateSize),
            ("sliding_window", slidingWindow), ("max_position_embeddings", maximumPositions),
        ]
        // The limit is far above any trained network, and the product of two sizes can't overflow.
        if let (name, size) = sizes.first(where: { !(1...(1 << 24)).contains($0.1) }) {
            return "\(name) is \(size), but must be between 1 and 16777216"
        }
        if layerCount > 1_024 { return "num_hidden_layers is \(layerCount); at most 1024 are supported" }
        if maximumPositions * headDimension > 1 << 30 {
            return "max_position_embeddings \(maximumPositions) with head_dim \(headDimension) is too large"
        }
        if headCount * headDimension > 1 << 24 {
            return "num_attention_heads \(headCount) with head_dim \(headDimension) is too large"
        }
        if headCount % keyValueHeadCount != 0 {
            return
                "num_attention_heads \(headCount) is not a multiple of num_key_value_heads \(keyValueHeadCount)"
        }
        if headDimension % 2 != 0 {
            return "head_dim \(headDimension) is odd; rotary embeddings need an even number"
        }
        let numbers = [
            ("query_pre_attn_scalar", queryPreAttentionScalar), ("rope_theta", ropeBase),
            ("rms_norm_eps", normEpsilon),
        ]
        if let (name, number) = numbers.first(where: { !($0.1 > 0 && $0.1.isFinite) }) {
            return "\(name) is \(number), but must be positive and finite"
        }
        let caps = [("attn_logit_softcapping", attentionSoftcap), ("final_logit_softcapping", finalSoftcap)]
        if let (name, cap) = caps.first(where: { !($0.1 >= 0 && $0.1.isFinite) }) {
            return "\(name) is \(cap), but must be finite and not negative"
        }
        return nil
    }
}

/// The error that a sequence needs more tokens than the network has positions.
package struct SequenceTooLong: Explained, Hashable {
    /// The number of tokens that the sequence has or could reach.
    package let length: Int
    /// The maximum number of tokens.
    package let limit: Int

    package var code: FailureCode { .tooLong }
    package var message: String {
        "a sequence needs up to \(length) tokens, but the policy's context has \(limit)"
    }
    package var hint: String? { "shorten the text, or allow fewer steps or shorter actions" }
}

extension GemmaConfiguration: Canonical {
    package var canonical: String {
        CanonicalText.record(
            "gemma2",
            [
                "vocabulary": vocabularySize, "hidden": hiddenSize, "layers": layerCount, "heads": headCount,
                "key-value-heads": keyValueHeadCount, "head-dimension": headDimension,
                "intermediate": intermediateSize, "window": slidingWindow,
                "query-scalar": queryPreAttentionScalar, "attention-cap": attentionSoftcap,
                "final-cap": finalSoftcap, "rope-base": ropeBase, "norm-epsilon": normEpsilon,
                "positions": maximumPositions,
            ])
    }
}
