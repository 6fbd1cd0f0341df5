import Failures

/// A shared prefix and the token runs that continue it, with a weight for every token.
///
/// A whole recorded sequence is one branch after an empty prefix; the actions re-sampled at a state are several
/// branches after the state.
package struct TokenSequence: Sendable {
    package let prefix: [Int32]
    package let branches: [Branch]

    package struct Branch: Sendable {
        package let tokens: [Int32]
        /// The coefficient of each token in the loss; 0 for tokens that are only read.
        package let weights: [Float]
        /// How much the branch's tokens count in the KL term.
        package let klWeight: Float
        /// log π of each token under the policy that sampled it, nats; `nil` where the loss needs none.
        package let oldLogProbabilities: [Float]?

        /// - Precondition: one weight a token, and one old log-probability a token where there are some.
        package init(
            tokens: [Int32], weights: [Float], klWeight: Float = 0, oldLogProbabilities: [Float]? = nil
        ) {
            precondition(tokens.count == weights.count)
            precondition(oldLogProbabilities.map { $0.count == tokens.count } ?? true)
            self.tokens = tokens
            self.weights = weights
            self.klWeight = klWeight
            self.oldLogProbabilities = oldLogProbabilities
        }
    }

    package init(prefix: [Int32], branches: [Branch]) {
        self.prefix = prefix
        self.branches = branches
    }

    package var tokenCount: Int { prefix.count + branches.reduce(0) { $0 + $1.tokens.count } }

    /// The same sequence with all weights multiplied.
    package func scaled(_ factor: Float) -> TokenSequence {
        TokenSequence(
            prefix: prefix,
            branches: branches.map { branch in
                Branch(
                    tokens: branch.tokens, weights: branch.weights.map { $0 * factor },
                    klWeight: branch.klWeight, oldLogProbabilities: branch.oldLogProbabilities)
            })
    }
}

/// The sequences of one update and the loss that they are learned with.
package struct TokenBatch: Sendable {
    package let sequences: [TokenSequence]
    package let loss: TokenLoss

    package init(_ sequences: [TokenSequence], loss: TokenLoss = .weighted) {
        self.sequences = sequences
        self.loss = loss
    }

    /// - Throws: ``MissingOldLogProbabilities`` where the loss compares with the sampling policy and a branch does
    ///   not say how likely that policy was to write it.
    package func check() throws {
        guard loss.needsOldLogProbabilities else { return }
        for branch in sequences.lazy.flatMap(\.branches) where branch.oldLogProbabilities == nil {
            throw MissingOldLogProbabilities()
        }
    }
}

/// A loss of ratios was asked for without the log-probabilities of the sampling.
package struct MissingOldLogProbabilities: Explained {
    package var code: FailureCode { .missingLogProbabilities }
    package var message: String {
        "a loss of probability ratios needs the log-probabilities of the sampling, and these tokens come without"
    }
}
