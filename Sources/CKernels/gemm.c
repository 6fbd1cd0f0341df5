#include "lanes.h"
#include "kernels.h"

// A tile of up to 6 rows by 4 vectors stays in registers while k runs: 24 accumulators, 4 loads of
// B and one broadcast of A. Each element is summed over k in order, in every tile.

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

SWIRL_INLINE float half_to_float(uint16_t h) {
    uint32_t sign = (uint32_t)(h & 0x8000) << 16, exponent = h >> 10 & 0x1f, mantissa = h & 0x3ff;
    uint32_t bits;
    if (exponent == 31) {
        bits = sign | 0x7f800000 | mantissa << 13;
    } else if (exponent != 0) {
        bits = sign | (exponent + 112) << 23 | mantissa << 13;
    } else {
        // Zero and the numbers below the smallest normal one: mantissa * 2^-24, exactly.
        float small = (float)mantissa * 0x1p-24f;
        memcpy(&bits, &small, sizeof bits);
        bits |= sign;
    }
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

SWIRL_INLINE float element(swirl_element type, const void *in, int64_t index) {
    uint32_t bits;
    uint16_t half;
    switch (type) {
        case SWIRL_F32: memcpy(&bits, (const char *)in + 4 * index, 4); break;
        default: memcpy(&half, (const char *)in + 2 * index, 2); bits = (uint32_t)half << 16;
    }
    if (type == SWIRL_F16) return half_to_float(half);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

#define BY_ELEMENT(CALL)                            \
    switch (type) {                                 \
        case SWIRL_F32: CALL(SWIRL_F32); break;     \
        case SWIRL_BF16: CALL(SWIRL_BF16); break;   \
        default: CALL(SWIRL_F16);                   \
    }

SWIRL_CLONES
void swirl_widen(swirl_element type, int64_t n, const void *in, float *out) {
#define CALL(T) \
    for (int64_t i = 0; i < n; i++) out[i] = element(T, in, i)
    BY_ELEMENT(CALL)
#undef CALL
}

// Sixteen rows at a time: one cache line of every input row fills one cache line of each output row.
SWIRL_INLINE void widen_panel(swirl_element type, int64_t rows, int64_t columns, const void *in,
                              float *out, int64_t ld) {
    int64_t size = type == SWIRL_F32 ? 4 : 2;
    for (int64_t i = 0; i < rows; i += 16) {
        int64_t count = rows - i < 16 ? rows - i : 16;
        const char *block = (const char *)in + i * columns * size;
        if (count == 16)
            for (int64_t j = 0; j < columns; j++)
                for (int64_t r = 0; r < 16; r++)
                    out[j * ld + i + r] = element(type, block, r * columns + j);
        else
            for (int64_t j = 0; j < columns; j++)
                for (int64_t r = 0; r < count; r++)
                    out[j * ld + i + r] = element(type, block, r * columns + j);
    }
}

SWIRL_CLONES
void swirl_widen_panel(swirl_element type, int64_t rows, int64_t columns, const void *in, float *out,
                       int64_t ld) {
#define CALL(T) widen_panel(T, rows, columns, in, out, ld)
    BY_ELEMENT(CALL)
#undef CALL
}
