// Softmax and log-softmax over the last axis, each in one pass over memory.
//
// Blocks of rows stay in the first cache: subtract each row's maximum, exponentiate the block as one long vector, divide
// by each row's sum. Rows of a few classes, as segmentation has them, are as fast as long ones that way.
#include <algorithm>
#include <cmath>

#include "arguments.h"
#include "call.h"
#include "parallel.h"
#include "vector_math.h"

namespace leanvox {
namespace {

constexpr size_t kSoftmaxBlock = 4096;  // elements; longer rows are a block of their own

constexpr size_t kLanes = 16;

// Of a row with NaN any value will do: the row's sum is NaN then.
LEANVOX_INLINE float row_maximum(const float* x, size_t columns) {
  float best = x[0];
  size_t i = 1;
  if (columns >= 2 * kLanes) {
    float lanes[kLanes];
    for (size_t j = 0; j < kLanes; j++) lanes[j] = x[j];
    for (i = kLanes; i + kLanes <= columns; i += kLanes) {
      for (size_t j = 0; j < kLanes; j++) lanes[j] = x[i + j] > lanes[j] ? x[i + j] : lanes[j];
    }
    for (size_t j = 0; j < kLanes; j++) best = lanes[j] > best ? lanes[j] : best;
  }
  for (; i < columns; i++) best = x[i] > best ? x[i] : best;
  return best;
}

template <size_t known>
LEANVOX_CLONES void subtract_maxima(const float* x, float* y, size_t rows, size_t columns_or_zero) {
  const size_t columns = known > 0 ? known : columns_or_zero;
  for (size_t r = 0; r < rows; r++) {
    const float best = row_maximum(x + r * columns, columns);
    for (size_t i = 0; i < columns; i++) y[r * columns + i] = x[r * columns + i] - best;
  }
}

LEANVOX_CLONES void exponentiate(const float* x, float* y, size_t count) {
  LEANVOX_INDEPENDENT
  for (size_t i = 0; i < count; i++) y[i] = vector_exp(x[i]);
}

// Sixteen partial sums: vectorised, and closer to the true sum than one running total.
LEANVOX_INLINE float row_sum(const float* x, size_t columns) {
  double total = 0;
  size_t i = 0;
  if (columns >= 2 * kLanes) {
    double partial[kLanes] = {};
    for (; i + kLanes <= columns; i += kLanes) {
      for (size_t j = 0; j < kLanes; j++) partial[j] += static_cast<double>(x[i + j]);
    }
    for (size_t j = 0; j < kLanes; j++) total += partial[j];
  }
  for (; i < columns; i++) total += static_cast<double>(x[i]);
  return static_cast<float>(total);
}

template <size_t known>
LEANVOX_CLONES void divide_by_sums(float* y, size_t rows, size_t columns_or_zero) {
  const size_t columns = known > 0 ? known : columns_or_zero;
  for (size_t r = 0; r < rows; r++) {
    const float sum = row_sum(y + r * columns, columns);
    const float factor = 1.0f / sum;
    for (size_t i = 0; i < columns; i++) y[r * columns + i] *= factor;
  }
}

// y holds x less its row's maximum, e the exponentials of that.
LEANVOX_CLONES void subtract_log_sums(const float* e, float* y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    const float log_sum = std::log(row_sum(e + r * columns, columns));
    for (size_t i = 0; i < columns; i++) y[r * columns + i] -= log_sum;
  }
}

using Subtract = void (*)(const float*, float*, size_t, size_t);
using Divide = void (*)(float*, size_t, size_t);

Subtract subtract_for(size_t columns) {
  switch (columns) {
    case 2: return subtract_maxima<2>;
    case 3: return subtract_maxima<3>;
    case 4: return subtract_maxima<4>;
  }
  return subtract_maxima<0>;
}

Divide divide_for(size_t columns) {
  switch (columns) {
    case 2: return divide_by_sums<2>;
    case 3: return divide_by_sums<3>;
    case 4: return divide_by_sums<4>;
  }
  return divide_by_sums<0>;
}

void softmax_rows(const float* x, float* y, size_t rows, size_t columns) {
  const Subtract subtract = subtract_for(columns);
  const Divide divide = divide_for(columns);
  const size_t block = std::max<size_t>(1, kSoftmaxBlock / columns);
  for (size_t r = 0; r < rows; r += block) {
    const size_t height = std::min(block, rows - r);
    float* to = y + r * columns;
    subtract(x + r * columns, to, height, columns);
    exponentiate(to, to, height * columns);
    divide(to, height, columns);
  }
}

// `scratch` holds a block of rows.
void log_softmax_rows(const float* x, float* y, size_t rows, size_t columns, float* scratch) {
  const Subtract subtract = subtract_for(columns);
  const size_t block = std::max<size_t>(1, kSoftmaxBlock / columns);
  for (size_t r = 0; r < rows; r += block) {
    const size_t height = std::min(block, rows - r);
    float* to = y + r * columns;
    subtract(x + r * columns, to, height, columns);
    exponentiate(to, scratch, height * columns);
    subtract_log_sums(scratch, to, height, columns);
  }
}

struct SoftmaxCall {
  size_t rows, columns;
  const float* x;
  float* y;
};

// (rows, columns, x, y), both at least 1
SoftmaxCall read_softmax(Arguments& arguments) {
  constexpr int64_t most = int64_t{1} << 31;
  const int64_t sizes[] = {arguments.integer(0, "rows", 1, most), arguments.integer(1, "columns", 1, most)};
  const size_t count = checked_product(arguments.env(), sizes, 2, arguments.label("sizes"));
  return {static_cast<size_t>(sizes[0]), static_cast<size_t>(sizes[1]), arguments.array<float>(2, "x", count), arguments.array<float>(3, "y", count)};
}

void softmax(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "softmax");
  const auto [rows, columns, x, y] = read_softmax(arguments);
  const auto run = [x = x, y = y, columns = columns](size_t begin, size_t end) { softmax_rows(x + begin * columns, y + begin * columns, end - begin, columns); };
  parallel_ranges(rows, run, std::max<size_t>(2, kParallelThreshold / columns), 1);
}

void log_softmax(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "logSoftmax");
  const auto [rows, columns, x, y] = read_softmax(arguments);
  const size_t block = std::max(kSoftmaxBlock, columns);
  // One block a thread, allocated here: no exception may leave a parallel region.
  std::vector<float> scratch(block * static_cast<size_t>(omp_get_max_threads()));
  float* memory = scratch.data();
  const auto run = [=, x = x, y = y, columns = columns](size_t begin, size_t end) {
    float* own = memory + block * static_cast<size_t>(omp_get_thread_num());
    log_softmax_rows(x + begin * columns, y + begin * columns, end - begin, columns, own);
  };
  parallel_ranges(rows, run, std::max<size_t>(2, kParallelThreshold / columns), 1);
}

void define_softmax(Napi::Object exports) {
  define<softmax>(exports, "softmax");
  define<log_softmax>(exports, "logSoftmax");
}

const Definitions definitions(define_softmax);

}  // namespace
}  // namespace leanvox
