// One step of a reduction: [outer, reduced, inner] becomes [outer, inner].
//
// One loop does the work: a row of accumulators takes in rows of values, vectorised. Narrow rows (a sum over the last axis,
// or over everything but a few channels) are laid side by side, so that the loop is long, and folded at the end. The
// reduced axis is cut into segments of fixed size, so that results do not depend on the number of threads. Sums and
// products are kept in double precision.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "parallel.h"
#include "simd.h"

namespace leanvox {

struct SumOperation {
  template <typename In>
  using Accumulator = double;
  template <typename T>
  static constexpr T start() { return 0; }
  template <typename T>
  static LEANVOX_INLINE T apply(T total, T value) { return total + value; }
};

struct ProductOperation {
  template <typename In>
  using Accumulator = double;
  template <typename T>
  static constexpr T start() { return 1; }
  template <typename T>
  static LEANVOX_INLINE T apply(T total, T value) { return total * value; }
};

// NaN wins over every number, as in the cpu backend.
template <bool largest>
struct ExtremeOperation {
  template <typename In>
  using Accumulator = In;
  template <typename T>
  static constexpr T start() {
    using Limits = std::numeric_limits<T>;
    if constexpr (Limits::has_infinity) return largest ? -Limits::infinity() : Limits::infinity();
    return largest ? Limits::lowest() : Limits::max();
  }
  template <typename T>
  static LEANVOX_INLINE T apply(T best, T value) {
    const bool better = largest ? value > best : value < best;
    return (better || value != value) ? value : best;
  }
};

constexpr size_t kNarrow = 64;         // columns below which rows are laid side by side
constexpr size_t kWidth = 1024;        // accumulators in a row
constexpr size_t kSegment = size_t{1} << 18;  // values a task takes in
constexpr size_t kShortRow = 32;

// accumulators[i] takes in x[i], x[i + stride], ... of `rows` rows.
template <typename Operation, typename In, typename T>
LEANVOX_CLONES void take_in_rows(T* accumulators, const In* x, size_t width, size_t rows, size_t stride) {
  size_t row = 0;
  for (; row + 4 <= rows; row += 4) {
    const In* at = x + row * stride;
    LEANVOX_INDEPENDENT
    for (size_t i = 0; i < width; i++) {
      const T left = Operation::apply(static_cast<T>(at[i]), static_cast<T>(at[i + stride]));
      const T right = Operation::apply(static_cast<T>(at[i + 2 * stride]), static_cast<T>(at[i + 3 * stride]));
      accumulators[i] = Operation::apply(accumulators[i], Operation::apply(left, right));
    }
  }
  for (; row < rows; row++) {
    const In* at = x + row * stride;
    LEANVOX_INDEPENDENT
    for (size_t i = 0; i < width; i++) accumulators[i] = Operation::apply(accumulators[i], static_cast<T>(at[i]));
  }
}

// Rows of a few values each.
template <typename Operation, typename In, typename T>
LEANVOX_CLONES void short_rows(const In* x, T* out, size_t rows, size_t length) {
  for (size_t row = 0; row < rows; row++) {
    T total = Operation::template start<T>();
    for (size_t i = 0; i < length; i++) total = Operation::apply(total, static_cast<T>(x[row * length + i]));
    out[row] = total;
  }
}

// `rows` contiguous rows of `inner` columns into out[inner].
template <typename Operation, typename In, typename T>
void narrow_segment(const In* x, size_t rows, size_t inner, T* out) {
  T accumulators[kWidth];
  const size_t side_by_side = std::max<size_t>(1, std::min(rows, kWidth / 2 / inner));
  const size_t width = side_by_side * inner;
  std::fill_n(accumulators, width, Operation::template start<T>());
  const size_t whole = rows / side_by_side;
  take_in_rows<Operation>(accumulators, x, width, whole, width);
  const size_t rest = (rows - whole * side_by_side) * inner;
  if (rest > 0) take_in_rows<Operation>(accumulators, x + whole * width, rest, 1, width);
  for (size_t column = 0; column < inner; column++) {
    T total = accumulators[column];
    for (size_t i = 1; i < side_by_side; i++) total = Operation::apply(total, accumulators[i * inner + column]);
    out[column] = total;
  }
}

template <typename Operation, typename In, typename T>
void wide_segment(const In* x, size_t rows, size_t columns, size_t inner, T* out) {
  std::fill_n(out, columns, Operation::template start<T>());
  take_in_rows<Operation>(out, x, columns, rows, inner);
}

struct StepShape {
  size_t outer, reduced, inner;
};

// No size is 0.
template <typename Operation, typename In, typename T>
void reduce_step(const In* x, StepShape shape, T* out) {
  const auto [outer, reduced, inner] = shape;
  if (inner == 1 && reduced <= kShortRow) {
    parallel_ranges(outer, [=](size_t begin, size_t end) { short_rows<Operation>(x + begin * reduced, out + begin, end - begin, reduced); },
                    std::max<size_t>(2, kParallelThreshold / reduced));
    return;
  }
  const bool narrow = inner < kNarrow;
  const size_t columns = narrow ? inner : std::min(inner, kWidth);
  const size_t chunks = (inner + columns - 1) / columns;
  const size_t segment_rows = std::max<size_t>(1, kSegment / columns);
  const size_t segments = (reduced + segment_rows - 1) / segment_rows;
  std::vector<T> partial(segments > 1 ? outer * segments * inner : 0);
  T* target = segments > 1 ? partial.data() : out;
  const auto run = [=](size_t begin, size_t end) {
    for (size_t task = begin; task < end; task++) {
      const size_t chunk = task % chunks;
      const size_t segment = task / chunks % segments;
      const size_t o = task / chunks / segments;
      const size_t first = segment * segment_rows;
      const size_t rows = std::min(segment_rows, reduced - first);
      const In* from = x + (o * reduced + first) * inner + chunk * columns;
      T* to = target + (o * segments + segment) * inner + chunk * columns;
      if (narrow) {
        narrow_segment<Operation>(from, rows, inner, to);
      } else {
        wide_segment<Operation>(from, rows, std::min(columns, inner - chunk * columns), inner, to);
      }
    }
  };
  const size_t tasks = outer * segments * chunks;
  const size_t task_size = std::min(reduced, segment_rows) * columns;
  parallel_ranges(tasks, run, std::max<size_t>(2, kParallelThreshold / task_size), 1);
  if (segments > 1) reduce_step<Operation>(target, {outer, segments, inner}, out);
}

}  // namespace leanvox
