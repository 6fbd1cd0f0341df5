import Foundation

/// Student's t distribution.
struct StudentT {
    private let degreesOfFreedom: Double

    init(_ degreesOfFreedom: Double) {
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// Returns P(T ≥ t).
    func upperTail(_ t: Double) -> Double {
        guard t.isFinite else { return t > 0 ? 0 : 1 }
        let half =
            0.5
            * Self.incompleteBeta(
                degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5)
        return t >= 0 ? half : 1 - half
    }

    /// Returns the quantile: the number t with P(T ≤ t) = `probability`.
    ///
    /// - Precondition: `probability` is at least one half and less than 1.
    func quantile(_ probability: Double) -> Double {
        let tail = 1 - probability
        var (low, high) = (0.0, 1.0)
        while upperTail(high) > tail, high < 1e12 { high *= 2 }
        // The upper tail decreases monotonically, so bisection finds t to the last bits.
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if upperTail(middle) > tail { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// Returns the regularized incomplete beta function, computed as a continued fraction (Lentz's method).
    private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // The continued fraction converges quickly below the mean; values above the mean follow by symmetry.
        guard x <= (a + 1) / (a + b + 2) else { return 1 - incompleteBeta(1 - x, b, a) }
        let scale: Double = lgamma(a + b) - lgamma(a) - lgamma(b)
        let front: Double = exp(scale + a * log(x) + b * log(1 - x)) / a
        let tiny = 1e-300
        var c = 1.0
        let first: Double = 1 - (a + b) * x / (a + 1)
        var d = 1 / max(tiny, first)
        var fraction = d
        for m in 1..<500 {
            let m = Double(m)
            let place: Double = a + 2 * m
            let even: Double = m * (b - m) * x / ((place - 1) * place)
            let odd: Double = -(a + m) * (a + b + m) * x / (place * (place + 1))
            for term in [even, odd] {
                d = 1 + term * d
                d = 1 / (abs(d) < tiny ? tiny : d)
                c = 1 + term / c
                if abs(c) < tiny { c = tiny }
                fraction *= c * d
            }
            if abs(c * d - 1) < 1e-15 { break }
        }
        return front * fraction
    }
}
