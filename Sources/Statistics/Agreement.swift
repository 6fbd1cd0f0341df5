/// The agreement of two raters on yes-or-no questions, as the observed share and as Cohen's kappa.
///
/// ```swift
/// Agreement([(first: true, second: true), (first: true, second: false)]).observed  // 0.5
/// ```
package struct Agreement: Hashable, Sendable {
    /// The number of questions to which both raters said yes.
    package let both: Int
    /// The number of questions to which only the first rater said yes.
    package let onlyFirst: Int
    /// The number of questions to which only the second rater said yes.
    package let onlySecond: Int
    /// The number of questions to which neither rater said yes.
    package let neither: Int

    package init(_ pairs: some Sequence<(first: Bool, second: Bool)>) {
        var (both, onlyFirst, onlySecond, neither) = (0, 0, 0, 0)
        for pair in pairs {
            switch (pair.first, pair.second) {
            case (true, true): both += 1
            case (true, false): onlyFirst += 1
            case (false, true): onlySecond += 1
            case (false, false): neither += 1
            }
        }
        (self.both, self.onlyFirst, self.onlySecond, self.neither) = (both, onlyFirst, onlySecond, neither)
    }

    /// The number of questions.
    package var count: Int { both + onlyFirst + onlySecond + neither }

    /// The share of questions with equal answers; `nil` if there are no questions.
    package var observed: Double? { count == 0 ? nil : Double(both + neither) / Double(count) }

    /// Cohen's kappa: (observed − expected) / (1 − expected).
    ///
    /// The expected agreement is that of two independent raters with the same frequencies of yes. Kappa is undefined
    /// (`nil`) without questions, and if both raters always gave one and the same answer.
    ///
    /// Source: J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20,
    /// 1960.
    package var kappa: Double? {
        guard let observed else { return nil }
        let n = Double(count)
        let (first, second) = (Double(both + onlyFirst) / n, Double(both + onlySecond) / n)
        let expected = first * second + (1 - first) * (1 - second)
        return expected < 1 ? (observed - expected) / (1 - expected) : nil
    }
}
