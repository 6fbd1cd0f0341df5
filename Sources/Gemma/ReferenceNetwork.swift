import Foundation
import Learning

/// A plain implementation of the network in double precision, without caches, tiles or kernels. Tests compare the fast
/// implementations with it.
package struct ReferenceNetwork {
    private let c: GemmaConfiguration
    private let layout: TensorLayout
    /// All parameters in the layout's order.
    package var parameters: [Double]

    package init(_ weights: Weights) {
        c = weights.configuration
        layout = weights.layout
        parameters = weights.values.map(Double.init)
    }

    /// The name of every tensor and the range of its values in ``parameters``.
    package var tensors: [(name: String, range: Range<Int>)] {
        layout.tensors.map { ($0.name, $0.offset..<$0.offset + $0.count) }
    }

    /// Returns log π(· | tokens[0...t]) for every position t, [T][V], in nats.
    package func logProbabilities(_ tokens: [Int32]) -> [[Double]] {
        var x = tokens.map { token in
            row(layout.embedding, Int(token), c.hiddenSize).map {
                $0 * Double(c.hiddenSize).squareRoot()
            }
        }
        for index in 0..<c.layerCount { x = layer(index, x) }
        return x.map { hidden in
            let normed = norm(hidden, layout.finalNorm)
            let logits = (0..<c.vocabularySize).map { token in
                softcap(dot(normed, row(layout.embedding, token, c.hiddenSize)), c.finalSoftcap)
            }
            let largest = logits.max()!
            let normaliser = largest + log(logits.reduce(0) { $0 + exp($1 - largest) })
            return logits.map { $0 - normaliser }
        }
    }

    /// Returns the loss over the branches, plus `klCoefficient` · Σ klWeight · KL(π ‖ reference) over the predicted
    /// tokens.
    package func loss(
        _ sequence: TokenSequence, loss kind: TokenLoss = .weighted, reference: ReferenceNetwork? = nil,
        klCoefficient: Double = 0
    ) -> Double {
        var loss = 0.0
        for branch in sequence.branches {
            let tokens = sequence.prefix + branch.tokens
            let p = logProbabilities(tokens)
            let ρ = reference?.logProbabilities(tokens)
            for (index, token) in branch.tokens.enumerated() {
                let at = sequence.prefix.count + index - 1
                guard at >= 0 else { continue }
                loss += Self.term(
                    kind, Double(branch.weights[index]), p[at][Int(token)],
                    old: Double(branch.oldLogProbabilities?[index] ?? 0))
                if let ρ, branch.klWeight != 0 {
                    let divergence = zip(p[at], ρ[at]).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
                    loss += klCoefficient * Double(branch.klWeight) * divergence
                }
            }
        }
        return loss
    }

    /// Returns the loss of one token in double precision, computed independently of ``TokenLoss/term``.
    ///
    /// - Parameters:
    ///   - p: log π of the token.
    ///   - old: log π of the token under the policy that sampled it.
    private static func term(_ kind: TokenLoss, _ weight: Double, _ p: Double, old: Double) -> Double {
        let ratio = exp(p - old)
        switch kind {
        case .weighted: return -weight * p
        case .importanceRatio: return -weight * ratio
        case .clippedRatio(let low, let high):
            return -min(weight * ratio, weight * min(max(ratio, 1 - Double(low)), 1 + Double(high)))
        }
    }

    private func layer(_ index: Int, _ x: [[Double]]) -> [[Double]] {
        let at = layout.layers[index]
        let attended = attention(index, x.map { norm($0, at.inputNorm) })
        let middle = zip(x, attended).map { x, a in add(x, norm(a, at.postAttentionNorm)) }
        return middle.map { x in
            let normed = norm(x, at.preFeedforwardNorm)
            let gate = multiply(at.gateUp, c.intermediateSize, normed)
            let up = multiply(
                at.gateUp + c.intermediateSize * c.hiddenSize, c.intermediateSize, normed)
            let activated = zip(gate, up).map { g, u in
                0.5 * g * (1 + tanh((2 / Double.pi).squareRoot() * (g + 0.044715 * g * g * g))) * u
            }
            return add(x, norm(multiply(at.down, c.hiddenSize, activated), at.postFeedforwardNorm))
        }
    }

    private func attention(_ index: Int, _ x: [[Double]]) -> [[Double]] {
        let at = layout.layers[index]
        let d = c.headDimension
        let fused = x.map { multiply(at.fused, c.fusedWidth, $0) }
        func head(_ position: Int, _ offset: Int) -> [Double] { Array(fused[position][offset..<offset + d]) }
        let scale = 1 / c.queryPreAttentionScalar.squareRoot()
        let window = c.window(layer: index)
        return x.indices.map { t in
            var heads: [Double] = []
            for h in 0..<c.headCount {
                let group = h / (c.headCount / c.keyValueHeadCount)
                let q = rotate(head(t, h * d), t)
                let keys = (0...t).filter { window == .max || t - $0 < window }
                let scores = keys.map { s in
                    let k = rotate(head(s, c.headsWidth + group * d), s)
                    return softcap(dot(q, k) * scale, c.attentionSoftcap)
                }
                let largest = scores.max()!
                let total = scores.reduce(0) { $0 + exp($1 - largest) }
                var out = Array(repeating: 0.0, count: d)
                for (score, s) in zip(scores, keys) {
                    let v = head(s, c.headsWidth + c.keyValueWidth + group * d)
                    for i in 0..<d { out[i] += exp(score - largest) / total * v[i] }
                }
                heads += out
            }
            return multiply(at.output, c.hiddenSize, heads)
        }
    }

    private func rotate(_ x: [Double], _ position: Int) -> [Double] {
        let half = c.headDimension / 2
        var out = x
        for i in 0..<half {
            let angle = Double(position) * pow(c.ropeBase, -Double(2 * i) / Double(c.headDimension))
            out[i] = x[i] * cos(angle) - x[half + i] * sin(angle)
            out[half + i] = x[half + i] * cos(angle) + x[i] * sin(angle)
        }
        return out
    }

    private func norm(_ x: [Double], _ weight: Int) -> [Double] {
        let scale = 1 / (dot(x, x) / Double(x.count) + c.normEpsilon).squareRoot()
        return x.indices.map { x[$0] * scale * (1 + parameters[weight + $0]) }
    }

    private func row(_ matrix: Int, _ index: Int, _ width: Int) -> ArraySlice<Double> {
        parameters[matrix + index * width..<matrix + (index + 1) * width]
    }

    private func multiply(_ matrix: Int, _ rows: Int, _ x: [Double]) -> [Double] {
        (0..<rows).map { dot(x, row(matrix, $0, x.count)) }
    }

    private func dot(_ a: [Double], _ b: some Collection<Double>) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private func add(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }

    private func softcap(_ x: Double, _ cap: Double) -> Double { cap == 0 ? x : cap * tanh(x / cap) }
}
