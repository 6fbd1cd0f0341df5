import CKernels
import Keys
import Testing

#if canImport(Accelerate)
    import Accelerate
#else
    import COpenBLAS
#endif

/// Every operation on its own: values against plain arithmetic, gradients against differences.
@Suite struct KernelTests {
    static func random(_ count: Int, _ name: RandomStream.Part) -> [Float] {
        var stream = RandomStream(seed: 11, name)
        return (0..<count).map { _ in Float(stream.uniform() * 2 - 1) }
    }

    @Test(arguments: [(1, 1, 1), (7, 64, 5), (6, 96, 64), (13, 83, 33), (64, 48, 128), (5, 7, 3)])
    func `matrix products agree with BLAS`(_ m: Int, _ n: Int, _ k: Int) {
        let a = Self.random(m * k, "a")
        let b = Self.random(k * n, "b")
        var own = Self.random(m * n, "c")
        var blas = own
        swirl_gemm(Int64(m), Int64(n), Int64(k), a, Int64(k), 1, b, Int64(n), &own, Int64(n), 1)
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, a, Int32(k), b,
            Int32(n), 1,
            &blas, Int32(n))
        for (x, y) in zip(own, blas) { #expect(abs(x - y) < 1e-4) }
        // Transposed A: the same numbers read down the columns.
        var transposed = [Float](repeating: 0, count: m * k)
        swirl_transpose(Int64(m), Int64(k), a, &transposed, Int64(m))
        var again = Self.random(m * n, "c")
        swirl_gemm(Int64(m), Int64(n), Int64(k), transposed, 1, Int64(m), b, Int64(n), &again, Int64(n), 1)
        #expect(again == own)
    }

    /// Compares an analytic gradient with central differences of Σ output · direction.
    private func check(
        _ x: [Float], _ gradient: [Float], tolerance: Float = 2e-2, _ value: ([Float]) -> Double
    ) {
        for index in stride(from: 0, to: x.count, by: max(1, x.count / 12)) {
            let step: Float = 1e-2
            var above = x
            above[index] += step
            var below = x
            below[index] -= step
            let expected = Float((value(above) - value(below)) / Double(above[index] - below[index]))
            #expect(abs(gradient[index] - expected) < tolerance * max(1, abs(expected)), "at \(index)")
        }
    }

    private func dot(_ a: [Float], _ b: [Float]) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    @Test func `the gradients of RMS norm agree with finite differences`() {
        let (rows, d) = (3, 10)
        let x = Self.random(rows * d, "x")
        let w = Self.random(d, "w")
        let direction = Self.random(rows * d, "direction")
        func forward(_ x: [Float], _ w: [Float]) -> Double {
            var y = x
            var rstd = [Float](repeating: 0, count: rows)
            swirl_rmsnorm(Int64(rows), Int64(d), x, w, 1e-6, &y, &rstd)
            return dot(y, direction)
        }
        var y = x
        var rstd = [Float](repeating: 0, count: rows)
        swirl_rmsnorm(Int64(rows), Int64(d), x, w, 1e-6, &y, &rstd)
        var dx = [Float](repeating: 0, count: rows * d)
        var dw = [Float](repeating: 0, count: d)
        swirl_rmsnorm_backward(Int64(rows), Int64(d), x, w, rstd, direction, &dx, &dw)
        check(x, dx) { forward($0, w) }
        check(w, dw) { forward(x, $0) }
    }

    @Test func `a rotation and its inverse cancel, and rotation preserves lengths`() {
        let table: [Float] = [1, 1, 0, 0, 0.6, 0.8, 0.8, 0.6]
        let x = Self.random(16, "rope")
        var y = x
        let positions: [Int32] = [0, 1]
        swirl_rope(2, 2, 4, &y, 8, positions, table, 1)
        #expect(Array(y[..<8]) == Array(x[..<8]))
        #expect(abs(dot(x, x) - dot(y, y)) < 1e-5)
        swirl_rope(2, 2, 4, &y, 8, positions, table, -1)
        for (a, b) in zip(x, y) { #expect(abs(a - b) < 1e-6) }
    }

    @Test func `the gradient of GeGLU agrees with finite differences`() {
        let (rows, d) = (2, 9)
        let x = Self.random(rows * 2 * d, "geglu").map { $0 * 3 }
        let direction = Self.random(rows * d, "geglu direction")
        func forward(_ x: [Float]) -> Double {
            var y = [Float](repeating: 0, count: rows * d)
            swirl_geglu(Int64(rows), Int64(d), x, &y)
            return dot(y, direction)
        }
        var dx = [Float](repeating: 0, count: rows * 2 * d)
        swirl_geglu_backward(Int64(rows), Int64(d), x, direction, &dx)
        check(x, dx, forward)
    }

    @Test(arguments: [Float(0), 2])
    func `the gradient of attention over a prefix and branches agrees with finite differences`(
        _ softcap: Float
    ) {
        var shape = swirl_attention_shape(heads: 4, kv_heads: 2, head_dim: 6, scale: 0.5, softcap: softcap)
        let n = 7
        let ld = (4 + 2 + 2) * 6
        // Rows 0-3 are the prefix, 4-5 one branch, 6 another.
        let ranges = (0..<n).map { row -> swirl_key_range in
            if row < 4 { return swirl_key_range(a0: 0, a1: 0, b0: 0, b1: Int32(row + 1)) }
            let start: Int32 = row < 6 ? 4 : 6
            return swirl_key_range(a0: 1, a1: 4, b0: start, b1: Int32(row + 1))
        }
        var offsets: [Int64] = [0]
        for range in ranges {
            let keys = Int64(range.a1 - range.a0) + Int64(range.b1 - range.b0)
            offsets.append(offsets.last! + keys)
        }
        let x = Self.random(n * ld, "attention")
        let direction = Self.random(n * 24, "attention direction")
        var p = [Float](repeating: 0, count: Int(offsets[n]) * 4 + 16)
        var s = p
        var scratch = [Float](repeating: 0, count: 16 * n + 32)
        func forward(_ x: [Float]) -> Double {
            var out = [Float](repeating: 0, count: n * 24)
            x.withUnsafeBufferPointer { x in
                let q = x.baseAddress!
                swirl_attention_forward(
                    &shape, Int64(n), q, q + 24, q + 36, Int64(ld), ranges, offsets, &out, 24, &p, &s,
                    &scratch)
            }
            return dot(out, direction)
        }
        _ = forward(x)
        var dx = [Float](repeating: 0, count: n * ld)
        x.withUnsafeBufferPointer { x in
            dx.withUnsafeMutableBufferPointer { dx in
                let q = x.baseAddress!
                let dq = dx.baseAddress!
                swirl_attention_backward(
                    &shape, Int64(n), q, q + 24, q + 36, Int64(ld), ranges, offsets, p, s, direction, 24, dq,
                    dq + 24,
                    dq + 36, &scratch)
            }
        }
        check(x, dx, forward)
    }

    @Test(arguments: [Float(0), 3])
    func `the gradient of capped log-softmax and divergence agrees with finite differences`(_ cap: Float) {
        let n = 11
        let raw = Self.random(n, "logits").map { $0 * 4 }
        func logProbabilities(_ raw: [Float]) -> ([Float], Float) {
            var x = raw
            var normaliser: Float = 0
            swirl_softcap(1, Int64(n), &x, Int64(n), cap)
            swirl_log_softmax(1, Int64(n), &x, Int64(n), &normaliser)
            return (x, normaliser)
        }
        let (reference, _) = logProbabilities(Self.random(n, "reference"))
        func objective(_ raw: [Float]) -> Double {
            let (p, _) = logProbabilities(raw)
            var entropy: Float = 0
            var divergence: Float = 0
            swirl_entropy(Int64(n), p, reference, &entropy, &divergence)
            return -0.7 * Double(p[4]) + 0.4 * Double(divergence)
        }
        var (p, normaliser) = logProbabilities(raw)
        var entropy: Float = 0
        var divergence: Float = 0
        swirl_entropy(Int64(n), p, reference, &entropy, &divergence)
        #expect(divergence > 0 && entropy > 0)
        swirl_logit_gradient(Int64(n), &p, reference, cap, normaliser, 4, 0.7, 0.4, divergence)
        normaliser = 0
        check(raw, p, objective)
    }
}
