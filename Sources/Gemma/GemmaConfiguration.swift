import Failures
import Keys

/// The shape of a Gemma 2 network. The names follow the fields of its published config.json.
///
/// Dimensions in this module: B sequences, T positions, C = `hiddenSize`, H query heads, D = `headDimension`, V
/// vocabulary.
package struct GemmaConfiguration: Hashable, Sendable, Codable {
    package var vocabularySize: Int
    package var hiddenSize: Int
    package var layerCount: Int
    package var headCount: Int
    /// The number of key-value heads. Query heads share them in equal groups.
    package var keyValueHeadCount: Int
    package var headDimension: Int
    package var intermediateSize: Int
    /// The window of a sliding layer in positions. Even layers slide; odd layers attend to all earlier positions.
    package var slidingWindow: Int
    /// Attention scores are multiplied by this value to the power of −½.
    package var queryPreAttentionScalar: Double
    /// The soft cap of the attention scores; 0 switches it off.
    package var attentionSoftcap: Double
    package var finalSoftcap: Double
    package var ropeBase: Double
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

    /// The width of queries, keys and values side by side: (H + 2 · KV) · D.
    var fusedWidth: Int { (headCount + 2 * keyValueHeadCount) * headDimension }
    /// The width of the concatenated heads: H · D.
    var headsWidth: Int { headCount * headDimension }
    var keyValueWidth: Int { keyValueHeadCount * headDimension }

    /// Returns the window of a layer; `Int.max` if the layer attends to all earlier positions.
    func window(layer: Int) -> Int { layer % 2 == 0 ? slidingWindow : Int.max }

    /// - Throws: ``SequenceTooLong`` if the sequence is longer than the table of positions.
    func checkLength(_ length: Int) throws {
        guard length <= maximumPositions else {
            throw SequenceTooLong(length: length, limit: maximumPositions)
        }
    }

    package var parameterCount: Int { TensorLayout(self).count }

    /// A problem with the numbers, in the terms of config.json; `nil` if a network can be built.
    package var problem: String? {
        let sizes = [
            ("vocab_size", vocabularySize), ("hidden_size", hiddenSize), ("num_hidden_layers", layerCount),
            ("num_attention_heads", headCount), ("num_key_value_heads", keyValueHeadCount),
            ("head_dim", headDimension), ("intermediate_size", intermediateSize),
            ("sliding_window", slidingWindow), ("max_position_embeddings", maximumPositions),
        ]
        // The limit is far above any trained network, and the product of two sizes can't overflow.
        if let (name, size) = sizes.first(where: { !(1...(1 << 24)).contains($0.1) }) {
            return "\(name) is \(size), which is out of range"
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
    package let length: Int
    package let limit: Int

    package var code: FailureCode { .tooLong }
    package var message: String {
        "a sequence may grow to \(length) tokens, but the policy reads at most \(limit)"
    }
    package var hint: String? { "allow fewer steps or shorter actions" }
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
