#include <math.h>

#include "lanes.h"
#include "kernels.h"

SWIRL_CLONES
void swirl_rmsnorm(int64_t rows, int64_t d, const float *x, const float *w, float epsilon, float *y,
                   float *rstd) {
    for (int64_t r = 0; r < rows; r++, x += d, y += d) {
        float sum = 0;
        {
#pragma clang fp reassociate(on)
            for (int64_t i = 0; i < d; i++) sum += x[i] * x[i];
        }
        float inverse = 1.0f / sqrtf(sum / (float)d + epsilon);
        if (rstd) rstd[r] = inverse;
        for (int64_t i = 0; i < d; i++) y[i] = x[i] * inverse * (1.0f + w[i]);
    }
}

SWIRL_CLONES
void swirl_rmsnorm_backward(int64_t rows, int64_t d, const float *restrict x,
                            const float *restrict w, const float *restrict rstd,
                            const float *restrict dy, float *restrict dx, float *restrict dw) {
    for (int64_t r = 0; r < rows; r++, x += d, dy += d, dx += d) {
        float inverse = rstd[r], dot = 0;
        {
#pragma clang fp reassociate(on)
            for (int64_t i = 0; i < d; i++) dot += dy[i] * (1.0f + w[i]) * x[i];
        }
        float shared = dot * inverse * inverse / (float)d;
        for (int64_t i = 0; i < d; i++) {
            dw[i] += dy[i] * x[i] * inverse;
            dx[i] += inverse * (dy[i] * (1.0f + w[i]) - x[i] * shared);
        }
    }
}

SWIRL_CLONES
void swirl_rope(int64_t rows, int64_t heads, int64_t d, float *restrict x, int64_t ld,
                const int32_t *position, const float *restrict table, float sign) {
    int64_t half = d / 2;
    for (int64_t r = 0; r < rows; r++) {
        const float *angle = table + (int64_t)position[r] * d;
        for (int64_t h = 0; h < heads; h++) {
            float *p = x + r * ld + h * d;
            for (int64_t i = 0; i < half; i++) {
                float c = angle[i], s = sign * angle[half + i], u = p[i], v = p[half + i];
                p[i] = u * c - v * s;
                p[half + i] = v * c + u * s;
            }
        }
    }
}

static const float gelu_scale = 0.79788456080286536f, gelu_cubic = 0.044715f;

SWIRL_CLONES
void swirl_geglu(int64_t rows, int64_t d, const float *restrict gate_up, float *restrict out) {
    for (int64_t r = 0; r < rows; r++, gate_up += 2 * d, out += d)
        for (int64_t i = 0; i < d; i++) {
            float g = gate_up[i];
            float t = swirl_tanh(gelu_scale * (g + gelu_cubic * g * g * g));
            out[i] = 0.5f * g * (1.0f + t) * gate_up[d + i];
        }
}

SWIRL_CLONES
void swirl_geglu_backward(int64_t rows, int64_t d, const float *restrict gate_up,
                          const float *restrict dout, float *restrict dgate_up) {
    for (int64_t r = 0; r < rows; r++, gate_up += 2 * d, dout += d, dgate_up += 2 * d)
        for (int64_t i = 0; i < d; i++) {
            float g = gate_up[i], u = gate_up[d + i];
            float t = swirl_tanh(gelu_scale * (g + gelu_cubic * g * g * g));
            float slope = 0.5f * (1.0f + t) +
                          0.5f * g * (1.0f - t * t) * gelu_scale * (1.0f + 3.0f * gelu_cubic * g * g);
            dgate_up[i] = dout[i] * u * slope;
            dgate_up[d + i] = dout[i] * 0.5f * g * (1.0f + t);
        }
}

SWIRL_CLONES
void swirl_softcap(int64_t rows, int64_t n, float *restrict x, int64_t ld, float cap) {
    if (cap == 0) return;
    float inverse = 1.0f / cap;
    for (int64_t r = 0; r < rows; r++, x += ld)
        for (int64_t i = 0; i < n; i++) x[i] = cap * swirl_tanh(x[i] * inverse);
}

SWIRL_CLONES
void swirl_log_softmax(int64_t rows, int64_t n, float *restrict x, int64_t ld,
                       float *restrict normaliser) {
    for (int64_t r = 0; r < rows; r++, x += ld) {
        float largest = swirl_most(n, x), sum = 0;
        {
#pragma clang fp reassociate(on)
            for (int64_t i = 0; i < n; i++) sum += swirl_exp(x[i] - largest);
        }
        normaliser[r] = largest + logf(sum);
        for (int64_t i = 0; i < n; i++) x[i] -= normaliser[r];
    }
}

SWIRL_CLONES
int64_t swirl_pick(int64_t n, const float *log_p, float inverse_temperature, float normaliser,
                   double uniform) {
    int64_t last = 0;
    for (int64_t j = 0; j < n; j += 16) {
        float p[16];
        int64_t count = n - j < 16 ? n - j : 16;
        LANES p[l] = l < count ? log_p[j + l] * inverse_temperature - normaliser : -INFINITY;
        LANES p[l] = p[l] > -87.0f ? swirl_exp(p[l]) : 0;
        double block = 0;
        for (int l = 0; l < 16; l++) block += p[l];
        if (uniform >= block) {
            uniform -= block;
            if (block > 0) last = j;
            continue;
        }
        for (int64_t l = 0; l < count; l++) {
            if (p[l] > 0) last = j + l;
            uniform -= p[l];
            if (uniform < 0) return j + l;
        }
    }
    // Rounding may leave the total slightly below uniform: return the last token with a probability above zero.
    for (int64_t j = last; j < n && j < last + 16; j++)
        if (log_p[j] * inverse_temperature - normaliser > -87.0f) last = j;
    return last;
}

SWIRL_CLONES
void swirl_entropy(int64_t n, const float *restrict log_p, const float *restrict log_reference,
                   float *entropy, float *divergence) {
#pragma clang fp reassociate(on)
    float h = 0, kl = 0;
    for (int64_t i = 0; i < n; i++) h -= swirl_exp(log_p[i]) * log_p[i];
    if (log_reference)
        for (int64_t i = 0; i < n; i++) kl += swirl_exp(log_p[i]) * (log_p[i] - log_reference[i]);
    *entropy = h;
    *divergence = kl;
}

SWIRL_CLONES
void swirl_logit_gradient(int64_t n, float *restrict x, const float *restrict log_reference,
                          float cap, float normaliser, int64_t target, float weight,
                          float kl_coefficient, float divergence) {
    float inverse = cap != 0 ? 1.0f / cap : 0, hit = (x[target] + normaliser) * inverse;
    if (log_reference)
        for (int64_t i = 0; i < n; i++) {
            float c = (x[i] + normaliser) * inverse, p = swirl_exp(x[i]);
            float pull = kl_coefficient * (x[i] - log_reference[i] - divergence);
            x[i] = p * (weight + pull) * (1.0f - c * c);
        }
    else
        for (int64_t i = 0; i < n; i++) {
            float c = (x[i] + normaliser) * inverse;
            x[i] = weight * swirl_exp(x[i]) * (1.0f - c * c);
        }
    x[target] -= weight * (1.0f - hit * hit);
}

SWIRL_CLONES
void swirl_add(int64_t n, const float *restrict x, float *restrict y) {
    for (int64_t i = 0; i < n; i++) y[i] += x[i];
}

double swirl_sum_of_squares(int64_t n, const float *x) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += (double)x[i] * x[i];
    return sum;
}

SWIRL_CLONES
void swirl_adamw(int64_t n, float *restrict w, const float *restrict g, float *restrict m,
                 float *restrict v, float lr, float beta1, float beta2, float epsilon, float decay,
                 float correction1, float correction2, float gradient_scale) {
    float scale = 1.0f / sqrtf(correction2);
    for (int64_t i = 0; i < n; i++) {
        float gradient = g[i] * gradient_scale;
        m[i] = beta1 * m[i] + (1.0f - beta1) * gradient;
        v[i] = beta2 * v[i] + (1.0f - beta2) * gradient * gradient;
        w[i] -= lr * (decay * w[i] + m[i] / correction1 / (sqrtf(v[i]) * scale + epsilon));
    }
}
