import CommandKit
import Events
import Gemma
import Models
import Trajectories

/// The command `score`: computes the log-probability that the policy gives each token of a text.
///
/// Examples: `score text:"who is the director?"`, `score tokens:[2 10 4]`.
struct ScoreCommand: CatalogCommand {
    static let name = "score"
    static let group = CommandGroup.evaluate
    static let summary = "shows the policy's log-probability of a text, token by token"
    static let discussion = """
        The result has one row for every token except the first, which has no context to be predicted from. \
        A row has the token's position (from 0), the token, and its log-probability in nats given all tokens \
        before it. text: is encoded by the policy's tokenizer as a whole text, including the tokens that the \
        tokenizer puts around it. tokens: takes token ids as they are.
        """
    static let text = Parameter<String?>.text("text", "the text to score")
    static let tokens = Parameter<[Int]>.integers(
        "tokens", in: 0...Int(Int32.max), "the token ids to score")
    static let policy = Parameter<PolicyObject>.slot("policy", "the policy that scores")
    var parameters: [ParameterDeclaration] {
        [Self.text.declaration, Self.tokens.declaration, Self.policy.declaration]
    }

    init(_ services: Services) {}

    static let result = CommandResult.object(.score)
    static let examples = [
        CommandExample(
            "model nano tokens:20k; score text:\" who is the director of amber anchor?\"",
            "how likely the base finds a question", shows: ["position…token…logprob"])
    ]

    func problems(_ call: Call) -> [CallProblem] {
        switch (call.isGiven(Self.text), call.isGiven(Self.tokens)) {
        case (true, true):
            [
                CallProblem(
                    .noEffect, parameter: "tokens", "text and tokens can't be given together",
                    hint: "give one of them")
            ]
        case (false, false):
            [CallProblem(.missingArgument, "score needs text:\"…\" or tokens:[…]")]
        default: []
        }
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let policy = call[Self.policy].policy as? any TokenPolicy else {
            throw CommandFailure(
                .noLikelihoods, "this policy does not report log-probabilities",
                hint: "score with an embedded policy")
        }
        let tokens =
            call[Self.text].map { policy.encode($0) } ?? call[Self.tokens].map { Int32($0) }
        let size = policy.vocabularySize
        if let unknown = tokens.first(where: { $0 >= size }) {
            throw CommandFailure(
                .unknownToken, "token \(unknown) is not in the policy's vocabulary",
                hint: "ids go from 0 to \(size - 1)")
        }
        guard tokens.count > 1 else {
            throw CommandFailure(
                .tooFewTokens, "fewer than two tokens leave no token to predict",
                hint: "give at least two tokens")
        }
        do {
            let scores = try await policy.logProbabilities(tokens)
            return .object(
                ScoreObject(
                    tokens: tokens.map { policy.piece($0) }, logProbabilities: scores))
        } catch let error as SequenceTooLong {
            throw CommandFailure(
                .tooLong,
                "\(tokens.count.grouped) tokens are too many: the policy reads at most \(error.limit.grouped)"
            )
        }
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let score = output.object as? ScoreObject, let frame = score.frame else { return }
        let sum = score.logProbabilities.reduce(0) { $0 + Double($1) }
        let mean = sum / Double(score.logProbabilities.count)
        context.emit(
            .table(
                Table(
                    name: "score", columns: frame.columns, rows: frame.rows,
                    notes: ["sum \(sum.fixed(4)), mean \(mean.fixed(4)) nats per token"])))
    }
}
