import Keys
import Trajectories

/// A judge whose verdicts are flipped with a known probability, to study the effect of judge errors.
///
/// Whether a verdict is flipped depends only on the judge's name, the seed, the state and the action. Equal actions at
/// the same state are therefore either all flipped or not at all, and different actions are flipped independently.
/// Missing verdicts stay missing.
package struct NoisyJudge: Judge {
    private let judge: any Judge
    private let noise: Double
    private let seed: UInt64

    /// Creates a judge that flips verdicts of another judge.
    ///
    /// - Parameter noise: the probability that a verdict is flipped, 0 to 1.
    package init(_ judge: any Judge, noise: Double, seed: UInt64) {
        self.judge = judge
        self.noise = noise
        self.seed = seed
    }

    package var identity: JudgeIdentity {
        let inner = judge.identity
        let options = [inner.options, "noise=\(noise.canonical)", "seed=\(seed)"].filter { !$0.isEmpty }
        return JudgeIdentity(
            name: inner.name, version: inner.version, options: options.joined(separator: " "))
    }

    package var criteria: String {
        "\(judge.criteria); \(noise * 100) % of the verdicts are flipped"
    }

    package var knowledge: JudgeKnowledge { judge.knowledge }
    package var limits: JudgeLimits { judge.limits }

    package func judge(_ request: JudgeRequest) async throws -> Verdict {
        let verdict = try await judge.judge(request)
        var stream = RandomStream(seed: seed, path: path(of: request))
        guard stream.chance(noise) else { return verdict }
        switch verdict.label {
        case .good: return Verdict(.bad, "flipped: \(verdict.reason)", cost: verdict.cost)
        case .bad: return Verdict(.good, "flipped: \(verdict.reason)", cost: verdict.cost)
        case .missing: return verdict
        }
    }

    /// Returns the name of the random stream that decides about a flip.
    private func path(of request: JudgeRequest) -> [RandomStream.Part] {
        var path: [RandomStream.Part] = [
            // The version of this path, not of the judge: a new version of a judge flips the same verdicts.
            "noise", .word(judge.identity.name), .number(1), .word(request.question.id),
        ]
        for exchange in request.history {
            path += [.word(exchange.action.canonical), .word(exchange.observation ?? "")]
        }
        return path + [.word(request.action.canonical)]
    }
}
