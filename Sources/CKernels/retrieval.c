#include "lanes.h"
#include "kernels.h"

// A product is rounded before it is added, as in the plain version in Swift, so that both give the same bits.
#define ADD(TYPE, NAME)                                                                                           \
    int64_t NAME(int64_t from, int64_t n, const uint32_t *passages, const TYPE *codes, const float *factors,      \
                 float weight, uint32_t begin, uint32_t behind, float *sums) {                                    \
        _Pragma("clang fp contract(off)")                                                                         \
        int64_t i = from;                                                                                         \
        /* The passages of one word are distinct, so the four sums are too. */                                    \
        for (; i + 4 <= n && passages[i + 3] < behind; i += 4) {                                                  \
            float *a = sums + (passages[i] - begin), *b = sums + (passages[i + 1] - begin);                       \
            float *c = sums + (passages[i + 2] - begin), *d = sums + (passages[i + 3] - begin);                   \
            float p = weight * factors[codes[i]], q = weight * factors[codes[i + 1]];                             \
            float r = weight * factors[codes[i + 2]], s = weight * factors[codes[i + 3]];                         \
            p = *a + p;                                                                                           \
            q = *b + q;                                                                                           \
            r = *c + r;                                                                                           \
            s = *d + s;                                                                                           \
            *a = p;                                                                                               \
            *b = q;                                                                                               \
            *c = r;                                                                                               \
            *d = s;                                                                                               \
        }                                                                                                         \
        for (; i < n && passages[i] < behind; i++) {                                                              \
            float gain = weight * factors[codes[i]];                                                              \
            sums[passages[i] - begin] = sums[passages[i] - begin] + gain;                                         \
        }                                                                                                         \
        return i;                                                                                                 \
    }

ADD(uint16_t, swirl_bm25_add16)
ADD(uint32_t, swirl_bm25_add32)

SWIRL_CLONES
int64_t swirl_bm25_take(int64_t n, float *sums, float least, uint32_t *places, float *values) {
    int64_t found = 0;
    for (int64_t start = 0; start < n; start += 64) {
        float *block = sums + start;
        int any = 0;
        for (int i = 0; i < 64; i++) any |= block[i] >= least;
        if (any)
            for (int i = 0; i < 64; i++)
                if (block[i] >= least) {
                    places[found] = (uint32_t)(start + i);
                    values[found++] = block[i];
                }
        memset(block, 0, 64 * sizeof *block);
    }
    return found;
}
