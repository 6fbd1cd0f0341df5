/// How far two raters agree on yes-or-no questions, beyond what chance alone would give.
package struct Agreement: Hashable, Sendable {
    /// How often both said yes, only the first, only the second, neither.
    package let both: Int
    package let onlyFirst: Int
    package let onlySecond: Int
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

    package var count: Int { both + onlyFirst + onlySecond + neither }

    /// The share of equal answers; `nil` without any.
    package var observed: Double? { count == 0 ? nil : Double(both + neither) / Double(count) }

    /// Cohen's kappa: (observed − expected) / (1 − expected), the expected agreement being that of
    /// two raters who say yes as often as these and know nothing. `nil` where it says nothing: without
    /// answers, or where both gave one and the same answer throughout.
    ///
    /// Source: J. Cohen, A coefficient of agreement for nominal scales, 1960.
    package var kappa: Double? {
        guard let observed else { return nil }
        let n = Double(count)
        let (first, second) = (Double(both + onlyFirst) / n, Double(both + onlySecond) / n)
        let expected = first * second + (1 - first) * (1 - second)
        return expected < 1 ? (observed - expected) / (1 - expected) : nil
    }
}
