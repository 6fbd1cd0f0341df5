import Trajectories

extension NanoWorld {
    /// Every generated world, in the order that tables show them.
    package static let all: [NanoWorld] = [.hop, .musique, .cofca, .beer, .gsm]

    /// The corpora that their questions are asked about.
    package static let corpora: [Corpus] = [
        NanoKnowledge.factual.corpus, NanoKnowledge.counterfactual.corpus,
    ]
}
