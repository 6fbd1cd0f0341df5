#include "lanes.h"
#include "kernels.h"

// A number is infinite or NaN if all bits of its exponent are set. Whole blocks are tested first, so that compilers use
// wide registers; the index is searched only within a block with such a number.
#define FIRST(TYPE, MASK)                                                    \
    for (int64_t start = 0; start < n; start += 4096) {                      \
        int64_t count = n - start < 4096 ? n - start : 4096;                 \
        const uint8_t *block = (const uint8_t *)in + start * sizeof(TYPE);   \
        int found = 0;                                                       \
        for (int64_t i = 0; i < count; i++) {                                \
            TYPE bits;                                                       \
            memcpy(&bits, block + i * sizeof(TYPE), sizeof(TYPE));           \
            found |= (bits & MASK) == MASK;                                  \
        }                                                                    \
        for (int64_t i = 0; found && i < count; i++) {                       \
            TYPE bits;                                                       \
            memcpy(&bits, block + i * sizeof(TYPE), sizeof(TYPE));           \
            if ((bits & MASK) == MASK) return start + i;                     \
        }                                                                    \
    }

SWIRL_CLONES
int64_t swirl_first_not_finite(swirl_element type, int64_t n, const void *in) {
    switch (type) {
    case SWIRL_F32: FIRST(uint32_t, 0x7F800000u) break;
    case SWIRL_BF16: FIRST(uint16_t, 0x7F80) break;
    case SWIRL_F16: FIRST(uint16_t, 0x7C00) break;
    }
    return -1;
}
