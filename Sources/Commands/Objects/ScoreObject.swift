import CommandKit
import Events

extension ObjectType {
    package static let score = ObjectType("score", columns: ScoreObject.columns)
}

/// How likely a policy finds a text.
package struct ScoreObject: WorkspaceObject {
    package static let type = ObjectType.score
    static let columns = ["position", "token", "logprob"]
    /// As they stand in the vocabulary.
    package let tokens: [String]
    /// Of every token but the first, nats.
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
    /// With control characters written out, so that a token stays in its cell.
    fileprivate var escaped: String {
        unicodeScalars.map {
            $0.properties.generalCategory == .control ? $0.escaped(asASCII: true) : String($0)
        }
        .joined()
    }
}
