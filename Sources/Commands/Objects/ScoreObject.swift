import CommandKit
import Events

extension ObjectType {
    package static let score = ObjectType("score", columns: ScoreObject.columns)
}

/// The log-probabilities of a text's tokens under a policy, the result of `score`.
package struct ScoreObject: WorkspaceObject {
    package static let type = ObjectType.score
    static let columns = ["position", "token", "logprob"]
    /// The tokens as they are written in the vocabulary.
    package let tokens: [String]
    /// The log-probability of every token except the first, in nats.
    package let logProbabilities: [Float]

    package var summary: String { "\(logProbabilities.count) scored tokens" }

    package var frame: Frame? {
        Frame(
            columns: Self.columns,
            rows: zip(1..., logProbabilities).map { position, logProbability in
                [
                    .number(Double(position)), .text(tokens[position].escaped),
                    .number(Double(logProbability)),
                ]
            })
    }
}

extension String {
    /// The string with control characters escaped, so that a token stays in its cell.
    fileprivate var escaped: String {
        unicodeScalars.map {
            $0.properties.generalCategory == .control ? $0.escaped(asASCII: true) : String($0)
        }
        .joined()
    }
}
