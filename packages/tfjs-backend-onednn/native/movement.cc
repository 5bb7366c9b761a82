// Kernels that move elements without computing: copies between grids, gathering by index, one-hot rows.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "any_array.h"
#include "call.h"
#include "parallel.h"
#include "strided_copy.h"
#include "vector_math.h"

namespace leanvox {
namespace {

// Whole numbers beyond int32: offsets into large tensors.
std::vector<int64_t> read_whole_numbers(const Napi::CallbackInfo& info, const Arguments& arguments, size_t index) {
  const Napi::Value value = info[index];
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float64_array) {
    throw type_error(info.Env(), arguments.label("attributes") + ": expected a Float64Array");
  }
  const auto array = value.As<Napi::Float64Array>();
  constexpr double limit = 1099511627776.0;  // 2^40
  std::vector<int64_t> numbers;
  for (size_t i = 0; i < array.ElementLength(); i++) {
    const double number = array[i];
    if (!(std::fabs(number) <= limit) || number != std::trunc(number)) {
      throw range_error(info.Env(), arguments.label("attributes") + ": expected whole numbers of at most 2^40");
    }
    numbers.push_back(static_cast<int64_t>(number));
  }
  return numbers;
}

// The lowest and highest position that a walk over the box reaches.
void expect_inside(const Arguments& arguments, const std::vector<CopyAxis>& axes, bool target, int64_t offset, size_t length) {
  // Strides and sizes are at most 2^40 and their product may pass 2^63.
  long double low = static_cast<long double>(offset);
  long double high = low;
  for (const CopyAxis& axis : axes) {
    const long double reach = static_cast<long double>(axis.size - 1) * static_cast<long double>(target ? axis.to : axis.from);
    (reach < 0 ? low : high) += reach;
  }
  if (low < 0 || high >= static_cast<long double>(length)) {
    throw range_error(arguments.env(), arguments.label(target ? "to" : "from") + ": expected a box inside the array's " + std::to_string(length) + " elements");
  }
}

// copy(attributes, from, to), attributes: [rank, offset in from, offset in to, sizes..., strides in from..., strides in to...]
void copy(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "copy");
  const auto attributes = read_whole_numbers(info, arguments, 0);
  constexpr int64_t maximum_rank = 32;
  const int64_t rank = attributes.empty() ? -1 : attributes[0];
  if (rank < 0 || rank > maximum_rank || attributes.size() < static_cast<size_t>(3 + 3 * rank)) {
    throw range_error(info.Env(), "copy: attributes: expected a rank of at most 32, two offsets, sizes and strides");
  }
  const AnyArray from = any_array(info, arguments, 1, "from");
  const AnyArray to = any_array(info, arguments, 2, "to");
  expect_type(arguments, from, "from", to.type);
  std::vector<int64_t> sizes(attributes.begin() + 3, attributes.begin() + 3 + rank);
  if (checked_product(info.Env(), sizes.data(), sizes.size(), "copy: sizes") == 0) return;
  std::vector<CopyAxis> axes;
  for (int64_t i = 0; i < rank; i++) {
    axes.push_back({static_cast<size_t>(sizes[i]), attributes[3 + rank + i], attributes[3 + 2 * rank + i]});
  }
  expect_inside(arguments, axes, false, attributes[1], from.length);
  expect_inside(arguments, axes, true, attributes[2], to.length);
  const auto size = static_cast<int64_t>(from.element_size);
  strided_copy(axes, from.as<char>() + attributes[1] * size, to.as<char>() + attributes[2] * size, from.element_size);
}

struct GatherShape {
  size_t batch, outer, axis, indices, slice;
};

GatherShape read_gather(const Arguments& arguments, const AnyArray& attributes) {
  expect_type(arguments, attributes, "attributes", napi_int32_array);
  expect_length(arguments, attributes, "attributes", 5);
  const auto* a = attributes.as<int32_t>();
  const int64_t input[] = {a[0], a[1], a[2], a[4]};
  const int64_t output[] = {a[0], a[1], a[3], a[4]};
  checked_product(arguments.env(), input, 4, arguments.label("attributes"));
  checked_product(arguments.env(), output, 4, arguments.label("attributes"));
  const auto at = [a](int i) { return static_cast<size_t>(a[i]); };
  return {at(0), at(1), at(2), at(3), at(4)};
}

// gather([batch, outer, axis, indices, slice], x [batch, outer, axis, slice], indices [batch, indices],
//        out [batch, outer, indices, slice])
void gather(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "gather");
  const GatherShape s = read_gather(arguments, any_array(info, arguments, 0, "attributes"));
  const AnyArray x = any_array(info, arguments, 1, "x");
  const AnyArray indices = any_array(info, arguments, 2, "indices");
  const AnyArray out = any_array(info, arguments, 3, "out");
  expect_type(arguments, indices, "indices", napi_int32_array);
  expect_type(arguments, x, "x", out.type);
  expect_length(arguments, x, "x", s.batch * s.outer * s.axis * s.slice);
  expect_length(arguments, indices, "indices", s.batch * s.indices);
  expect_length(arguments, out, "out", s.batch * s.outer * s.indices * s.slice);
  const auto* index = indices.as<int32_t>();
  for (size_t i = 0; i < s.batch * s.indices; i++) {
    if (index[i] < 0 || static_cast<size_t>(index[i]) >= s.axis) {
      throw range_error(info.Env(), "GatherV2: the index value " + std::to_string(index[i]) + " is not in [0, " +
                                        std::to_string(static_cast<int64_t>(s.axis) - 1) + "]");
    }
  }
  const size_t bytes = s.slice * x.element_size;
  const size_t rows = s.batch * s.outer * s.indices;
  if (bytes == 0 || rows == 0) return;
  const char* from = x.as<char>();
  char* to = out.as<char>();
  const auto run = [=](size_t begin, size_t end) {
    for (size_t row = begin; row < end; row++) {
      const size_t batch = row / s.indices / s.outer;
      const size_t position = static_cast<size_t>(index[batch * s.indices + row % s.indices]);
      std::memcpy(to + row * bytes, from + (row / s.indices * s.axis + position) * bytes, bytes);
    }
  };
  parallel_ranges(rows, run, std::max<size_t>(16, 4 * kParallelThreshold / bytes));
}

template <typename T>
T stored(double value) {
  if constexpr (std::is_same_v<T, float>) return static_cast<float>(value);
  return static_cast<T>(to_int32(value));
}

template <typename T>
void one_hot_rows(const AnyArray& indices, T* out, size_t depth, std::pair<double, double> on_off) {
  const T on = stored<T>(on_off.first);
  const T off = stored<T>(on_off.second);
  const auto* index = indices.as<int32_t>();
  const auto run = [=](size_t begin, size_t end) {
    std::fill(out + begin * depth, out + end * depth, off);
    for (size_t i = begin; i < end; i++) {
      if (index[i] >= 0 && static_cast<size_t>(index[i]) < depth) out[i * depth + static_cast<size_t>(index[i])] = on;
    }
  };
  parallel_ranges(indices.length, run, std::max<size_t>(16, kParallelThreshold / depth));
}

// oneHot(depth, on, off, indices, out)
void one_hot(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "oneHot");
  const auto depth = static_cast<size_t>(arguments.integer(0, "depth", 1, int64_t{1} << 31));
  const std::pair<double, double> on_off{arguments.number(1, "on"), arguments.number(2, "off")};
  const AnyArray indices = any_array(info, arguments, 3, "indices");
  const AnyArray out = any_array(info, arguments, 4, "out");
  expect_type(arguments, indices, "indices", napi_int32_array);
  const int64_t sizes[] = {static_cast<int64_t>(indices.length), static_cast<int64_t>(depth)};
  expect_length(arguments, out, "out", checked_product(info.Env(), sizes, 2, "oneHot: out"));
  if (out.type == napi_float32_array) return one_hot_rows(indices, out.as<float>(), depth, on_off);
  if (out.type == napi_int32_array) return one_hot_rows(indices, out.as<int32_t>(), depth, on_off);
  one_hot_rows(indices, out.as<uint8_t>(), depth, on_off);
}

void define_movement(Napi::Object exports) {
  define<copy>(exports, "copy");
  define<gather>(exports, "gather");
  define<one_hot>(exports, "oneHot");
}

const Definitions definitions(define_movement);

}  // namespace
}  // namespace leanvox
