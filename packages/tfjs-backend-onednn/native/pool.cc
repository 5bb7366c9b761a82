// Maximum and average pooling in up to three dimensions, and their gradients, for channels-last tensors.
//
// No indices are kept: the gradient of a maximum finds it again, which reads the input once more and spares a tensor.
// The first of equal maxima counts, a NaN never does, and an average is over what lies inside the input, forward and
// backward. Gradients are split among threads by rows of the input, so that no two threads write to one element.
#include <algorithm>
#include <cstring>
#include <limits>

#include "arguments.h"
#include "call.h"
#include "parallel.h"
#include "simd.h"

namespace leanvox {
namespace {

// Positions in the attribute list; src/kernels/pool/pool-attributes.ts writes the same. Axes are depth, height, width.
enum Attribute { kBatch, kChannels, kIn, kOut = kIn + 3, kKernel = kOut + 3, kStride = kKernel + 3, kDilation = kStride + 3, kPad = kDilation + 3, kAttributeCount = kPad + 3 };

constexpr int64_t kBlock = 64;  // channels handled at once, in registers and the first cache

struct Geometry {
  int64_t batch, channels, in[3], out[3], kernel[3], stride[3], dilation[3], pad[3];
  size_t input_count, output_count;
};

// Taps [first, last) of the window of one output that lie inside the input, and where tap 0 lies.
struct Span {
  int64_t start, first, last;
};

// ceil(a / b) for a >= 0; tfjs never dilates a pool, and divisions are slow.
LEANVOX_INLINE int64_t steps(int64_t a, int64_t b) { return b == 1 ? a : (a + b - 1) / b; }

LEANVOX_INLINE Span span_of(const Geometry& g, int axis, int64_t output) {
  const int64_t start = output * g.stride[axis] - g.pad[axis];
  const int64_t first = start >= 0 ? 0 : steps(-start, g.dilation[axis]);
  const int64_t last = start >= g.in[axis] ? 0 : steps(g.in[axis] - start, g.dilation[axis]);
  return {start, first, std::max(first, std::min(last, g.kernel[axis]))};
}

Geometry read_geometry(Arguments& arguments, const int32_t* a) {
  const Napi::Env env = arguments.env();
  Geometry g;
  g.batch = a[kBatch];
  g.channels = a[kChannels];
  bool positive = g.batch > 0 && g.channels > 0;
  for (int i = 0; i < 3; i++) {
    g.in[i] = a[kIn + i];
    g.out[i] = a[kOut + i];
    g.kernel[i] = a[kKernel + i];
    g.stride[i] = a[kStride + i];
    g.dilation[i] = a[kDilation + i];
    g.pad[i] = a[kPad + i];
    positive = positive && g.in[i] > 0 && g.out[i] > 0 && g.kernel[i] > 0 && g.stride[i] > 0 && g.dilation[i] > 0;
  }
  if (!positive) throw range_error(env, arguments.label("attributes") + ": expected positive sizes");
  const int64_t input[] = {g.batch, g.in[0], g.in[1], g.in[2], g.channels};
  const int64_t output[] = {g.batch, g.out[0], g.out[1], g.out[2], g.channels};
  g.input_count = checked_product(env, input, 5, arguments.label("input"));
  g.output_count = checked_product(env, output, 5, arguments.label("output"));
  return g;
}

// Taps of one output window: spans of the three axes and the input of its batch item.
struct Window {
  Span d, h, w;
};

LEANVOX_INLINE int64_t offset_of(const Geometry& g, const Window& s, int64_t kd, int64_t kh, int64_t kw) {
  const int64_t z = s.d.start + kd * g.dilation[0], y = s.h.start + kh * g.dilation[1], x = s.w.start + kw * g.dilation[2];
  return ((z * g.in[1] + y) * g.in[2] + x) * g.channels;
}

// One row of outputs along the last axis.
LEANVOX_CLONES
void forward_row(const Geometry& g, const float* x, float* y, int64_t row, bool maximum) {
  const int64_t oh = row % g.out[1], od = row / g.out[1] % g.out[0], n = row / (g.out[1] * g.out[0]);
  const float* item = x + n * g.in[0] * g.in[1] * g.in[2] * g.channels;
  Window s{span_of(g, 0, od), span_of(g, 1, oh), {}};
  float held[kBlock];
  for (int64_t ow = 0; ow < g.out[2]; ow++) {
    s.w = span_of(g, 2, ow);
    const int64_t count = (s.d.last - s.d.first) * (s.h.last - s.h.first) * (s.w.last - s.w.first);
    float* target = y + (row * g.out[2] + ow) * g.channels;
    for (int64_t c0 = 0; c0 < g.channels; c0 += kBlock) {
      const int64_t width = std::min(kBlock, g.channels - c0);
      for (int64_t c = 0; c < width; c++) held[c] = maximum ? -std::numeric_limits<float>::infinity() : 0.0f;
      for (int64_t kd = s.d.first; kd < s.d.last; kd++)
        for (int64_t kh = s.h.first; kh < s.h.last; kh++)
          for (int64_t kw = s.w.first; kw < s.w.last; kw++) {
            const float* source = item + offset_of(g, s, kd, kh, kw) + c0;
            if (maximum) {
              for (int64_t c = 0; c < width; c++) held[c] = source[c] > held[c] ? source[c] : held[c];
            } else {
              for (int64_t c = 0; c < width; c++) held[c] += source[c];
            }
          }
      // A window wholly in padding averages to 0.
      const float divisor = maximum ? 1.0f : static_cast<float>(std::max(count, int64_t{1}));
      for (int64_t c = 0; c < width; c++) target[c0 + c] = maximum ? held[c] : held[c] / divisor;
    }
  }
}

// The part of the input that one thread writes: rows [first, last) of an axis of one batch item.
struct Slab {
  int64_t item;
  int axis;
  int64_t first, last;
};

// Outputs whose windows may reach rows [first, last).
LEANVOX_INLINE void outputs_reaching(const Geometry& g, const Slab& slab, int64_t* begin, int64_t* end) {
  const int a = slab.axis;
  const int64_t extent = (g.kernel[a] - 1) * g.dilation[a] + 1;
  const int64_t lowest = slab.first + g.pad[a] - extent + 1;
  *begin = lowest <= 0 ? 0 : (lowest + g.stride[a] - 1) / g.stride[a];
  *end = std::min(g.out[a], (slab.last - 1 + g.pad[a]) / g.stride[a] + 1);
}

// Taps of a span that land in rows [first, last).
LEANVOX_INLINE Span clipped(const Geometry& g, const Slab& slab, const Span& s) {
  const int64_t d = g.dilation[slab.axis];
  Span r = s;
  if (slab.first > s.start) r.first = std::max(r.first, steps(slab.first - s.start, d));
  r.last = slab.last <= s.start ? r.first : std::max(r.first, std::min(r.last, steps(slab.last - s.start, d)));
  return r;
}

// Adds to dx what one output's window sends to the taps `own`; `all` is the whole window.
LEANVOX_INLINE void send_maximum(const Geometry& g, const float* x, const float* dy, float* dx, const Window& all, const Window& own, int64_t width) {
  float held[kBlock];
  int32_t position[kBlock];
  for (int64_t c = 0; c < width; c++) {
    held[c] = -std::numeric_limits<float>::infinity();
    position[c] = -1;
  }
  int32_t tap = 0;
  for (int64_t kd = all.d.first; kd < all.d.last; kd++)
    for (int64_t kh = all.h.first; kh < all.h.last; kh++)
      for (int64_t kw = all.w.first; kw < all.w.last; kw++, tap++) {
        const float* source = x + offset_of(g, all, kd, kh, kw);
        for (int64_t c = 0; c < width; c++) {
          const bool greater = source[c] > held[c];
          held[c] = greater ? source[c] : held[c];
          position[c] = greater ? tap : position[c];
        }
      }
  const int64_t heights = all.h.last - all.h.first, widths = all.w.last - all.w.first;
  for (int64_t kd = own.d.first; kd < own.d.last; kd++)
    for (int64_t kh = own.h.first; kh < own.h.last; kh++)
      for (int64_t kw = own.w.first; kw < own.w.last; kw++) {
        const auto wanted = static_cast<int32_t>(((kd - all.d.first) * heights + kh - all.h.first) * widths + kw - all.w.first);
        float* target = dx + offset_of(g, all, kd, kh, kw);
        for (int64_t c = 0; c < width; c++) target[c] += position[c] == wanted ? dy[c] : 0.0f;
      }
}

LEANVOX_INLINE void send_average(const Geometry& g, const float* dy, float* dx, const Window& all, const Window& own, int64_t width) {
  const auto count = static_cast<float>((all.d.last - all.d.first) * (all.h.last - all.h.first) * (all.w.last - all.w.first));
  float share[kBlock];
  for (int64_t c = 0; c < width; c++) share[c] = dy[c] / count;
  for (int64_t kd = own.d.first; kd < own.d.last; kd++)
    for (int64_t kh = own.h.first; kh < own.h.last; kh++)
      for (int64_t kw = own.w.first; kw < own.w.last; kw++) {
        float* target = dx + offset_of(g, all, kd, kh, kw);
        for (int64_t c = 0; c < width; c++) target[c] += share[c];
      }
}

// The gradient of one slab: zeros, then what every window that reaches it sends. x is null for an average.
LEANVOX_CLONES
void backward_slab(const Geometry& g, const float* x, const float* dy, float* dx, const Slab& slab) {
  const int64_t item = slab.item * g.in[0] * g.in[1] * g.in[2] * g.channels;
  const int64_t row = (slab.axis == 0 ? g.in[1] : 1) * g.in[2] * g.channels;
  std::memset(dx + item + slab.first * row, 0, static_cast<size_t>((slab.last - slab.first) * row) * sizeof(float));
  int64_t begin[2] = {0, 0}, end[2] = {g.out[0], g.out[1]};
  outputs_reaching(g, slab, &begin[slab.axis], &end[slab.axis]);
  Window all, own;
  for (int64_t od = begin[0]; od < end[0]; od++) {
    all.d = span_of(g, 0, od);
    own.d = slab.axis == 0 ? clipped(g, slab, all.d) : all.d;
    for (int64_t oh = begin[1]; oh < end[1]; oh++) {
      all.h = span_of(g, 1, oh);
      own.h = slab.axis == 1 ? clipped(g, slab, all.h) : all.h;
      for (int64_t ow = 0; ow < g.out[2]; ow++) {
        all.w = own.w = span_of(g, 2, ow);
        const float* source = dy + (((slab.item * g.out[0] + od) * g.out[1] + oh) * g.out[2] + ow) * g.channels;
        for (int64_t c0 = 0; c0 < g.channels; c0 += kBlock) {
          const int64_t width = std::min(kBlock, g.channels - c0);
          if (x != nullptr) {
            send_maximum(g, x + item + c0, source + c0, dx + item + c0, all, own, width);
          } else {
            send_average(g, source + c0, dx + item + c0, all, own, width);
          }
        }
      }
    }
  }
}

void forward(const Geometry& g, const float* x, float* y, bool maximum) {
  const auto rows = static_cast<size_t>(g.batch * g.out[0] * g.out[1]);
  const size_t threshold = g.output_count < kParallelThreshold ? rows + 1 : 0;
  parallel_items(rows, [&](size_t row) { forward_row(g, x, y, static_cast<int64_t>(row), maximum); }, threshold);
}

void backward(const Geometry& g, const float* x, const float* dy, float* dx) {
  const int axis = g.in[0] > 1 ? 0 : 1;
  // Slabs of whole windows: without overlap no window is looked at twice.
  const int64_t size = std::min(g.in[axis], std::max(g.stride[axis], axis == 0 ? int64_t{1} : int64_t{4} * g.stride[axis]));
  const int64_t slabs = (g.in[axis] + size - 1) / size;
  const auto items = static_cast<size_t>(g.batch * slabs);
  const size_t threshold = g.input_count < kParallelThreshold ? items + 1 : 0;
  parallel_items(
      items,
      [&](size_t index) {
        const auto i = static_cast<int64_t>(index);
        const int64_t first = i % slabs * size;
        backward_slab(g, x, dy, dx, {i / slabs, axis, first, std::min(g.in[axis], first + size)});
      },
      threshold);
}

template <bool maximum>
void pool_forward(const Napi::CallbackInfo& info) {
  Arguments arguments(info, maximum ? "maxPool" : "avgPool");
  const Geometry g = read_geometry(arguments, arguments.array<int32_t>(0, "attributes", kAttributeCount));
  const float* x = arguments.array<float>(1, "x", g.input_count);
  forward(g, x, arguments.array<float>(2, "y", g.output_count), maximum);
}

// maxPoolGrad(attributes, x, dy, dx)
void max_pool_grad(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "maxPoolGrad");
  const Geometry g = read_geometry(arguments, arguments.array<int32_t>(0, "attributes", kAttributeCount));
  const float* x = arguments.array<float>(1, "x", g.input_count);
  const float* dy = arguments.array<float>(2, "dy", g.output_count);
  backward(g, x, dy, arguments.array<float>(3, "dx", g.input_count));
}

// avgPoolGrad(attributes, dy, dx)
void avg_pool_grad(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "avgPoolGrad");
  const Geometry g = read_geometry(arguments, arguments.array<int32_t>(0, "attributes", kAttributeCount));
  const float* dy = arguments.array<float>(1, "dy", g.output_count);
  backward(g, nullptr, dy, arguments.array<float>(2, "dx", g.input_count));
}

void define_pool(Napi::Object exports) {
  define<pool_forward<true>>(exports, "maxPool");
  define<pool_forward<false>>(exports, "avgPool");
  define<max_pool_grad>(exports, "maxPoolGrad");
  define<avg_pool_grad>(exports, "avgPoolGrad");
}

const Definitions definitions(define_pool);

}  // namespace
}  // namespace leanvox
