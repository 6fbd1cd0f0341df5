#include "approximation.h"
#include "kernels.h"

// A tile of up to 6 rows by 4 vectors stays in registers while k runs: 24 accumulators, 4 loads of
// B and one broadcast of A. Each element is summed over k in order, whatever its tile.
typedef float vector16 __attribute__((vector_size(64), aligned(4)));

SWIRL_INLINE void tile(int rows, int vectors, const float *a, int64_t a_row, int64_t a_col,
                       const float *b, int64_t ldb, float *c, int64_t ldc, int64_t k,
                       int accumulate) {
    vector16 sum[6][4];
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < vectors; j++)
            sum[r][j] = accumulate ? *(const vector16 *)(c + r * ldc + 16 * j) : (vector16){0};
    for (int64_t p = 0; p < k; p++) {
        vector16 row[4];
        for (int j = 0; j < vectors; j++) row[j] = *(const vector16 *)(b + p * ldb + 16 * j);
        for (int r = 0; r < rows; r++) {
            float x = a[r * a_row + p * a_col];
            for (int j = 0; j < vectors; j++) sum[r][j] += row[j] * x;
        }
    }
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < vectors; j++) *(vector16 *)(c + r * ldc + 16 * j) = sum[r][j];
}

SWIRL_INLINE void tail(int64_t rows, int64_t columns, const float *a, int64_t a_row, int64_t a_col,
                       const float *b, int64_t ldb, float *c, int64_t ldc, int64_t k,
                       int accumulate) {
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < columns; j++) {
            float sum = accumulate ? c[r * ldc + j] : 0;
            for (int64_t p = 0; p < k; p++) sum += a[r * a_row + p * a_col] * b[p * ldb + j];
            c[r * ldc + j] = sum;
        }
}

#define ROWS(R, V) \
    case R: tile(R, V, A, a_row, a_col, B, ldb, C, ldc, k, accumulate); break;
#define STRIP(V)                                                            \
    for (int64_t i = 0; i < m; i += 6) {                                    \
        const float *A = a + i * a_row, *B = b + j;                         \
        float *C = c + i * ldc + j;                                         \
        switch (m - i) {                                                    \
            ROWS(1, V) ROWS(2, V) ROWS(3, V) ROWS(4, V) ROWS(5, V)          \
            default: tile(6, V, A, a_row, a_col, B, ldb, C, ldc, k, accumulate); \
        }                                                                   \
    }

SWIRL_CLONES
void swirl_gemm(int64_t m, int64_t n, int64_t k, const float *a, int64_t a_row, int64_t a_col,
                const float *b, int64_t ldb, float *c, int64_t ldc, int accumulate) {
    int64_t j = 0;
    for (; j + 64 <= n; j += 64) STRIP(4)
    for (; j + 32 <= n; j += 32) STRIP(2)
    for (; j + 16 <= n; j += 16) STRIP(1)
    if (j < n) tail(m, n - j, a, a_row, a_col, b + j, ldb, c + j, ldc, k, accumulate);
}

void swirl_transpose(int64_t rows, int64_t columns, const float *in, float *out, int64_t ld) {
    for (int64_t i = 0; i < rows; i += 16)
        for (int64_t j = 0; j < columns; j++)
            for (int64_t r = i; r < rows && r < i + 16; r++) out[j * ld + r] = in[r * columns + j];
}
