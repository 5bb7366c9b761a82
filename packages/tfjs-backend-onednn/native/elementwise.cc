// Elementwise kernels: arithmetic, comparisons, functions of one number, casts and selection.
//
// Each operation is a function of numbers (unary_operations.h, binary_operations.h); one loop template makes kernels of
// them, one broadcasting plan feeds the loops. JavaScript names operations by their place in the tables below
// (src/kernels/elementwise/operations.ts has the same order).
#include <algorithm>
#include <type_traits>

#include "any_array.h"
#include "binary_operations.h"
#include "broadcast.h"
#include "call.h"
#include "parallel.h"
#include "unary_operations.h"

namespace leanvox {
namespace {

template <typename Out, typename Value>
LEANVOX_INLINE Out store(Value value) {
  if constexpr (std::is_same_v<Out, int32_t>) {
    return to_int32(static_cast<double>(value));
  } else {
    return static_cast<Out>(value);
  }
}

// Integers are computed in double precision and wrapped, as JavaScript does.
template <typename In>
using Computed = std::conditional_t<std::is_same_v<In, int32_t>, double, In>;

template <typename Operation, typename In, typename Out>
LEANVOX_CLONES void binary_loop(const In* a, const In* b, Out* out, size_t count) {
  using T = Computed<In>;
  LEANVOX_INDEPENDENT
  for (size_t i = 0; i < count; i++) out[i] = store<Out>(Operation::apply(static_cast<T>(a[i]), static_cast<T>(b[i])));
}

template <typename In, typename Out>
using BinaryLoop = void (*)(const In*, const In*, Out*, size_t);

template <typename In, typename Out>
struct Arithmetic {
  static BinaryLoop<In, Out> at(size_t index) {
    using namespace binary;
    static const BinaryLoop<In, Out> loops[] = {
        binary_loop<Add, In, Out>,  binary_loop<Sub, In, Out>, binary_loop<Multiply, In, Out>, binary_loop<RealDiv, In, Out>,
        binary_loop<Maximum, In, Out>, binary_loop<Minimum, In, Out>, binary_loop<SquaredDifference, In, Out>,
        binary_loop<Pow, In, Out>, binary_loop<Mod, In, Out>, binary_loop<Atan2, In, Out>, binary_loop<Prelu, In, Out>,
        binary_loop<EluGrad, In, Out>};
    return index < std::size(loops) ? loops[index] : nullptr;
  }
};

template <typename In>
struct Comparison {
  static BinaryLoop<In, uint8_t> at(size_t index) {
    using namespace binary;
    static const BinaryLoop<In, uint8_t> loops[] = {
        binary_loop<Equal, In, uint8_t>, binary_loop<NotEqual, In, uint8_t>, binary_loop<Less, In, uint8_t>,
        binary_loop<LessEqual, In, uint8_t>, binary_loop<Greater, In, uint8_t>, binary_loop<GreaterEqual, In, uint8_t>,
        binary_loop<LogicalAnd, In, uint8_t>, binary_loop<LogicalOr, In, uint8_t>};
    return index < std::size(loops) ? loops[index] : nullptr;
  }
};

struct BinaryCall {
  size_t operation;
  Broadcast plan;
  AnyArray a, b, out;
};

// (operation, attributes, a, b, out)
BinaryCall read_binary(const Napi::CallbackInfo& info, Arguments& arguments) {
  BinaryCall call;
  call.operation = static_cast<size_t>(arguments.integer(0, "operation", 0, 255));
  const AnyArray attributes = any_array(info, arguments, 1, "attributes");
  expect_type(arguments, attributes, "attributes", napi_int32_array);
  call.plan = read_broadcast(arguments, attributes.as<int32_t>(), attributes.length);
  call.a = any_array(info, arguments, 2, "a");
  call.b = any_array(info, arguments, 3, "b");
  call.out = any_array(info, arguments, 4, "out");
  expect_length(arguments, call.a, "a", call.plan.lengths[0]);
  expect_length(arguments, call.b, "b", call.plan.lengths[1]);
  expect_length(arguments, call.out, "out", call.plan.count);
  expect_type(arguments, call.b, "b", call.a.type);
  return call;
}

template <typename In, typename Out>
void run_binary(const Arguments& arguments, const BinaryCall& call, BinaryLoop<In, Out> loop) {
  expect_type(arguments, call.out, "out", ArrayType<Out>::kind);
  if (loop == nullptr) throw range_error(arguments.env(), arguments.label("operation") + ": expected a known one");
  if (call.plan.count == 0) return;
  broadcast_loop(call.plan, call.a.as<const In>(), call.b.as<const In>(), call.out.as<Out>(), loop);
}

[[noreturn]] void refuse_type(const Arguments& arguments) {
  throw type_error(arguments.env(), arguments.label("a") + ": expected an element type that the operation takes");
}

// binary(operation, attributes, a, b, out): out of a's type
void binary_arithmetic(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "binary");
  const BinaryCall call = read_binary(info, arguments);
  if (call.a.type == napi_float32_array) return run_binary(arguments, call, Arithmetic<float, float>::at(call.operation));
  if (call.a.type == napi_int32_array) return run_binary(arguments, call, Arithmetic<int32_t, int32_t>::at(call.operation));
  refuse_type(arguments);
}

// compare(operation, attributes, a, b, out): out is bool
void compare(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "compare");
  const BinaryCall call = read_binary(info, arguments);
  if (call.a.type == napi_float32_array) return run_binary(arguments, call, Comparison<float>::at(call.operation));
  if (call.a.type == napi_int32_array) return run_binary(arguments, call, Comparison<int32_t>::at(call.operation));
  run_binary(arguments, call, Comparison<uint8_t>::at(call.operation));
}

// floorDiv(0, attributes, a, b, out): out is int32
void floor_div(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "floorDiv");
  const BinaryCall call = read_binary(info, arguments);
  if (call.a.type == napi_float32_array) return run_binary<float, int32_t>(arguments, call, binary_loop<binary::FloorDiv, float, int32_t>);
  if (call.a.type == napi_int32_array) return run_binary<int32_t, int32_t>(arguments, call, binary_loop<binary::FloorDiv, int32_t, int32_t>);
  refuse_type(arguments);
}

struct Attributes {
  float alpha, beta;
};

template <typename Operation>
LEANVOX_CLONES void unary_loop(const float* x, float* y, size_t count, Attributes attributes) {
  const float alpha = attributes.alpha;
  const float beta = attributes.beta;
  LEANVOX_INDEPENDENT
  for (size_t i = 0; i < count; i++) y[i] = Operation::apply(x[i], alpha, beta);
}

using UnaryLoop = void (*)(const float*, float*, size_t, Attributes);

UnaryLoop unary_loop_at(size_t index) {
  using namespace unary;
  static const UnaryLoop loops[] = {
      unary_loop<Neg>, unary_loop<Abs>, unary_loop<Exp>, unary_loop<Log>, unary_loop<Log1p>, unary_loop<Expm1>, unary_loop<Sqrt>,
      unary_loop<Rsqrt>, unary_loop<Square>, unary_loop<Sign>, unary_loop<Floor>, unary_loop<Ceil>, unary_loop<Round>,
      unary_loop<Reciprocal>, unary_loop<Sigmoid>, unary_loop<Tanh>, unary_loop<Softplus>, unary_loop<Relu>, unary_loop<Relu6>,
      unary_loop<LeakyRelu>, unary_loop<Elu>, unary_loop<Selu>, unary_loop<Step>, unary_loop<ClipByValue>, unary_loop<Erf>,
      unary_loop<Sin>, unary_loop<Cos>, unary_loop<Tan>, unary_loop<Atan>, unary_loop<Sinh>, unary_loop<Cosh>};
  return index < std::size(loops) ? loops[index] : nullptr;
}

// unary(operation, x, y, alpha, beta)
void unary_function(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "unary");
  const UnaryLoop loop = unary_loop_at(static_cast<size_t>(arguments.integer(0, "operation", 0, 255)));
  const AnyArray x = any_array(info, arguments, 1, "x");
  const AnyArray y = any_array(info, arguments, 2, "y");
  const Attributes attributes{static_cast<float>(arguments.number(3, "alpha")), static_cast<float>(arguments.number(4, "beta"))};
  expect_type(arguments, x, "x", napi_float32_array);
  expect_type(arguments, y, "y", napi_float32_array);
  expect_length(arguments, x, "x", y.length);
  if (loop == nullptr) throw range_error(info.Env(), "unary: operation: expected a known one");
  const float* from = x.as<float>();
  float* to = y.as<float>();
  parallel_ranges(y.length, [=](size_t begin, size_t end) { loop(from + begin, to + begin, end - begin, attributes); });
}

enum class Test { is_nan, is_finite, is_infinite, is_zero };

template <typename T>
LEANVOX_CLONES void test_loop(const T* x, uint8_t* y, size_t count, Test test) {
  // The exponent bits tell, without a comparison that NaN would fail.
  const auto magnitude = [](float value) { return bits_of(value) & 0x7fffffffu; };
  switch (test) {
    case Test::is_nan:
      for (size_t i = 0; i < count; i++) y[i] = magnitude(static_cast<float>(x[i])) > 0x7f800000u;
      break;
    case Test::is_finite:
      for (size_t i = 0; i < count; i++) y[i] = magnitude(static_cast<float>(x[i])) < 0x7f800000u;
      break;
    case Test::is_infinite:
      for (size_t i = 0; i < count; i++) y[i] = magnitude(static_cast<float>(x[i])) == 0x7f800000u;
      break;
    case Test::is_zero:
      // NaN counts as false, as in JavaScript.
      for (size_t i = 0; i < count; i++) y[i] = !(x[i] < 0 || x[i] > 0);
      break;
  }
}

template <typename T>
void run_test(const AnyArray& x, const AnyArray& y, Test test) {
  const T* from = x.as<T>();
  uint8_t* to = y.as<uint8_t>();
  parallel_ranges(y.length, [=](size_t begin, size_t end) { test_loop(from + begin, to + begin, end - begin, test); });
}

// test(what, x, y): y is bool; what: 0 is NaN, 1 is finite, 2 is infinite, 3 is zero
void test_values(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "test");
  const auto test = static_cast<Test>(arguments.integer(0, "what", 0, 3));
  const AnyArray x = any_array(info, arguments, 1, "x");
  const AnyArray y = any_array(info, arguments, 2, "y");
  expect_type(arguments, y, "y", napi_uint8_array);
  expect_length(arguments, x, "x", y.length);
  if (x.type == napi_float32_array) return run_test<float>(x, y, test);
  if (x.type == napi_int32_array) return run_test<int32_t>(x, y, test);
  run_test<uint8_t>(x, y, test);
}

// float32 within int32's range converts with one instruction; the rest needs JavaScript's rule, which is rare and slow.
LEANVOX_CLONES bool fits_int32(const float* x, size_t count) {
  int misfits = 0;
  for (size_t i = 0; i < count; i++) misfits |= !(x[i] >= -2147483648.0f && x[i] < 2147483648.0f);
  return misfits == 0;
}

LEANVOX_CLONES void truncate_loop(const float* x, int32_t* y, size_t count) {
  LEANVOX_INDEPENDENT
  for (size_t i = 0; i < count; i++) y[i] = static_cast<int32_t>(x[i]);
}

template <typename From, typename To>
LEANVOX_CLONES void convert_loop(const From* x, To* y, size_t count) {
  LEANVOX_INDEPENDENT
  for (size_t i = 0; i < count; i++) {
    if constexpr (std::is_same_v<To, uint8_t>) {
      y[i] = x[i] != 0;
    } else {
      y[i] = static_cast<To>(x[i]);
    }
  }
}

void float_to_int(const float* x, int32_t* y, size_t count) {
  for (size_t begin = 0; begin < count; begin += kBlock) {
    const size_t size = std::min(kBlock, count - begin);
    if (fits_int32(x + begin, size)) {
      truncate_loop(x + begin, y + begin, size);
    } else {
      for (size_t i = begin; i < begin + size; i++) y[i] = to_int32(static_cast<double>(x[i]));
    }
  }
}

template <typename From, typename To>
void run_cast(const AnyArray& x, const AnyArray& y) {
  const From* from = x.as<From>();
  To* to = y.as<To>();
  parallel_ranges(y.length, [=](size_t begin, size_t end) {
    if constexpr (std::is_same_v<From, float> && std::is_same_v<To, int32_t>) {
      float_to_int(from + begin, to + begin, end - begin);
    } else {
      convert_loop(from + begin, to + begin, end - begin);
    }
  });
}

template <typename From>
void cast_from(const AnyArray& x, const AnyArray& y) {
  if (y.type == napi_float32_array) return run_cast<From, float>(x, y);
  if (y.type == napi_int32_array) return run_cast<From, int32_t>(x, y);
  run_cast<From, uint8_t>(x, y);
}

// cast(x, y)
void cast(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "cast");
  const AnyArray x = any_array(info, arguments, 0, "x");
  const AnyArray y = any_array(info, arguments, 1, "y");
  expect_length(arguments, x, "x", y.length);
  if (x.type == napi_float32_array) return cast_from<float>(x, y);
  if (x.type == napi_int32_array) return cast_from<int32_t>(x, y);
  cast_from<uint8_t>(x, y);
}

template <typename T>
LEANVOX_CLONES void select_loop(const uint8_t* condition, const T* a, const T* b, T* out, size_t count) {
  LEANVOX_INDEPENDENT
  for (size_t i = 0; i < count; i++) out[i] = condition[i] == 1 ? a[i] : b[i];
}

template <typename T>
void run_select(const AnyArray& condition, const AnyArray& a, const AnyArray& b, const AnyArray& out) {
  const uint8_t* c = condition.as<uint8_t>();
  const T* x = a.as<T>();
  const T* y = b.as<T>();
  T* to = out.as<T>();
  parallel_ranges(out.length, [=](size_t begin, size_t end) { select_loop(c + begin, x + begin, y + begin, to + begin, end - begin); });
}

// select(condition, a, b, out): a where the condition is 1
void select(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "select");
  const AnyArray condition = any_array(info, arguments, 0, "condition");
  const AnyArray a = any_array(info, arguments, 1, "a");
  const AnyArray b = any_array(info, arguments, 2, "b");
  const AnyArray out = any_array(info, arguments, 3, "out");
  expect_type(arguments, condition, "condition", napi_uint8_array);
  expect_type(arguments, a, "a", out.type);
  expect_type(arguments, b, "b", out.type);
  expect_length(arguments, condition, "condition", out.length);
  expect_length(arguments, a, "a", out.length);
  expect_length(arguments, b, "b", out.length);
  if (out.element_size == 4) return run_select<uint32_t>(condition, a, b, out);
  run_select<uint8_t>(condition, a, b, out);
}

void define_elementwise(Napi::Object exports) {
  define<binary_arithmetic>(exports, "binary");
  define<compare>(exports, "compare");
  define<floor_div>(exports, "floorDiv");
  define<unary_function>(exports, "unary");
  define<test_values>(exports, "test");
  define<cast>(exports, "cast");
  define<select>(exports, "select");
}

const Definitions definitions(define_elementwise);

}  // namespace
}  // namespace leanvox
