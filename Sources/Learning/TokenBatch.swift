import Failures

/// A shared prefix and the token runs that continue it, with a weight for every token.
///
/// A whole recorded sequence is one branch after an empty prefix. Actions re-sampled at a state are several branches,
/// with the state as prefix.
package struct TokenSequence: Sendable {
    package let prefix: [Int32]
    package let branches: [Branch]

    package struct Branch: Sendable {
        package let tokens: [Int32]
        /// The coefficient of each token in the loss; 0 for tokens that are only read.
        package let weights: [Float]
        /// The weight of the branch's tokens in the KL term.
        package let klWeight: Float
        /// log π of each token under the policy that sampled it, in nats; `nil` if the loss does not need them.
        package let oldLogProbabilities: [Float]?

        /// - Precondition: there is one weight per token and, unless `nil`, one old log-probability per token.
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

    /// Returns the same sequence with the loss weights multiplied by `factor`. The KL weights stay the same.
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

/// The sequences of one update and their loss.
package struct TokenBatch: Sendable {
    package let sequences: [TokenSequence]
    package let loss: TokenLoss

    package init(_ sequences: [TokenSequence], loss: TokenLoss = .weighted) {
        self.sequences = sequences
        self.loss = loss
    }

    /// Checks that every branch has the log-probabilities that the loss needs.
    ///
    /// - Throws: ``MissingOldLogProbabilities`` if the loss compares with the sampling policy and a branch lacks its
    ///   log-probabilities.
    package func check() throws {
        guard loss.needsOldLogProbabilities else { return }
        for branch in sequences.lazy.flatMap(\.branches) where branch.oldLogProbabilities == nil {
            throw MissingOldLogProbabilities()
        }
    }
}

/// A loss of probability ratios without the log-probabilities of sampling.
package struct MissingOldLogProbabilities: Explained {
    package var code: FailureCode { .missingLogProbabilities }
    package var message: String {
        "a loss of probability ratios needs the log-probabilities of sampling, and these tokens have none"
    }
}
