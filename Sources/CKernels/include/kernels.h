// The arithmetic of a transformer on one thread. Row-major float32 throughout.
//
// Every output element is computed in one fixed order that does not depend on the number of rows in a call:
// a row gives the same bits in any batch. Swift distributes the work over threads.
#ifndef SWIRL_KERNELS_H
#define SWIRL_KERNELS_H

#include <stdint.h>

// C[M,N] (+)= A[M,K] · B[K,N]. A's element (i,k) is a[i*a_row + k*a_col], so that a transposed A
// needs no copy; B and C are row-major with leading dimensions ldb and ldc.
void swirl_gemm(int64_t m, int64_t n, int64_t k, const float *a, int64_t a_row, int64_t a_col,
                const float *b, int64_t ldb, float *c, int64_t ldc, int accumulate);

// out[C,R] = in[R,C] transposed, with leading dimension ld >= R for out.
void swirl_transpose(int64_t rows, int64_t columns, const float *in, float *out, int64_t ld);

// The precision of numbers in a file.
typedef enum { SWIRL_F32, SWIRL_BF16, SWIRL_F16 } swirl_element;

// The index of the first infinity or NaN among n numbers as they are stored; -1 if there is none.
int64_t swirl_first_not_finite(swirl_element type, int64_t n, const void *in);

// out[i] = in[i] as float32, exactly. in need not be aligned.
void swirl_widen(swirl_element type, int64_t n, const void *in, float *out);
// out[C, ld] = in[R, C] widened and transposed, ld >= R.
void swirl_widen_panel(swirl_element type, int64_t rows, int64_t columns, const void *in, float *out,
                       int64_t ld);

// y = x / rms(x) * (1 + w) for every row; rstd[row] = 1 / rms(x). y may be x.
void swirl_rmsnorm(int64_t rows, int64_t d, const float *x, const float *w, float epsilon, float *y,
                   float *rstd);
// dx += gradient through the norm; dw += gradient of w.
void swirl_rmsnorm_backward(int64_t rows, int64_t d, const float *x, const float *w,
                            const float *rstd, const float *dy, float *dx, float *dw);

// Rotates pairs (i, i + D/2) of every head of every row by the angles of the row's position.
// table: [positions, D] holding cos in its first half of each row and sin in its second half;
// sign -1 undoes the rotation (the backward pass).
void swirl_rope(int64_t rows, int64_t heads, int64_t d, float *x, int64_t ld, const int32_t *position,
                const float *table, float sign);

// The shape of attention.
typedef struct {
    int64_t heads, kv_heads, head_dim;
    float scale;
    float softcap; // 0: none
} swirl_attention_shape;

// The keys that a query row reads: rows [a0, a1) and [b0, b1) of its sequence.
typedef struct {
    int32_t a0, a1, b0, b1;
} swirl_key_range;

// Attention of one query row over cached keys [lo, hi).
// kt: [kv_heads, head_dim, capacity] with 15 readable floats behind it, v: [kv_heads, capacity,
// head_dim]; scratch: 2 * heads * (hi - lo) + 32 floats.
void swirl_attention_cached(const swirl_attention_shape *shape, const float *q, const float *kt,
                            const float *v, int64_t capacity, int64_t lo, int64_t hi, float *out,
                            float *scratch);

// Attention within one packed sequence of n rows. q, k, v: row stride ld; out: row stride ldo.
// probability, capped: for row i and head h the values of its keys, from offset[i] * heads on,
// head after head; 16 floats of room behind them. scratch: kv_heads * head_dim * n + 16 floats.
void swirl_attention_forward(const swirl_attention_shape *shape, int64_t n, const float *q,
                             const float *k, const float *v, int64_t ld,
                             const swirl_key_range *range, const int64_t *offset, float *out,
                             int64_t ldo, float *probability, float *capped, float *scratch);
// dq, dk, dv are written (row stride ld). scratch: (kv_heads * head_dim + heads) * n + 32 floats.
void swirl_attention_backward(const swirl_attention_shape *shape, int64_t n, const float *q,
                              const float *k, const float *v, int64_t ld,
                              const swirl_key_range *range, const int64_t *offset,
                              const float *probability, const float *capped, const float *dout,
                              int64_t ldo, float *dq, float *dk, float *dv, float *scratch);

// out[i] = gelu_tanh(gate[i]) * up[i]; gate and up are the halves of a row of 2 * d.
void swirl_geglu(int64_t rows, int64_t d, const float *gate_up, float *out);
void swirl_geglu_backward(int64_t rows, int64_t d, const float *gate_up, const float *dout,
                          float *dgate_up);

// In place: x = cap * tanh(x / cap); cap 0 leaves x unchanged.
void swirl_softcap(int64_t rows, int64_t n, float *x, int64_t ld, float cap);
// In place: x = log softmax(x) over each row's first n values; normaliser[row] is log Σ exp(x), the subtracted value.
void swirl_log_softmax(int64_t rows, int64_t n, float *x, int64_t ld, float *normaliser);
// The token at which the cumulative distribution of exp(log_p * inverse_temperature - normaliser)
// passes uniform, which lies in [0, 1).
int64_t swirl_pick(int64_t n, const float *log_p, float inverse_temperature, float normaliser,
                   double uniform);
// Entropy of a distribution and its divergence KL(p || reference), nats; reference may be null.
void swirl_entropy(int64_t n, const float *log_p, const float *log_reference, float *entropy,
                   float *divergence);
// In place, from log p to the gradient by the raw logits of -weight * log p(target) + kl_coefficient
// * KL(p || reference), through the soft cap (0: none). log p + normaliser is the capped logit.
void swirl_logit_gradient(int64_t n, float *log_p, const float *log_reference, float cap,
                          float normaliser, int64_t target, float weight, float kl_coefficient,
                          float divergence);

// y += x, elementwise.
void swirl_add(int64_t n, const float *x, float *y);
double swirl_sum_of_squares(int64_t n, const float *x);
// One AdamW step on n values. correction1/2: 1 - beta^t.
void swirl_adamw(int64_t n, float *w, const float *g, float *m, float *v, float lr, float beta1,
                 float beta2, float epsilon, float decay, float correction1, float correction2,
                 float gradient_scale);

// Adds what a word adds to the scores of the passages in a window, from `begin` up to `behind`: for each posting its factor
// times the word's weight. Begins at the posting `from` of n; returns the first posting behind the window. The codes of
// postings are places in `factors`; a word's passages are distinct and in ascending order.
int64_t swirl_bm25_add16(int64_t from, int64_t n, const uint32_t *passages, const uint16_t *codes, const float *factors,
                         float weight, uint32_t begin, uint32_t behind, float *sums);
int64_t swirl_bm25_add32(int64_t from, int64_t n, const uint32_t *passages, const uint32_t *codes, const float *factors,
                         float weight, uint32_t begin, uint32_t behind, float *sums);

// Writes the places of all of n sums (a multiple of 64) that are at least `least`, and these sums; sets all sums to zero.
// Returns their number.
int64_t swirl_bm25_take(int64_t n, float *sums, float least, uint32_t *places, float *values);

#endif
