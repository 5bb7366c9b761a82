// The WebAssembly kernels of the wasm backend: 128-bit SIMD with fused multiply-add, on the memory of tfjs-backend-wasm.
//
// Every kernel is (args, job): `args` points to 32-bit integers (sizes, offsets in floats) and pointers; `job` is one
// independent piece of the work, so that threads take jobs in any order. No static data, no allocation, no libc.
// Arrays are row major, channels last. Build: kernels/build.mjs.

#include <wasm_simd128.h>

typedef float f32;
typedef v128_t v4;
#define INLINE static inline __attribute__((always_inline))
#define EXPORT(name) __attribute__((export_name(#name))) void name
#define FMA(a, b, c) wasm_f32x4_relaxed_madd(a, b, c)
#define LOAD(p) wasm_v128_load(p)
#define STORE(p, v) wasm_v128_store(p, v)
#define SPLAT(p) wasm_v128_load32_splat(p)
#define MIN(a, b) ((a) < (b) ? (a) : (b))

INLINE void copy(f32 *to, const f32 *from, int n) {
  int i = 0;
  for (; i + 4 <= n; i += 4) STORE(to + i, LOAD(from + i));
  for (; i < n; i++) to[i] = from[i];
}

INLINE void clear(f32 *to, int n) {
  const v4 zero = wasm_f32x4_splat(0);
  int i = 0;
  for (; i + 4 <= n; i += 4) STORE(to + i, zero);
  for (; i < n; i++) to[i] = 0;
}

// Zero padding, and channel padding: x [n, d, h, w, c] into y [n, pd, ph, pw, pc] at (d0, h0, w0). A job is one (n, pd).
struct pad_args { const f32 *x; f32 *y; int d, h, w, c, pd, ph, pw, pc, d0, h0, w0; };
EXPORT(pad)(const struct pad_args *a, int job) {
  const int n = job / a->pd, pd = job % a->pd, id = pd - a->d0, row = a->pw * a->pc;
  f32 *y = a->y + (long)job * a->ph * row;
  if (id < 0 || id >= a->d) { clear(y, a->ph * row); return; }
  const f32 *x = a->x + ((long)n * a->d + id) * a->h * a->w * a->c;
  for (int ph = 0; ph < a->ph; ph++, y += row) {
    const int ih = ph - a->h0;
    if (ih < 0 || ih >= a->h) { clear(y, row); continue; }
    const f32 *from = x + (long)ih * a->w * a->c;
    clear(y, a->w0 * a->pc);
    f32 *to = y + a->w0 * a->pc;
    if (a->pc == a->c) copy(to, from, a->w * a->c);
    else for (int iw = 0; iw < a->w; iw++) { copy(to + iw * a->pc, from + iw * a->c, a->c); clear(to + iw * a->pc + a->c, a->pc - a->c); }
    clear(to + a->w * a->pc, (a->pw - a->w0 - a->w) * a->pc);
  }
}

// Weights [tap, ci, co] into panels [block of 8 outputs][tap][input][8], zero beyond the last output. A job is a block.
// With `transposed` the roles of ci and co are exchanged (for the gradient with respect to the input).
struct pack_args { const f32 *w; f32 *panels; const int *taps; int count, ci, co, transposed; };
EXPORT(pack)(const struct pack_args *a, int job) {
  const int inputs = a->transposed ? a->co : a->ci, outputs = a->transposed ? a->ci : a->co;
  const int in_step = a->transposed ? 1 : a->co, out_step = a->transposed ? a->co : 1;
  f32 *to = a->panels + (long)job * a->count * inputs * 8;
  for (int t = 0; t < a->count; t++) {
    const f32 *tap = a->w + (long)a->taps[t] * a->ci * a->co;
    for (int i = 0; i < inputs; i++)
      for (int k = 0; k < 8; k++) { const int o = job * 8 + k; *to++ = o < outputs ? tap[i * in_step + o * out_step] : 0; }
  }
}

struct conv_args {
  const f32 *x; const f32 *panels; f32 *y; const int *taps;
  int count, inner;            // taps, and floats that lie together at each tap
  int d, h, w, co;             // what comes out
  int xn, xd, xh, xw;          // steps through x, in floats, from one output to the next
  int yn, yd, yh, yw;          // the same through y
  int rows, rows_per_job;      // n * d * h
};

// mr outputs along a row times 8 channels, all taps: 2 * mr accumulators stay in registers.
INLINE void conv_block(const int mr, const struct conv_args *a, const f32 *x, const f32 *w, f32 *y, int channels) {
  v4 lo[6], hi[6];
  for (int i = 0; i < mr; i++) lo[i] = hi[i] = wasm_f32x4_splat(0);
  const int xw = a->xw, inner = a->inner;
  for (int t = 0; t < a->count; t++) {
    const f32 *p = x + a->taps[t];
    int c = 0;
    for (; c + 4 <= inner; c += 4, p += 4, w += 32) {
#pragma unroll
      for (int u = 0; u < 4; u++) {
        const v4 w0 = LOAD(w + u * 8), w1 = LOAD(w + u * 8 + 4);
        for (int i = 0; i < mr; i++) {
          const v4 v = SPLAT(p + i * xw + u);
          lo[i] = FMA(v, w0, lo[i]);
          hi[i] = FMA(v, w1, hi[i]);
        }
      }
    }
    for (; c < inner; c++, p++, w += 8) {
      const v4 w0 = LOAD(w), w1 = LOAD(w + 4);
      for (int i = 0; i < mr; i++) {
        const v4 v = SPLAT(p + i * xw);
        lo[i] = FMA(v, w0, lo[i]);
        hi[i] = FMA(v, w1, hi[i]);
      }
    }
  }
  for (int i = 0; i < mr; i++) {
    f32 *to = y + i * a->yw;
    if (channels >= 8) { STORE(to, lo[i]); STORE(to + 4, hi[i]); continue; }
    v4 v = lo[i];
    int k = 0;
    if (channels >= 4) { STORE(to, v); v = hi[i]; k = 4; }
    if (k < channels) wasm_v128_store32_lane(to + k, v, 0);
    if (k + 1 < channels) wasm_v128_store32_lane(to + k + 1, v, 1);
    if (k + 2 < channels) wasm_v128_store32_lane(to + k + 2, v, 2);
  }
}

// Convolution of a padded x: y[o] = sum over taps of x[o * step + tap] . w[tap]. A job is a run of output rows.
EXPORT(conv)(const struct conv_args *a, int job) {
  const int last = MIN(a->rows, (job + 1) * a->rows_per_job), blocks = (a->co + 7) / 8;
  const int pieces = (a->w + 5) / 6;
  for (int b = 0; b < blocks; b++) {
    const f32 *panel = a->panels + (long)b * a->count * a->inner * 8;
    const int channels = MIN(8, a->co - b * 8);
    for (int row = job * a->rows_per_job; row < last; row++) {
      const int oh = row % a->h, od = row / a->h % a->d, n = row / a->h / a->d;
      const f32 *x = a->x + (long)n * a->xn + (long)od * a->xd + (long)oh * a->xh;
      f32 *y = a->y + (long)n * a->yn + (long)od * a->yd + (long)oh * a->yh + b * 8;
      for (int p = 0, from = 0; p < pieces; p++) {
        const int to = (int)((long)a->w * (p + 1) / pieces), mr = to - from;
        const f32 *px = x + from * a->xw;
        f32 *py = y + from * a->yw;
        switch (mr) {
          case 6: conv_block(6, a, px, panel, py, channels); break;
          case 5: conv_block(5, a, px, panel, py, channels); break;
          case 4: conv_block(4, a, px, panel, py, channels); break;
          case 3: conv_block(3, a, px, panel, py, channels); break;
          case 2: conv_block(2, a, px, panel, py, channels); break;
          default: conv_block(1, a, px, panel, py, channels);
        }
        from = to;
      }
    }
  }
}

struct filter_args {
  const f32 *x; const f32 *dy; f32 *panels; f32 *dw; const int *taps;
  int count, inner;            // as in conv_args
  int d, h, w, co, width;      // of dy, whose rows have co floats (a multiple of 8) for `width` channels
  int xn, xd, xh, xw;
  int rows, rows_per_chunk;    // n * d * h; rows whose x and dy stay in the cache together
};

INLINE void filter_block(const int mr, const struct filter_args *a, int tap, const int *range, int block, f32 *dw) {
  v4 lo[6], hi[6];
  for (int i = 0; i < mr; i++) { lo[i] = LOAD(dw + i * 8); hi[i] = LOAD(dw + i * 8 + 4); }
  for (int row = range[0]; row < range[1]; row++) {
    const int oh = row % a->h, od = row / a->h % a->d, n = row / a->h / a->d;
    const f32 *x = a->x + (long)n * a->xn + (long)od * a->xd + (long)oh * a->xh + tap;
    const f32 *dy = a->dy + (long)row * a->w * a->co + block * 8;
    for (int ow = 0; ow < a->w; ow++, x += a->xw, dy += a->co) {
      const v4 d0 = LOAD(dy), d1 = LOAD(dy + 4);
      for (int i = 0; i < mr; i++) {
        const v4 v = SPLAT(x + i);
        lo[i] = FMA(v, d0, lo[i]);
        hi[i] = FMA(v, d1, hi[i]);
      }
    }
  }
  for (int i = 0; i < mr; i++) { STORE(dw + i * 8, lo[i]); STORE(dw + i * 8 + 4, hi[i]); }
}

// Filter gradient: dw[tap][i][co] = sum over outputs of x[o * step + tap][i] dy[o][co]. A job is a tap times a block of 8.
EXPORT(conv_filter)(const struct filter_args *a, int job) {
  const int blocks = a->co / 8, t = job / blocks, b = job % blocks;
  f32 *dw = a->panels + (long)job * a->inner * 8;
  clear(dw, a->inner * 8);
  const int pieces = (a->inner + 5) / 6;
  for (int first = 0; first < a->rows; first += a->rows_per_chunk) {
    int range[2] = { first, MIN(a->rows, first + a->rows_per_chunk) };
    for (int p = 0, from = 0; p < pieces; p++) {
      const int to = (int)((long)a->inner * (p + 1) / pieces), mr = to - from, tap = a->taps[t] + from;
      f32 *out = dw + from * 8;
      switch (mr) {
        case 6: filter_block(6, a, tap, range, b, out); break;
        case 5: filter_block(5, a, tap, range, b, out); break;
        case 4: filter_block(4, a, tap, range, b, out); break;
        case 3: filter_block(3, a, tap, range, b, out); break;
        case 2: filter_block(2, a, tap, range, b, out); break;
        default: filter_block(1, a, tap, range, b, out);
      }
      from = to;
    }
  }
  f32 *out = a->dw + (long)t * a->inner * a->width + b * 8;
  const int channels = MIN(8, a->width - b * 8);
  for (int i = 0; i < a->inner; i++) copy(out + (long)i * a->width, dw + i * 8, channels);
}

// A sparse matrix along one axis: y[o, i, :] = sum_j weight[j] x[o, column[j], :], j from start[i] to start[i + 1].
// Serves resizing, average pooling and their gradients. A job is a run of (o, i).
struct axis_args { const f32 *x; f32 *y; const int *start; const int *column; const f32 *weight; int source, target, inner, rows, rows_per_job; };
EXPORT(axis_matrix)(const struct axis_args *a, int job) {
  const int last = MIN(a->rows, (job + 1) * a->rows_per_job), inner = a->inner;
  for (int row = job * a->rows_per_job; row < last; row++) {
    const int i = row % a->target, from = a->start[i], to = a->start[i + 1];
    const f32 *x = a->x + (long)(row / a->target) * a->source * inner;
    f32 *y = a->y + (long)row * inner;
    if (to == from) { clear(y, inner); continue; }
    for (int j = from; j < to; j++) {
      const f32 *p = x + (long)a->column[j] * inner;
      const f32 w = a->weight[j];
      const v4 wv = wasm_f32x4_splat(w);
      int c = 0;
      if (j == from) {
        for (; c + 4 <= inner; c += 4) STORE(y + c, wasm_f32x4_mul(LOAD(p + c), wv));
        for (; c < inner; c++) y[c] = p[c] * w;
      } else {
        for (; c + 4 <= inner; c += 4) STORE(y + c, FMA(LOAD(p + c), wv, LOAD(y + c)));
        for (; c < inner; c++) y[c] += p[c] * w;
      }
    }
  }
}

// Max pooling over windows that do not overlap, smaller at the end of an axis. A job is one (n, od) of the output.
struct pool_args { const f32 *x; const f32 *y; const f32 *dy; f32 *out; int d, h, w, c, od, oh, ow, kd, kh, kw, d0, h0, w0; };
#define WINDOW(job) \
  const int n = job / a->od, zo = job % a->od; \
  const int z0 = zo * a->kd - a->d0 < 0 ? 0 : zo * a->kd - a->d0, z1 = MIN(a->d, (zo + 1) * a->kd - a->d0);
EXPORT(max_pool)(const struct pool_args *a, int job) {
  WINDOW(job)
  const int c4 = a->c & ~3;
  f32 *y = a->out + (long)job * a->oh * a->ow * a->c;
  for (int yo = 0; yo < a->oh; yo++) for (int xo = 0; xo < a->ow; xo++, y += a->c) {
    const int y0 = yo * a->kh - a->h0 < 0 ? 0 : yo * a->kh - a->h0, y1 = MIN(a->h, (yo + 1) * a->kh - a->h0);
    const int x0 = xo * a->kw - a->w0 < 0 ? 0 : xo * a->kw - a->w0, x1 = MIN(a->w, (xo + 1) * a->kw - a->w0);
    int first = 1;
    for (int z = z0; z < z1; z++) for (int h = y0; h < y1; h++) for (int w = x0; w < x1; w++, first = 0) {
      const f32 *p = a->x + ((((long)n * a->d + z) * a->h + h) * a->w + w) * a->c;
      if (first) { copy(y, p, a->c); continue; }
      for (int c = 0; c < c4; c += 4) STORE(y + c, wasm_f32x4_max(LOAD(p + c), LOAD(y + c)));
      for (int c = c4; c < a->c; c++) if (!(y[c] >= p[c])) y[c] = p[c];
    }
  }
}

// The gradient goes to the first largest value of each window.
EXPORT(max_pool_gradient)(const struct pool_args *a, int job) {
  WINDOW(job)
  for (int yo = 0; yo < a->oh; yo++) for (int xo = 0; xo < a->ow; xo++) {
    const int y0 = yo * a->kh - a->h0 < 0 ? 0 : yo * a->kh - a->h0, y1 = MIN(a->h, (yo + 1) * a->kh - a->h0);
    const int x0 = xo * a->kw - a->w0 < 0 ? 0 : xo * a->kw - a->w0, x1 = MIN(a->w, (xo + 1) * a->kw - a->w0);
    const long o = (((long)job * a->oh + yo) * a->ow + xo) * a->c;
    for (int c = 0; c < a->c; c += 4) {
      const int wide = c + 4 <= a->c;
      for (int k = c; k < (wide ? c + 1 : a->c); k++) {
        const v4 top = wide ? LOAD(a->y + o + k) : SPLAT(a->y + o + k), dy = wide ? LOAD(a->dy + o + k) : SPLAT(a->dy + o + k);
        v4 free = wasm_i32x4_splat(-1);
        for (int z = z0; z < z1; z++) for (int h = y0; h < y1; h++) for (int w = x0; w < x1; w++) {
          const long i = ((((long)n * a->d + z) * a->h + h) * a->w + w) * a->c + k;
          const v4 hit = wasm_v128_and(free, wasm_f32x4_eq(wide ? LOAD(a->x + i) : SPLAT(a->x + i), top));
          free = wasm_v128_andnot(free, hit);
          const v4 value = wasm_v128_and(dy, hit);
          if (wide) STORE(a->out + i, value); else wasm_v128_store32_lane(a->out + i, value, 0);
        }
      }
    }
  }
}

// Normalisation. x is [n, space, c]; a job is one (n, chunk of `length` places). `a` and `b` are [n, c].
struct norm_args { const f32 *x; const f32 *dy; f32 *out; const f32 *a; const f32 *b; const f32 *mean; const f32 *rstd; const f32 *p; const f32 *q; int space, c, length; f32 leakiness; };
#define CHUNK(job) \
  const int per = (a->space + a->length - 1) / a->length, n = job / per, first = job % per * a->length; \
  const int places = MIN(a->length, a->space - first), C = a->c; \
  const long base = ((long)n * a->space + first) * C;

// Mean and sum of squared deviations of each channel of each chunk: out [job][2][c].
EXPORT(norm_statistics)(const struct norm_args *a, int job) {
  CHUNK(job)
  const f32 *x = a->x + base;
  f32 *mean = a->out + (long)job * 2 * C, *m2 = mean + C;
  int c = 0;
  for (; c + 4 <= C; c += 4) {
    v4 s0 = wasm_f32x4_splat(0), s1 = s0;
    const f32 *p = x + c;
    int i = 0;
    for (; i + 2 <= places; i += 2, p += 2 * C) { s0 = wasm_f32x4_add(s0, LOAD(p)); s1 = wasm_f32x4_add(s1, LOAD(p + C)); }
    if (i < places) s0 = wasm_f32x4_add(s0, LOAD(p));
    const v4 m = wasm_f32x4_mul(wasm_f32x4_add(s0, s1), wasm_f32x4_splat(1.0f / places));
    s0 = s1 = wasm_f32x4_splat(0);
    for (i = 0, p = x + c; i + 2 <= places; i += 2, p += 2 * C) {
      const v4 d0 = wasm_f32x4_sub(LOAD(p), m), d1 = wasm_f32x4_sub(LOAD(p + C), m);
      s0 = FMA(d0, d0, s0); s1 = FMA(d1, d1, s1);
    }
    if (i < places) { const v4 d = wasm_f32x4_sub(LOAD(p), m); s0 = FMA(d, d, s0); }
    STORE(mean + c, m); STORE(m2 + c, wasm_f32x4_add(s0, s1));
  }
  for (; c < C; c++) {
    f32 s = 0, t = 0;
    for (int i = 0; i < places; i++) s += x[(long)i * C + c];
    s /= places;
    for (int i = 0; i < places; i++) { const f32 d = x[(long)i * C + c] - s; t += d * d; }
    mean[c] = s; m2[c] = t;
  }
}

#define LEAKY(z) wasm_v128_bitselect(z, wasm_f32x4_mul(z, leak), wasm_f32x4_gt(z, zero))
// out = leakyRelu(x * a + b).
EXPORT(norm_apply)(const struct norm_args *a, int job) {
  CHUNK(job)
  const f32 *x = a->x + base, *A = a->a + n * C, *B = a->b + n * C;
  f32 *y = a->out + base;
  const v4 leak = wasm_f32x4_splat(a->leakiness), zero = wasm_f32x4_splat(0);
  for (int i = 0; i < places; i++, x += C, y += C) {
    int c = 0;
    for (; c + 4 <= C; c += 4) { const v4 z = FMA(LOAD(x + c), LOAD(A + c), LOAD(B + c)); STORE(y + c, LEAKY(z)); }
    for (; c < C; c++) { const f32 z = x[c] * A[c] + B[c]; y[c] = z > 0 ? z : z * a->leakiness; }
  }
}

// g = dy * slope(x * a + b); sums of g and of g * (x - mean) * rstd for each channel of each chunk: out [job][2][c].
EXPORT(norm_gradient_sums)(const struct norm_args *a, int job) {
  CHUNK(job)
  const f32 *A = a->a + n * C, *B = a->b + n * C, *mean = a->mean + n * C, *rstd = a->rstd + n * C;
  f32 *sums = a->out + (long)job * 2 * C, *products = sums + C;
  const v4 leak = wasm_f32x4_splat(a->leakiness), zero = wasm_f32x4_splat(0), one = wasm_f32x4_splat(1);
  int c = 0;
  for (; c + 4 <= C; c += 4) {
    const f32 *x = a->x + base + c, *dy = a->dy + base + c;
    const v4 Av = LOAD(A + c), Bv = LOAD(B + c), m = LOAD(mean + c), r = LOAD(rstd + c);
    v4 s = zero, t = zero;
    for (int i = 0; i < places; i++, x += C, dy += C) {
      const v4 xv = LOAD(x), z = FMA(xv, Av, Bv);
      const v4 g = wasm_f32x4_mul(LOAD(dy), wasm_v128_bitselect(one, leak, wasm_f32x4_gt(z, zero)));
      s = wasm_f32x4_add(s, g);
      t = FMA(g, wasm_f32x4_sub(xv, m), t);
    }
    STORE(sums + c, s); STORE(products + c, wasm_f32x4_mul(t, r));
  }
  for (; c < C; c++) {
    f32 s = 0, t = 0;
    for (int i = 0; i < places; i++) {
      const f32 x = a->x[base + (long)i * C + c], dy = a->dy[base + (long)i * C + c];
      const f32 g = x * A[c] + B[c] > 0 ? dy : dy * a->leakiness;
      s += g; t += g * (x - mean[c]);
    }
    sums[c] = s; products[c] = t * rstd[c];
  }
}

// out = g * a + x * p + q with g as above.
EXPORT(norm_gradient_apply)(const struct norm_args *a, int job) {
  CHUNK(job)
  const f32 *x = a->x + base, *dy = a->dy + base, *A = a->a + n * C, *B = a->b + n * C, *P = a->p + n * C, *Q = a->q + n * C;
  f32 *out = a->out + base;
  const v4 leak = wasm_f32x4_splat(a->leakiness), zero = wasm_f32x4_splat(0), one = wasm_f32x4_splat(1);
  for (int i = 0; i < places; i++, x += C, dy += C, out += C) {
    int c = 0;
    for (; c + 4 <= C; c += 4) {
      const v4 xv = LOAD(x + c), Av = LOAD(A + c), z = FMA(xv, Av, LOAD(B + c));
      const v4 g = wasm_f32x4_mul(LOAD(dy + c), wasm_v128_bitselect(one, leak, wasm_f32x4_gt(z, zero)));
      STORE(out + c, FMA(g, Av, FMA(xv, LOAD(P + c), LOAD(Q + c))));
    }
    for (; c < C; c++) {
      const f32 g = x[c] * A[c] + B[c] > 0 ? dy[c] : dy[c] * a->leakiness;
      out[c] = g * A[c] + (x[c] * P[c] + Q[c]);
    }
  }
}

// Copies `width` floats of every row of `from_step` floats into rows of `to_step` floats. A job is a run of rows.
struct rows_args { const f32 *from; f32 *to; int from_step, to_step, width, rows, rows_per_job; };
EXPORT(copy_rows)(const struct rows_args *a, int job) {
  const int last = MIN(a->rows, (job + 1) * a->rows_per_job);
  for (int row = job * a->rows_per_job; row < last; row++) copy(a->to + (long)row * a->to_step, a->from + (long)row * a->from_step, a->width);
}
