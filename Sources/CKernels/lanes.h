// What every kernel is made of: wide vectors, and exp and tanh that a compiler can vectorise
// (branch-free polynomials, a few ulp from libm).
#ifndef SWIRL_LANES_H
#define SWIRL_LANES_H

#include <stdint.h>
#include <string.h>

#define SWIRL_INLINE static inline __attribute__((always_inline))

// One source, several machine codes: the loader takes the widest that the processor has.
#if defined(__x86_64__) && defined(__linux__)
#define SWIRL_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SWIRL_CLONES
#endif

// As wide as the widest registers; a compiler splits it for narrower ones.
typedef float vector16 __attribute__((vector_size(64), aligned(4)));
#define LANES for (int l = 0; l < 16; l++)

// The largest of n >= 1 numbers, in lanes: a plain loop over floats is not vectorised.
SWIRL_INLINE float swirl_most(int64_t n, const float *x) {
    float largest = x[0];
    if (n >= 16) {
        float lane[16];
        LANES lane[l] = x[n - 16 + l];
        for (int64_t j = 0; j + 16 <= n; j += 16) LANES lane[l] = x[j + l] > lane[l] ? x[j + l] : lane[l];
        for (int half = 8; half > 0; half /= 2)
            for (int l = 0; l < half; l++) lane[l] = lane[l + half] > lane[l] ? lane[l + half] : lane[l];
        return lane[0];
    }
    for (int64_t j = 1; j < n; j++) largest = x[j] > largest ? x[j] : largest;
    return largest;
}

// e^x by 2^n * e^r with |r| <= ln 2 / 2 (Cephes' minimax polynomial).
SWIRL_INLINE float swirl_exp(float x) {
    x = x > 88.0f ? 88.0f : x;
    x = x < -87.0f ? -87.0f : x;
    float n = __builtin_floorf(x * 1.44269504f + 0.5f);
    float r = x - n * 0.693359375f + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    int32_t bits = ((int32_t)n + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return p * power;
}

// tanh by a rational approximation that is accurate relative to small x too (Eigen's form).
SWIRL_INLINE float swirl_tanh(float x) {
    x = x > 7.90531110763549805f ? 7.90531110763549805f : x;
    x = x < -7.90531110763549805f ? -7.90531110763549805f : x;
    float s = x * x;
    float p = -2.76076847742355e-16f;
    p = p * s + 2.00018790482477e-13f;
    p = p * s + -8.60467152213735e-11f;
    p = p * s + 5.12229709037114e-08f;
    p = p * s + 1.48572235717979e-05f;
    p = p * s + 6.37261928875436e-04f;
    p = p * s + 4.89352455891786e-03f;
    float q = 1.19825839466702e-06f;
    q = q * s + 1.18534705686654e-04f;
    q = q * s + 2.26843463243900e-03f;
    q = q * s + 4.89352518554385e-03f;
    return x * p / q;
}

#endif
