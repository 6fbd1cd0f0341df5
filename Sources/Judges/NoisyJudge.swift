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
    private let errors: JudgeErrors
    private let seed: UInt64

    /// Creates a judge that flips verdicts of another judge.
    ///
    /// - Parameters:
    ///   - noise: the probability that a verdict is flipped, 0 to 1.
    ///   - errors: the steps whose verdicts may be flipped.
    package init(_ judge: any Judge, noise: Double, errors: JudgeErrors = .all, seed: UInt64) {
        self.errors = errors
        self.judge = judge
        self.noise = noise
        self.seed = seed
    }

    package var identity: JudgeIdentity {
        let inner = judge.identity
        let subject = errors == .all ? "" : "errors=\(errors.rawValue)"
        let options = [inner.options, "noise=\(noise.canonical)", subject, "seed=\(seed)"].filter {
            !$0.isEmpty
        }
        return JudgeIdentity(
            name: inner.name, version: inner.version, options: options.joined(separator: " "))
    }

    package var criteria: String {
        "\(judge.criteria); \(noise * 100) % of the verdicts\(errors == .all ? "" : " on \(errors.rawValue) steps") are flipped"
    }

    package var knowledge: JudgeKnowledge { judge.knowledge }
    package var limits: JudgeLimits { judge.limits }

    package func judge(_ request: JudgeRequest) async throws -> Verdict {
        let verdict = try await judge.judge(request)
        var stream = RandomStream(seed: seed, path: path(of: request))
        guard stream.chance(noise), try await isSubject(request) else { return verdict }
        switch verdict.label {
        case .good: return Verdict(.bad, "flipped: \(verdict.reason)", cost: verdict.cost)
        case .bad: return Verdict(.good, "flipped: \(verdict.reason)", cost: verdict.cost)
        case .missing: return verdict
        }
    }

    /// Returns true if the verdict on a step may be flipped.
    private func isSubject(_ request: JudgeRequest) async throws -> Bool {
        switch (errors, request.action) {
        case (.all, _), (.calls, .toolCall), (.answers, .answer): return true
        case (.astray, _):
            for (index, exchange) in request.history.enumerated() {
                let earlier = JudgeRequest(
                    question: request.question, history: Array(request.history[..<index]),
                    action: exchange.action, plan: request.plan)
                if try await judge.judge(earlier).label == .bad { return true }
            }
            return false
        default: return false
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
