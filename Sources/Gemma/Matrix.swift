import CKernels

#if canImport(Accelerate)
    import Accelerate
#else
    import COpenBLAS
#endif

/// Products of float32 matrices in memory. (``MappedStorage`` multiplies matrices in files.)
///
/// Small matrices, such as those of the nano policies, use our own kernel. With C = 64 it measured 1.2–1.5 × the speed
/// of OpenBLAS, and the bits of a row do not depend on the number of rows. Matrices that exceed the second-level cache
/// use BLAS. ``multiply`` calls BLAS in tiles of a fixed number of rows, and only if BLAS sums all rows of a tile in
/// the same order.
enum Matrix {
    /// The number of elements of the weight matrix above which BLAS is used. There, the cache blocking of BLAS gains
    /// more than its longer call path costs.
    static let blasThreshold = 1 << 18
    private static let tileRows = 64

    /// Computes C[m,n] = A[m,k] · B[k,n], or C += A · B with `accumulate`. All matrices are row-major.
    static func multiply(
        _ a: UnsafePointer<Float>, lda: Int, _ b: UnsafePointer<Float>, ldb: Int,
        into c: UnsafeMutablePointer<Float>, ldc: Int, m: Int, n: Int, k: Int,
        accumulate: Bool = false
    ) {
        guard n * k > blasThreshold, isBatchInvariant else {
            swirl_gemm(
                Int64(m), Int64(n), Int64(k), a, Int64(lda), 1, b, Int64(ldb), c, Int64(ldc),
                accumulate ? 1 : 0)
            return
        }
        func tile(_ a: UnsafePointer<Float>, _ lda: Int, _ c: UnsafeMutablePointer<Float>, _ ldc: Int) {
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, blas(tileRows), blas(n), blas(k), 1, a,
                blas(lda), b, blas(ldb), accumulate ? 1 : 0, c, blas(ldc))
        }
        let whole = m / tileRows * tileRows
        for row in stride(from: 0, to: whole, by: tileRows) {
            tile(a + row * lda, lda, c + row * ldc, ldc)
        }
        guard whole < m else { return }
        // The last rows go into a full tile too: with fewer rows, BLAS may sum in another order.
        let input = FloatBuffer(tileRows * k)
        let output = FloatBuffer(tileRows * n)
        for row in whole..<m {
            (input.pointer + (row - whole) * k).update(from: a + row * lda, count: k)
            (output.pointer + (row - whole) * n).update(from: c + row * ldc, count: n)
        }
        tile(input.pointer, k, output.pointer, n)
        for row in whole..<m {
            (c + row * ldc).update(from: output.pointer + (row - whole) * n, count: n)
        }
    }

    /// True if BLAS returns equal bits for equal rows of a tile. OpenBLAS's kernels for Haswell and Zen sum neighboring
    /// rows in different orders. The results of a sequence would then depend on its position in the batch.
    private static let isBatchInvariant: Bool = [(n: 1_024, k: 512), (n: 513, k: 1_025)].allSatisfy { n, k in
        useOneThreadPerCall()
        let (a, b, c) = (FloatBuffer(tileRows * k), FloatBuffer(k * n), FloatBuffer(tileRows * n))
        for row in 0..<tileRows {
            for column in 0..<k { a.pointer[row * k + column] = Float((column * 37) % 101) / 53 - 1 }
        }
        for index in 0..<k * n { b.pointer[index] = Float((index * 53) % 211) / 97 - 1 }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blas(tileRows), blas(n), blas(k), 1, a.pointer,
            blas(k),
            b.pointer, blas(n), 0, c.pointer, blas(n))
        return (1..<tileRows).allSatisfy { row in
            (0..<n).allSatisfy { c.pointer[row * n + $0].bitPattern == c.pointer[$0].bitPattern }
        }
    }

    /// Computes C[m,n] += Aᵀ · B with A[k,m] and B[k,n], all row-major. This is the gradient of a weight matrix.
    static func multiplyTransposed(
        _ a: UnsafePointer<Float>, lda: Int, _ b: UnsafePointer<Float>, ldb: Int,
        into c: UnsafeMutablePointer<Float>, ldc: Int, m: Int, n: Int, k: Int
    ) {
        guard m * n > blasThreshold else {
            swirl_gemm(
                Int64(m), Int64(n), Int64(k), a, 1, Int64(lda), b, Int64(ldb), c, Int64(ldc), 1)
            return
        }
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, blas(m), blas(n), blas(k), 1, a, blas(lda), b,
            blas(ldb), 1, c, blas(ldc))
    }

    /// Limits OpenBLAS to one thread per call, because ``ComputePool`` already uses all cores.
    static func useOneThreadPerCall() {
        #if !canImport(Accelerate)
            openblas_set_num_threads(1)
        #endif
    }

    private static func blas(_ value: Int) -> Int32 { Int32(value) }
}
