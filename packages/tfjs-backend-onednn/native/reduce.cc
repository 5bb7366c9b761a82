// Sum, mean, product, maximum, minimum and their positions, over any axes.
//
// Axes are merged into alternating kept and reduced ones; the reduced ones go one by one, the last first, each in one
// step (reduction_steps.h) that reads the values once.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "any_array.h"
#include "call.h"
#include "reduction_steps.h"
#include "vector_math.h"

namespace leanvox {
namespace {

enum Operation { kSum, kMean, kProduct, kMaximum, kMinimum, kOperations };

struct Extent {
  size_t size;
  bool reduced;
};

struct Reduction {
  std::vector<Extent> extents;
  size_t count = 1, kept = 1, reduced = 1;
};

// From [rank, shape..., 1 where an axis is reduced else 0...]; every size is at least 1.
Reduction read_reduction(const Arguments& arguments, const AnyArray& attributes) {
  expect_type(arguments, attributes, "attributes", napi_int32_array);
  const auto* values = attributes.as<int32_t>();
  const int rank = attributes.length > 0 ? values[0] : -1;
  constexpr int maximum_rank = 16;
  if (rank < 0 || rank > maximum_rank || attributes.length < 1 + 2 * static_cast<size_t>(rank)) {
    throw range_error(arguments.env(), arguments.label("attributes") + ": expected a rank of at most 16, a shape and flags");
  }
  Reduction reduction;
  const std::vector<int64_t> shape(values + 1, values + 1 + rank);
  reduction.count = checked_product(arguments.env(), shape.data(), shape.size(), arguments.label("attributes"));
  if (reduction.count == 0) throw range_error(arguments.env(), arguments.label("attributes") + ": expected sizes of at least 1");
  for (int i = 0; i < rank; i++) {
    const auto size = static_cast<size_t>(shape[i]);
    const bool reduced = values[1 + rank + i] != 0;
    (reduced ? reduction.reduced : reduction.kept) *= size;
    if (size == 1) continue;
    if (!reduction.extents.empty() && reduction.extents.back().reduced == reduced) {
      reduction.extents.back().size *= size;
    } else {
      reduction.extents.push_back({size, reduced});
    }
  }
  return reduction;
}

size_t product(const std::vector<Extent>& extents, size_t begin, size_t end) {
  size_t result = 1;
  for (size_t i = begin; i < end; i++) result *= extents[i].size;
  return result;
}

// Takes the last reduced extent out of the list and says what step that is.
StepShape next_step(std::vector<Extent>& extents) {
  size_t at = extents.size();
  while (at > 0 && !extents[at - 1].reduced) at--;
  if (at == 0) return {1, 1, product(extents, 0, extents.size())};
  const StepShape step{product(extents, 0, at - 1), extents[at - 1].size, product(extents, at, extents.size())};
  extents.erase(extents.begin() + static_cast<std::ptrdiff_t>(at - 1));
  return step;
}

bool has_reduced(const std::vector<Extent>& extents) {
  return std::any_of(extents.begin(), extents.end(), [](const Extent& extent) { return extent.reduced; });
}

// Steps until nothing is left to reduce; all but the last leave accumulators.
template <typename Op, typename In, typename Out, typename Finish>
void reduce_all(const In* x, const Reduction& reduction, Out* out, Finish finish) {
  using T = typename Op::template Accumulator<In>;
  auto extents = reduction.extents;
  StepShape step = next_step(extents);
  if (!has_reduced(extents)) return reduce_step<Op, T>(x, step, out, finish);
  const auto keep = [](T value) { return value; };
  std::unique_ptr<T[]> current(new T[step.outer * step.inner]);
  reduce_step<Op, T>(x, step, current.get(), keep);
  for (step = next_step(extents); has_reduced(extents); step = next_step(extents)) {
    std::unique_ptr<T[]> next(new T[step.outer * step.inner]);
    reduce_step<Op, T>(static_cast<const T*>(current.get()), step, next.get(), keep);
    current.swap(next);
  }
  reduce_step<Op, T>(static_cast<const T*>(current.get()), step, out, finish);
}

// Turns a double into an output: divided, and wrapped like JavaScript's integers.
template <typename Out>
struct Finish {
  double divisor;
  LEANVOX_INLINE Out operator()(double value) const {
    if constexpr (std::is_same_v<Out, int32_t>) return to_int32(value);
    return static_cast<Out>(value / divisor);
  }
};

struct ReduceCall {
  Operation operation;
  Reduction reduction;
  AnyArray x, out;
};

template <typename In, typename Out>
void run_reduce(const ReduceCall& call) {
  const In* x = call.x.as<In>();
  Out* out = call.out.as<Out>();
  const Finish<Out> divide{call.operation == kMean ? static_cast<double>(call.reduction.reduced) : 1.0};
  const auto convert = [](In value) { return static_cast<Out>(value); };
  switch (call.operation) {
    case kSum:
    case kMean:
      return reduce_all<SumOperation>(x, call.reduction, out, divide);
    case kProduct:
      return reduce_all<ProductOperation>(x, call.reduction, out, divide);
    case kMaximum:
      return reduce_all<ExtremeOperation<true>>(x, call.reduction, out, convert);
    default:
      return reduce_all<ExtremeOperation<false>>(x, call.reduction, out, convert);
  }
}

template <typename In>
void reduce_from(const Arguments& arguments, const ReduceCall& call) {
  if (call.out.type == napi_float32_array) return run_reduce<In, float>(call);
  if (std::is_same_v<In, float>) throw type_error(arguments.env(), arguments.label("out") + ": expected a Float32Array");
  if (call.out.type == napi_int32_array) return run_reduce<In, int32_t>(call);
  run_reduce<In, uint8_t>(call);
}

// reduce(operation, attributes, x, out)
void reduce(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "reduce");
  ReduceCall call{static_cast<Operation>(arguments.integer(0, "operation", 0, kOperations - 1)),
                  read_reduction(arguments, any_array(info, arguments, 1, "attributes")), any_array(info, arguments, 2, "x"),
                  any_array(info, arguments, 3, "out")};
  expect_length(arguments, call.x, "x", call.reduction.count);
  expect_length(arguments, call.out, "out", call.reduction.kept);
  if (call.x.type == napi_float32_array) return reduce_from<float>(arguments, call);
  if (call.x.type == napi_int32_array) return reduce_from<int32_t>(arguments, call);
  reduce_from<uint8_t>(arguments, call);
}

template <typename T, bool largest>
LEANVOX_INLINE bool better(T value, T best) {
  return largest ? value > best : value < best;
}

// Positions of the extremes of rows that lie `inner` apart, the first of equals.
template <typename T, bool largest>
LEANVOX_CLONES void take_in_position(const T* x, T* best, int32_t* position, size_t count, int32_t row) {
  LEANVOX_INDEPENDENT
  for (size_t i = 0; i < count; i++) {
    const bool wins = better<T, largest>(x[i], best[i]);
    best[i] = wins ? x[i] : best[i];
    position[i] = wins ? row : position[i];
  }
}

template <typename T, bool largest>
void position_by_scan(const T* x, StepShape shape, int32_t* out, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++) {
    const T* at = x + i / shape.inner * shape.reduced * shape.inner + i % shape.inner;
    T best = at[0];
    int32_t position = 0;
    for (size_t r = 1; r < shape.reduced; r++) {
      const T value = at[r * shape.inner];
      if (better<T, largest>(value, best)) {
        best = value;
        position = static_cast<int32_t>(r);
      }
    }
    out[i] = position;
  }
}

template <typename T, bool largest>
void position_by_rows(const T* x, StepShape shape, int32_t* out, size_t chunk_of) {
  const size_t chunks = (shape.inner + kWidth - 1) / kWidth;
  const size_t first = chunk_of % chunks * kWidth;
  const size_t count = std::min(kWidth, shape.inner - first);
  const size_t o = chunk_of / chunks;
  const T* at = x + o * shape.reduced * shape.inner + first;
  int32_t* position = out + o * shape.inner + first;
  T best[kWidth];
  std::copy_n(at, count, best);
  std::fill_n(position, count, 0);
  for (size_t r = 1; r < shape.reduced; r++) {
    take_in_position<T, largest>(at + r * shape.inner, best, position, count, static_cast<int32_t>(r));
  }
}

template <typename T, bool largest>
void find_positions(const T* x, StepShape shape, int32_t* out) {
  constexpr size_t narrow = 16;
  if (shape.inner < narrow) {
    parallel_ranges(shape.outer * shape.inner, [=](size_t begin, size_t end) { position_by_scan<T, largest>(x, shape, out, begin, end); },
                    std::max<size_t>(2, kParallelThreshold / shape.reduced));
    return;
  }
  const size_t tasks = shape.outer * ((shape.inner + kWidth - 1) / kWidth);
  const auto run = [=](size_t begin, size_t end) {
    for (size_t i = begin; i < end; i++) position_by_rows<T, largest>(x, shape, out, i);
  };
  parallel_ranges(tasks, run, std::max<size_t>(2, kParallelThreshold / (shape.reduced * std::min(shape.inner, kWidth))), 1);
}

template <typename T>
void positions(bool largest, const AnyArray& x, StepShape shape, int32_t* out) {
  if (largest) return find_positions<T, true>(x.as<T>(), shape, out);
  find_positions<T, false>(x.as<T>(), shape, out);
}

// argExtreme(largest, outer, reduced, inner, x, out): positions along the middle axis of [outer, reduced, inner]
void arg_extreme(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "argExtreme");
  const bool largest = arguments.integer(0, "largest", 0, 1) == 1;
  constexpr int64_t most = int64_t{1} << 31;
  const int64_t sizes[] = {arguments.integer(1, "outer", 1, most), arguments.integer(2, "reduced", 1, most), arguments.integer(3, "inner", 1, most)};
  const size_t count = checked_product(info.Env(), sizes, 3, arguments.label("sizes"));
  const StepShape shape{static_cast<size_t>(sizes[0]), static_cast<size_t>(sizes[1]), static_cast<size_t>(sizes[2])};
  const AnyArray x = any_array(info, arguments, 4, "x");
  const AnyArray out = any_array(info, arguments, 5, "out");
  expect_length(arguments, x, "x", count);
  expect_type(arguments, out, "out", napi_int32_array);
  expect_length(arguments, out, "out", shape.outer * shape.inner);
  if (x.type == napi_float32_array) return positions<float>(largest, x, shape, out.as<int32_t>());
  if (x.type == napi_int32_array) return positions<int32_t>(largest, x, shape, out.as<int32_t>());
  positions<uint8_t>(largest, x, shape, out.as<int32_t>());
}

void define_reduce(Napi::Object exports) {
  define<reduce>(exports, "reduce");
  define<arg_extreme>(exports, "argExtreme");
}

const Definitions definitions(define_reduce);

}  // namespace
}  // namespace leanvox
