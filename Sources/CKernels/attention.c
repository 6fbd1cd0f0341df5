#include "approximation.h"
#include "kernels.h"

// Keys are read transposed ([head_dim, keys]), so that one query's scores are a loop over keys.
SWIRL_INLINE void score(int64_t d, const float *q, float scale, float cap, const float *kt,
                        int64_t stride, int64_t lo, int64_t hi, float *out) {
    int64_t n = hi - lo;
    kt += lo;
    int64_t j = 0;
    for (; j + 16 <= n; j += 16) {
        float sum[16] = {0};
        for (int64_t i = 0; i < d; i++)
            for (int l = 0; l < 16; l++) sum[l] += q[i] * kt[i * stride + j + l];
        for (int l = 0; l < 16; l++) out[j + l] = sum[l] * scale;
    }
    for (; j < n; j++) {
        float sum = 0;
        for (int64_t i = 0; i < d; i++) sum += q[i] * kt[i * stride + j];
        out[j] = sum * scale;
    }
    if (cap != 0)
        for (j = 0; j < n; j++) out[j] = cap * swirl_tanh(out[j] / cap);
}

SWIRL_INLINE void softmax(int64_t n, const float *x, float *p) {
    float largest = x[0];
    for (int64_t j = 1; j < n; j++) largest = x[j] > largest ? x[j] : largest;
    for (int64_t j = 0; j < n; j++) p[j] = swirl_exp(x[j] - largest);
    float sum = 0;
    {
#pragma clang fp reassociate(on)
        for (int64_t j = 0; j < n; j++) sum += p[j];
    }
    float inverse = 1.0f / sum;
    for (int64_t j = 0; j < n; j++) p[j] *= inverse;
}

// out += Σ p[j] * rows[j], rows lo to hi with the given stride.
SWIRL_INLINE void weigh(int64_t d, const float *p, const float *rows, int64_t stride, int64_t lo,
                        int64_t hi, float *restrict out) {
    for (int64_t j = lo; j < hi; j++)
        for (int64_t i = 0; i < d; i++) out[i] += p[j - lo] * rows[j * stride + i];
}

// The usual head sizes as constants let the inner loops unroll into registers.
#define BY_HEAD_DIM(CALL)             \
    switch (shape->head_dim) {        \
        case 16: CALL(16); break;     \
        case 32: CALL(32); break;     \
        case 64: CALL(64); break;     \
        default: CALL(shape->head_dim); \
    }

SWIRL_INLINE void attend_cached(const swirl_attention_shape *shape, int64_t d, const float *q,
                                const float *kt, const float *v, int64_t capacity, int64_t lo,
                                int64_t hi, float *restrict out, float *restrict scratch) {
    int64_t group = shape->heads / shape->kv_heads;
    for (int64_t h = 0; h < shape->heads; h++) {
        int64_t g = h / group;
        score(d, q + h * d, shape->scale, shape->softcap, kt + g * d * capacity, capacity, lo, hi,
              scratch);
        softmax(hi - lo, scratch, scratch);
        for (int64_t i = 0; i < d; i++) out[h * d + i] = 0;
        weigh(d, scratch, v + g * capacity * d, d, lo, hi, out + h * d);
    }
}

SWIRL_CLONES
void swirl_attention_cached(const swirl_attention_shape *shape, const float *q, const float *kt,
                            const float *v, int64_t capacity, int64_t lo, int64_t hi, float *out,
                            float *scratch) {
#define CALL(D) attend_cached(shape, D, q, kt, v, capacity, lo, hi, out, scratch)
    BY_HEAD_DIM(CALL)
#undef CALL
}

SWIRL_INLINE void transpose_heads(int64_t n, int64_t width, const float *x, int64_t ld, float *out) {
    for (int64_t r = 0; r < n; r++)
        for (int64_t c = 0; c < width; c++) out[c * n + r] = x[r * ld + c];
}

SWIRL_INLINE void attend_packed(const swirl_attention_shape *shape, int64_t d, int64_t n,
                                const float *q, const float *k, const float *v, int64_t ld,
                                const swirl_key_range *range, const int64_t *offset, float *out,
                                int64_t ldo, float *probability, float *capped, float *scratch) {
    int64_t group = shape->heads / shape->kv_heads;
    transpose_heads(n, shape->kv_heads * d, k, ld, scratch);
    for (int64_t r = 0; r < n; r++) {
        swirl_key_range keys = range[r];
        int64_t na = keys.a1 - keys.a0, count = na + keys.b1 - keys.b0;
        for (int64_t h = 0; h < shape->heads; h++) {
            int64_t g = h / group;
            const float *query = q + r * ld + h * d, *kt = scratch + g * d * n;
            float *s = capped + offset[r] * shape->heads + h * count;
            float *p = probability + offset[r] * shape->heads + h * count;
            score(d, query, shape->scale, shape->softcap, kt, n, keys.a0, keys.a1, s);
            score(d, query, shape->scale, shape->softcap, kt, n, keys.b0, keys.b1, s + na);
            softmax(count, s, p);
            float *o = out + r * ldo + h * d;
            for (int64_t i = 0; i < d; i++) o[i] = 0;
            weigh(d, p, v + g * d, ld, keys.a0, keys.a1, o);
            weigh(d, p + na, v + g * d, ld, keys.b0, keys.b1, o);
        }
    }
}

SWIRL_CLONES
void swirl_attention_forward(const swirl_attention_shape *shape, int64_t n, const float *q,
                             const float *k, const float *v, int64_t ld,
                             const swirl_key_range *range, const int64_t *offset, float *out,
                             int64_t ldo, float *probability, float *capped, float *scratch) {
#define CALL(D) \
    attend_packed(shape, D, n, q, k, v, ld, range, offset, out, ldo, probability, capped, scratch)
    BY_HEAD_DIM(CALL)
#undef CALL
}

SWIRL_INLINE void backward_keys(int64_t d, const float *query, const float *dq_out, const float *p,
                                const float *ds, const float *k, int64_t ld, int64_t lo, int64_t hi,
                                float *restrict dquery, float *restrict dk, float *restrict dv) {
    for (int64_t j = lo; j < hi; j++) {
        float s = ds[j - lo], w = p[j - lo];
        for (int64_t i = 0; i < d; i++) {
            dquery[i] += s * k[j * ld + i];
            dk[j * ld + i] += s * query[i];
            dv[j * ld + i] += w * dq_out[i];
        }
    }
}

SWIRL_INLINE void attend_packed_backward(const swirl_attention_shape *shape, int64_t d, int64_t n,
                                         const float *q, const float *k, const float *v, int64_t ld,
                                         const swirl_key_range *range, const int64_t *offset,
                                         const float *probability, const float *capped,
                                         const float *dout, int64_t ldo, float *dq, float *dk,
                                         float *dv, float *scratch) {
    int64_t group = shape->heads / shape->kv_heads, width = shape->kv_heads * d;
    float *vt = scratch, *ds = scratch + width * n;
    float curve = shape->softcap != 0 ? 1.0f / (shape->softcap * shape->softcap) : 0;
    transpose_heads(n, width, v, ld, vt);
    for (int64_t r = 0; r < n; r++) {
        for (int64_t i = 0; i < shape->heads * d; i++) dq[r * ld + i] = 0;
        for (int64_t i = 0; i < width; i++) dk[r * ld + i] = dv[r * ld + i] = 0;
    }
    for (int64_t r = 0; r < n; r++) {
        swirl_key_range keys = range[r];
        int64_t na = keys.a1 - keys.a0, count = na + keys.b1 - keys.b0;
        for (int64_t h = 0; h < shape->heads; h++) {
            int64_t g = h / group;
            const float *query = q + r * ld + h * d, *o = dout + r * ldo + h * d;
            const float *s = capped + offset[r] * shape->heads + h * count;
            const float *p = probability + offset[r] * shape->heads + h * count;
            score(d, o, 1, 0, vt + g * d * n, n, keys.a0, keys.a1, ds);
            score(d, o, 1, 0, vt + g * d * n, n, keys.b0, keys.b1, ds + na);
            float mean = 0;
            {
#pragma clang fp reassociate(on)
                for (int64_t j = 0; j < count; j++) mean += p[j] * ds[j];
            }
            for (int64_t j = 0; j < count; j++)
                ds[j] = p[j] * (ds[j] - mean) * (1.0f - s[j] * s[j] * curve) * shape->scale;
            float *dquery = dq + r * ld + h * d;
            backward_keys(d, query, o, p, ds, k + g * d, ld, keys.a0, keys.a1, dquery, dk + g * d,
                          dv + g * d);
            backward_keys(d, query, o, p + na, ds + na, k + g * d, ld, keys.b0, keys.b1, dquery,
                          dk + g * d, dv + g * d);
        }
    }
}

SWIRL_CLONES
void swirl_attention_backward(const swirl_attention_shape *shape, int64_t n, const float *q,
                              const float *k, const float *v, int64_t ld,
                              const swirl_key_range *range, const int64_t *offset,
                              const float *probability, const float *capped, const float *dout,
                              int64_t ldo, float *dq, float *dk, float *dv, float *scratch) {
#define CALL(D)                                                                                 \
    attend_packed_backward(shape, D, n, q, k, v, ld, range, offset, probability, capped, dout,  \
                           ldo, dq, dk, dv, scratch)
    BY_HEAD_DIM(CALL)
#undef CALL
}
