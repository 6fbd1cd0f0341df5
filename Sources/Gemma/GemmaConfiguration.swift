import Failures
import Keys

/// The shape of a Gemma 2 network, with the field names of its published config.json in mind.
///
/// Dimensions throughout this room: B sequences, T positions, C = `hiddenSize`, H query heads,
/// D = `headDimension`, V vocabulary.
package struct GemmaConfiguration: Hashable, Sendable, Codable {
    package var vocabularySize: Int
    package var hiddenSize: Int
    package var layerCount: Int
    package var headCount: Int
    /// Query heads share key-value heads in equal groups.
    package var keyValueHeadCount: Int
    package var headDimension: Int
    package var intermediateSize: Int
    /// How far back a sliding layer sees; even layers slide, odd ones see everything.
    package var slidingWindow: Int
    /// Scores are scaled by this to the power of −½.
    package var queryPreAttentionScalar: Double
    /// 0 switches the cap off.
    package var attentionSoftcap: Double
    package var finalSoftcap: Double
    package var ropeBase: Double
    package var normEpsilon: Double
    /// The longest sequence.
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

    /// The window of a layer; `Int.max` where it sees everything.
    func window(layer: Int) -> Int { layer % 2 == 0 ? slidingWindow : Int.max }

    /// - Throws: ``SequenceTooLong`` when a sequence would leave the table of positions.
    func checkLength(_ length: Int) throws {
        guard length <= maximumPositions else {
            throw SequenceTooLong(length: length, limit: maximumPositions)
        }
    }

    package var parameterCount: Int { TensorLayout(self).count }

    /// What is wrong with the numbers, in the terms of config.json; `nil` where a network can be built.
    package var problem: String? {
        let sizes = [
            ("vocab_size", vocabularySize), ("hidden_size", hiddenSize), ("num_hidden_layers", layerCount),
            ("num_attention_heads", headCount), ("num_key_value_heads", keyValueHeadCount),
            ("head_dim", headDimension), ("intermediate_size", intermediateSize),
            ("sliding_window", slidingWindow), ("max_position_embeddings", maximumPositions),
        ]
        // Far beyond what anybody trains, and no product of two of them overflows.
        if let (name, size) = sizes.first(where: { !(1...(1 << 24)).contains($0.1) }) {
            return "\(name) is \(size)"
        }
        if layerCount > 1_024 { return "num_hidden_layers is \(layerCount)" }
        if maximumPositions * headDimension > 1 << 30 {
            return "max_position_embeddings \(maximumPositions) with head_dim \(headDimension) is too large"
        }
        if headCount * headDimension > 1 << 24 {
            return "num_attention_heads \(headCount) with head_dim \(headDimension) is too large"
        }
        if headCount % keyValueHeadCount != 0 {
            return
                "num_attention_heads \(headCount) is no multiple of num_key_value_heads \(keyValueHeadCount)"
        }
        if headDimension % 2 != 0 { return "head_dim \(headDimension) is odd: rotation needs pairs" }
        let numbers = [
            ("query_pre_attn_scalar", queryPreAttentionScalar), ("rope_theta", ropeBase),
            ("rms_norm_eps", normEpsilon),
        ]
        if let (name, number) = numbers.first(where: { !($0.1 > 0 && $0.1.isFinite) }) {
            return "\(name) is \(number)"
        }
        let caps = [("attn_logit_softcapping", attentionSoftcap), ("final_logit_softcapping", finalSoftcap)]
        if let (name, cap) = caps.first(where: { !($0.1 >= 0 && $0.1.isFinite) }) {
            return "\(name) is \(cap)"
        }
        return nil
    }
}

/// A sequence holds more tokens than the network has positions.
package struct SequenceTooLong: Explained, Hashable {
    package let length: Int
    package let limit: Int

    package var code: FailureCode { .tooLong }
    package var message: String {
        "a sequence may grow to \(length) tokens, and the policy reads at most \(limit)"
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
