// The inner loops of the fused kernels, compiled once per instruction set and chosen when the addon loads.
//
// Tensors are rows of `width` values, where width is a multiple of 16 (see norm.cc for how other channel counts get
// there). A value is stored as float32 or as bfloat16 (the upper half of a float32); all arithmetic is float32.
#pragma once
#include <omp.h>

#include <cstddef>
#include <cstdint>

namespace leanvox {

// How a tensor's values are stored: an index into the tables below.
enum Storage : int { kFloat32 = 0, kBfloat16 = 1 };

constexpr size_t storage_bytes(Storage storage) { return storage == kFloat32 ? 4 : 2; }

// Per-lane factors of normalisation, y = leaky((x - mean) * scale + offset). Subtracting the mean first keeps the digits of
// values far from zero.
struct AffineLanes {
  const float *scale, *offset, *mean;
  float leakiness;
};

// And of its gradient, dx = g * scale + (x - mean) * by_x + constant, where g = dy * slope of the activation.
struct GradientLanes : AffineLanes {
  const float *by_x, *constant;
};

struct AdamNumbers {
  float beta1, beta2, rate, epsilon;      // rate and epsilon with the bias corrections in them
  float keep;                             // what decoupled decay leaves of a weight
  float decay;                            // weight of the L2 term in the gradient
};

struct AdamArrays {
  const float *weight, *gradient, *m, *v;
  float *new_weight, *new_m, *new_v;
};

struct SgdNumbers {
  float rate, momentum, decay;
  bool nesterov;
};

// Softmax probabilities of `count` voxels (at most kLossBlock) with `classes` logits each; planes are [classes][kLossBlock].
constexpr size_t kLossBlock = 256;

struct RowKernels {
  const char* name;
  // Mean and sum of squared differences from it, lane by lane, of all rows.
  void (*statistics[2])(const void* x, size_t rows, size_t width, double* mean, double* squares);
  void (*affine[2][2])(const void* x, void* y, size_t rows, size_t width, const AffineLanes& lanes);
  // sums += sum of g, products += sum of g * (x - mean)
  void (*gradient_sums[2][2])(const void* x, const void* dy, size_t rows, size_t width, const GradientLanes& lanes, double* sums, double* products);
  void (*gradient_write[2][2][2])(const void* x, const void* dy, void* dx, size_t rows, size_t width, const GradientLanes& lanes);
  // out = sum of weights[i] * rows[i], `length` values
  void (*combine[2])(const void* const* rows, const float* weights, size_t count, float* out, size_t length);
  // to[i] = weights[i][0] * from[columns[i][0]] + ..., places of `channels` values, `stride` values apart in `to`
  void (*gather[2])(const float* from, const int32_t* start, const int32_t* column, const float* weight, size_t places, size_t channels, void* to, size_t stride);
  void (*max_pool[2])(const void* const* rows, size_t count, const int32_t* first, const int32_t* last, size_t places, size_t channels, void* y);
  void (*max_pool_gradient[2][2])(const void* const* rows, void* const* dx_rows, size_t count, const int32_t* first, const int32_t* last, size_t places, size_t channels, const void* dy);
  // out = a + b, all bfloat16
  void (*add_halves)(const uint16_t* a, const uint16_t* b, uint16_t* out, size_t begin, size_t end);
  void (*adam)(const AdamArrays& arrays, size_t begin, size_t end, const AdamNumbers& numbers);
  void (*sgd)(const float* weight, const float* gradient, const float* buffer, float* new_weight, float* new_buffer, size_t begin, size_t end, const SgdNumbers& numbers);
  // Probabilities, and per voxel log of the normaliser plus the largest logit (so that -log p = that - logit).
  void (*softmax)(const float* logits, size_t count, size_t classes, float* planes, float* log_normaliser);
};

// The table for this processor.
const RowKernels& row_kernels();

namespace isa_base { extern const RowKernels kernels; }
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define LEANVOX_ISA_TABLES 1
namespace isa_avx2 { extern const RowKernels kernels; }
namespace isa_avx512 { extern const RowKernels kernels; }
#endif

// Calls body(index) for every index below count, over the threads in use. Which thread takes which index does not
// change a result: partial sums are kept per index and added in order.
template <typename Body>
void parallel_items(size_t count, size_t work, Body&& body) {
  constexpr size_t threshold = size_t{1} << 15;
  if (count < 2 || work < threshold || omp_get_max_threads() == 1) {
    for (size_t i = 0; i < count; i++) body(i);
    return;
  }
  const auto signed_count = static_cast<int64_t>(count);
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < signed_count; i++) body(static_cast<size_t>(i));
}

}  // namespace leanvox
