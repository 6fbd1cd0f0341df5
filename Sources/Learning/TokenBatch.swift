import Failures

/// A shared prefix and the branches that continue it, with a loss weight for every token of a branch.
///
/// A whole recorded trajectory is one branch after an empty prefix. Several actions that were sampled at one state are
/// branches with the state as prefix:
///
/// ```swift
/// // Two actions at the state [2, 10, 11], with the advantages +1 and −1.
/// TokenSequence(
///     prefix: [2, 10, 11],
///     branches: [.init(tokens: [5, 1], weights: [1, 1]), .init(tokens: [6, 1], weights: [-1, -1])])
/// ```
package struct TokenSequence: Sendable {
    package let prefix: [Int32]
    package let branches: [Branch]

    /// Tokens that continue the prefix, independently of the other branches.
    package struct Branch: Sendable {
        package let tokens: [Int32]
        /// The coefficient of each token in the loss; 0 for tokens that are only context, such as observations.
        package let weights: [Float]
        /// The weight of the branch's tokens in the KL term.
        package let klWeight: Float
        /// log π of each token under the policy that sampled it, in nats; `nil` if the loss does not need them.
        package let oldLogProbabilities: [Float]?

        /// Creates a branch.
        ///
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

    /// The number of tokens, with the prefix counted once.
    package var tokenCount: Int { prefix.count + branches.reduce(0) { $0 + $1.tokens.count } }

    /// Returns a copy with the loss weights multiplied by `factor`. The KL weights stay the same.
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

/// The sequences of one update and the loss of their tokens.
package struct TokenBatch: Sendable {
    package let sequences: [TokenSequence]
    package let loss: TokenLoss

    package init(_ sequences: [TokenSequence], loss: TokenLoss = .weighted) {
        self.sequences = sequences
        self.loss = loss
    }

    /// Checks that every branch has the log-probabilities that the loss needs.
    ///
    /// - Throws: ``MissingOldLogProbabilities`` if the loss uses probability ratios and a branch has no
    ///   log-probabilities of the policy that sampled it.
    package func check() throws {
        guard loss.needsOldLogProbabilities else { return }
        for branch in sequences.lazy.flatMap(\.branches) where branch.oldLogProbabilities == nil {
            throw MissingOldLogProbabilities()
        }
    }
}

/// The error that a loss uses probability ratios, but the tokens have no log-probabilities from sampling.
package struct MissingOldLogProbabilities: Explained {
    package var code: FailureCode { .missingLogProbabilities }
    package var message: String {
        "a loss with probability ratios needs the log-probabilities from sampling, but the actions have none"
    }
}
