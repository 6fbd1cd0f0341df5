import Synchronization

/// Values that are derived from judgements, computed when they are first asked for.
final class JudgementsCache: Sendable {
    private let rates = Mutex<[Int: Double]?>(nil)
    private let kinds = Mutex<[String: String]>([:])

    /// Returns the share of right answers among the graded attempts, by the number of the question.
    func solveRates(of judgements: Judgements) -> [Int: Double] {
        rates.withLock { known in
            if let known { return known }
            var rates = SolveRates()
            rates.add(judgements)
            known = rates.byQuestion
            return rates.byQuestion
        }
    }

    /// Returns the kind of a verdict's reason. Judges repeat their reasons, so most kinds are known.
    func reasonKind(of verdict: Verdict) -> String {
        if let kind = kinds.withLock({ $0[verdict.reason] }) { return kind }
        let kind = verdict.reasonKind
        kinds.withLock { $0[verdict.reason] = kind }
        return kind
    }
}
