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
#include <memory>
#include <type_traits>

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
    // Two choices in a row: compilers vectorise that, and not one choice by two conditions.
    const T extreme = (largest ? value > best : value < best) ? value : best;
    return value != value ? value : extreme;
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

struct StepRows {
  size_t count, length;
};

// Rows of a few values each.
template <typename Operation, typename In, typename T, typename Out, typename Finish>
LEANVOX_CLONES void short_rows(const In* x, Out* out, StepRows rows, Finish finish) {
  constexpr size_t lanes = 8;
  const size_t length = rows.length;
  for (size_t row = 0; row < rows.count; row++) {
    const In* at = x + row * length;
    T total = Operation::template start<T>();
    size_t i = 0;
    if (length >= 2 * lanes) {
      T partial[lanes];
      for (size_t j = 0; j < lanes; j++) partial[j] = static_cast<T>(at[j]);
      for (i = lanes; i + lanes <= length; i += lanes) {
        for (size_t j = 0; j < lanes; j++) partial[j] = Operation::apply(partial[j], static_cast<T>(at[i + j]));
      }
      for (size_t j = 0; j < lanes; j++) total = Operation::apply(total, partial[j]);
    }
    for (; i < length; i++) total = Operation::apply(total, static_cast<T>(at[i]));
    out[row] = finish(total);
  }
}

// Contiguous rows of `inner` columns, laid side by side in `accumulators` and folded into the first of them.
template <typename Operation, typename In, typename T>
void narrow_segment(const In* x, size_t rows, size_t inner, T* accumulators) {
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
    accumulators[column] = total;
  }
}

struct StepShape {
  size_t outer, reduced, inner;
};

template <typename Operation, typename In, typename T, typename Out, typename Finish>
void reduce_segments(const In* x, StepShape shape, Out* out, Finish finish) {
  const auto [outer, reduced, inner] = shape;
  const bool narrow = inner < kNarrow;
  const size_t columns = narrow ? inner : std::min(inner, kWidth);
  const size_t chunks = (inner + columns - 1) / columns;
  const size_t segment_rows = std::max<size_t>(1, kSegment / columns);
  const size_t segments = (reduced + segment_rows - 1) / segment_rows;
  const auto run = [=, reduced = reduced, inner = inner](size_t task) {
    T accumulators[kWidth];
    const size_t chunk = task % chunks;
    const size_t segment = task / chunks % segments;
    const size_t o = task / chunks / segments;
    const size_t first = segment * segment_rows;
    const size_t rows = std::min(segment_rows, reduced - first);
    const size_t width = std::min(columns, inner - chunk * columns);
    const In* from = x + (o * reduced + first) * inner + chunk * columns;
    if (narrow) {
      narrow_segment<Operation>(from, rows, inner, accumulators);
    } else {
      std::fill_n(accumulators, width, Operation::template start<T>());
      take_in_rows<Operation>(accumulators, from, width, rows, inner);
    }
    Out* to = out + (o * segments + segment) * inner + chunk * columns;
    for (size_t i = 0; i < width; i++) to[i] = finish(accumulators[i]);
  };
  const auto run_range = [&](size_t begin, size_t end) {
    for (size_t task = begin; task < end; task++) run(task);
  };
  const size_t task_size = std::min(reduced, segment_rows) * columns;
  parallel_ranges(outer * segments * chunks, run_range, std::max<size_t>(2, kParallelThreshold / task_size), 1);
}

inline size_t segments_of(StepShape shape) {
  const size_t columns = shape.inner < kNarrow ? shape.inner : std::min(shape.inner, kWidth);
  const size_t rows = std::max<size_t>(1, kSegment / columns);
  return (shape.reduced + rows - 1) / rows;
}

// No size is 0. `finish` turns an accumulator into an output.
template <typename Operation, typename T, typename In, typename Out, typename Finish>
void reduce_step(const In* x, StepShape shape, Out* out, Finish finish) {
  const auto [outer, reduced, inner] = shape;
  if (inner == 1 && reduced <= kShortRow) {
    const auto run = [=, reduced = reduced](size_t begin, size_t end) {
      short_rows<Operation, In, T>(x + begin * reduced, out + begin, {end - begin, reduced}, finish);
    };
    return parallel_ranges(outer, run, std::max<size_t>(2, kParallelThreshold / reduced));
  }
  const size_t segments = segments_of(shape);
  if (segments == 1) return reduce_segments<Operation, In, T>(x, shape, out, finish);
  const std::unique_ptr<T[]> partial(new T[outer * segments * inner]);
  reduce_segments<Operation, In, T>(x, shape, partial.get(), [](T value) { return value; });
  reduce_step<Operation, T>(static_cast<const T*>(partial.get()), {outer, segments, inner}, out, finish);
}

}  // namespace leanvox
