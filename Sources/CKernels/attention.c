#include "lanes.h"
#include "kernels.h"

// Keys are read transposed ([head_dim, keys]), so that one query's scores are a loop over keys.
// The last block reads and writes up to 15 floats too many. Keys are padded, and an output that is written too
// far is overwritten by the next block or lies in the padding of the buffer.
SWIRL_INLINE void score(int64_t d, const float *q, float scale, const float *kt, int64_t stride,
                        int64_t lo, int64_t hi, float *out) {
    for (int64_t j = lo; j < hi; j += 16, out += 16) {
        vector16 sum = {0};
        for (int64_t i = 0; i < d; i++) sum += *(const vector16 *)(kt + i * stride + j) * q[i];
        *(vector16 *)out = sum * scale;
    }
}

// All heads of one query, n keys each, side by side: s becomes the capped scores, p their softmax.
// Each phase handles all heads before the next phase begins: within one head, an instruction would wait for the
// result of the one before.
SWIRL_INLINE void cap_and_softmax(int64_t heads, int64_t n, float cap, float *restrict s,
                                  float *restrict p) {
    if (cap != 0) {
        float inverse = 1.0f / cap;
        for (int64_t j = 0; j < heads * n; j++) s[j] = cap * swirl_tanh(s[j] * inverse);
    }
    for (int64_t h = 0; h < heads; h++) {
        float largest = swirl_most(n, s + h * n);
        for (int64_t j = h * n; j < (h + 1) * n; j++) p[j] = s[j] - largest;
    }
    for (int64_t j = 0; j < heads * n; j++) p[j] = swirl_exp(p[j]);
    for (int64_t h = 0; h < heads; h++) {
        float sum = 0;
        {
#pragma clang fp reassociate(on)
            for (int64_t j = h * n; j < (h + 1) * n; j++) sum += p[j];
        }
        float inverse = 1.0f / sum;
        for (int64_t j = h * n; j < (h + 1) * n; j++) p[j] *= inverse;
    }
}

// out += Σ p[j] * rows[j], rows lo to hi with the given stride. Four sums run at once: the
// additions of a single sum would wait for each other.
SWIRL_INLINE void weigh(int64_t d, const float *p, const float *rows, int64_t stride, int64_t lo,
                        int64_t hi, float *restrict out) {
    int64_t i = 0;
    for (; i + 16 <= d; i += 16) {
        vector16 sum[4] = {{0}, {0}, {0}, {0}};
        const float *row = rows + i;
        int64_t j = lo;
        for (; j + 4 <= hi; j += 4)
            for (int l = 0; l < 4; l++)
                sum[l] += *(const vector16 *)(row + (j + l) * stride) * p[j + l - lo];
        for (; j < hi; j++) sum[0] += *(const vector16 *)(row + j * stride) * p[j - lo];
        *(vector16 *)(out + i) += (sum[0] + sum[1]) + (sum[2] + sum[3]);
    }
    for (int64_t j = lo; j < hi && i < d; j++)
        for (int64_t c = i; c < d; c++) out[c] += p[j - lo] * rows[j * stride + c];
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
    int64_t group = shape->heads / shape->kv_heads, n = hi - lo;
    float *s = scratch, *p = scratch + shape->heads * n + 16;
    for (int64_t h = 0; h < shape->heads; h++)
        score(d, q + h * d, shape->scale, kt + h / group * d * capacity, capacity, lo, hi, s + h * n);
    cap_and_softmax(shape->heads, n, shape->softcap, s, p);
    for (int64_t i = 0; i < shape->heads * d; i++) out[i] = 0;
    for (int64_t h = 0; h < shape->heads; h++)
        weigh(d, p + h * n, v + h / group * capacity * d, d, lo, hi, out + h * d);
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
        float *s = capped + offset[r] * shape->heads, *p = probability + offset[r] * shape->heads;
        for (int64_t h = 0; h < shape->heads; h++) {
            const float *query = q + r * ld + h * d, *kt = scratch + h / group * d * n;
            score(d, query, shape->scale, kt, n, keys.a0, keys.a1, s + h * count);
            score(d, query, shape->scale, kt, n, keys.b0, keys.b1, s + h * count + na);
        }
        cap_and_softmax(shape->heads, count, shape->softcap, s, p);
        float *o = out + r * ldo;
        for (int64_t i = 0; i < shape->heads * d; i++) o[i] = 0;
        for (int64_t h = 0; h < shape->heads; h++) {
            const float *values = v + h / group * d;
            weigh(d, p + h * count, values, ld, keys.a0, keys.a1, o + h * d);
            weigh(d, p + h * count + na, values, ld, keys.b0, keys.b1, o + h * d);
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

// Gradients of one query's heads that read the same keys (one or two of them), n keys a head in p
// and ds: each key's gradients are loaded and stored once for both.
SWIRL_INLINE void backward_keys(int64_t d, int heads, const float *query, const float *dout,
                                const float *p, const float *ds, int64_t n, const float *k,
                                int64_t ld, int64_t lo, int64_t hi, float *restrict dquery,
                                float *restrict dk, float *restrict dv) {
    int64_t i = 0;
    for (; i + 16 <= d; i += 16) {
        vector16 q[2], o[2], dq[2];
        for (int h = 0; h < heads; h++) {
            q[h] = *(const vector16 *)(query + h * d + i);
            o[h] = *(const vector16 *)(dout + h * d + i);
            dq[h] = *(const vector16 *)(dquery + h * d + i);
        }
        for (int64_t j = lo; j < hi; j++) {
            vector16 key = *(const vector16 *)(k + j * ld + i);
            vector16 a = *(const vector16 *)(dk + j * ld + i), b = *(const vector16 *)(dv + j * ld + i);
            for (int h = 0; h < heads; h++) {
                dq[h] += key * ds[h * n + j - lo];
                a += q[h] * ds[h * n + j - lo];
                b += o[h] * p[h * n + j - lo];
            }
            *(vector16 *)(dk + j * ld + i) = a;
            *(vector16 *)(dv + j * ld + i) = b;
        }
        for (int h = 0; h < heads; h++) *(vector16 *)(dquery + h * d + i) = dq[h];
    }
    if (i == d) return;
    for (int h = 0; h < heads; h++)
        for (int64_t j = lo; j < hi; j++)
            for (int64_t c = i; c < d; c++) {
                dquery[h * d + c] += ds[h * n + j - lo] * k[j * ld + c];
                dk[j * ld + c] += ds[h * n + j - lo] * query[h * d + c];
                dv[j * ld + c] += p[h * n + j - lo] * dout[h * d + c];
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
        const float *s = capped + offset[r] * shape->heads, *p = probability + offset[r] * shape->heads;
        const float *o = dout + r * ldo;
        for (int64_t h = 0; h < shape->heads; h++) {
            const float *values = vt + h / group * d * n;
            score(d, o + h * d, 1, values, n, keys.a0, keys.a1, ds + h * count);
            score(d, o + h * d, 1, values, n, keys.b0, keys.b1, ds + h * count + na);
        }
        for (int64_t h = 0; h < shape->heads; h++) {
            float mean = 0;
            {
#pragma clang fp reassociate(on)
                for (int64_t j = h * count; j < (h + 1) * count; j++) mean += p[j] * ds[j];
            }
            for (int64_t j = h * count; j < (h + 1) * count; j++)
                ds[j] = p[j] * (ds[j] - mean) * (1.0f - s[j] * s[j] * curve) * shape->scale;
        }
        // A constant number of heads lets their sums stay in registers.
#define HEADS(COUNT, LO, HI, AT)                                                                     backward_keys(d, COUNT, q + r * ld + h * d, o + h * d, p + h * count + AT,                                     ds + h * count + AT, count, k + h / group * d, ld, LO, HI, dq + r * ld + h * d,                   dk + h / group * d, dv + h / group * d)
        int64_t pair = group % 2 == 0 ? 2 : 1;
        for (int64_t h = 0; h < shape->heads; h += pair) {
            if (pair == 2) {
                HEADS(2, keys.a0, keys.a1, 0);
                HEADS(2, keys.b0, keys.b1, na);
            } else {
                HEADS(1, keys.a0, keys.a1, 0);
                HEADS(1, keys.b0, keys.b1, na);
            }
        }
#undef HEADS
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
