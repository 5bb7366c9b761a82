// Matrix products on oneDNN: any transposes, broadcast batches, bias and activation, float32 or bfloat16 inputs.
#include <string>
#include <unordered_map>
#include <vector>

#include "arguments.h"
#include "call.h"
#include "dnnl_shim.h"
#include "parallel.h"

namespace leanvox {
namespace {

using dnnl::memory;
using dims = memory::dims;

constexpr int kMaxBatchAxes = 6;
// Positions in the attribute list, see src/kernels/matmul/matmul-attributes.ts. Batch axes of a and b follow, six each.
enum Attribute { kBatchAxes, kRows, kInner, kColumns, kTransposeA, kTransposeB, kBfloat16, kActivation, kBatchA, kBatchB = kBatchA + kMaxBatchAxes,
                 kAttributeCount = kBatchB + kMaxBatchAxes };

struct Product {
  dims a, b, c, a_strides, b_strides;
  size_t a_count, b_count, c_count;
  int64_t columns;
  bool bfloat16;
  Activation activation;
};

dims row_major(const dims& shape) {
  dims strides(shape.size());
  int64_t step = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}

// The strides of a matrix [rows, columns] that lies in memory as its transpose.
dims transposed(const dims& shape) {
  dims stored = shape;
  std::swap(stored[stored.size() - 1], stored[stored.size() - 2]);
  dims strides = row_major(stored);
  std::swap(strides[strides.size() - 1], strides[strides.size() - 2]);
  return strides;
}

Product read_product(Arguments& arguments, const int32_t* attributes) {
  const Napi::Env env = arguments.env();
  const int axes = attributes[kBatchAxes];
  const int64_t rows = attributes[kRows], inner = attributes[kInner], columns = attributes[kColumns];
  if (axes < 0 || axes > kMaxBatchAxes || rows < 1 || inner < 1 || columns < 1 || attributes[kActivation] < 0 || attributes[kActivation] >= kActivationCount) {
    throw range_error(env, arguments.label("attributes") + ": expected at most 6 batch axes, sizes of at least 1 and a known activation");
  }
  Product p;
  for (int i = 0; i < axes; i++) {
    const int64_t a = attributes[kBatchA + i], b = attributes[kBatchB + i];
    if (a < 1 || b < 1 || (a != b && a != 1 && b != 1)) throw range_error(env, arguments.label("attributes") + ": expected batch axes that broadcast");
    p.a.push_back(a);
    p.b.push_back(b);
    p.c.push_back(a > b ? a : b);
  }
  for (const int64_t size : {rows, inner}) p.a.push_back(size);
  for (const int64_t size : {inner, columns}) p.b.push_back(size);
  for (const int64_t size : {rows, columns}) p.c.push_back(size);
  p.a_count = checked_product(env, p.a.data(), p.a.size(), arguments.label("a"));
  p.b_count = checked_product(env, p.b.data(), p.b.size(), arguments.label("b"));
  p.c_count = checked_product(env, p.c.data(), p.c.size(), arguments.label("c"));
  p.a_strides = attributes[kTransposeA] != 0 ? transposed(p.a) : row_major(p.a);
  p.b_strides = attributes[kTransposeB] != 0 ? transposed(p.b) : row_major(p.b);
  p.columns = columns;
  p.bfloat16 = attributes[kBfloat16] != 0;
  p.activation = static_cast<Activation>(attributes[kActivation]);
  return p;
}

struct Prepared {
  dnnl::primitive primitive;
  memory::desc a, b, c, bias, scratchpad;
};

Prepared make(const Product& p, bool with_bias, float alpha) {
  const auto type = p.bfloat16 ? memory::data_type::bf16 : memory::data_type::f32;
  const auto f32 = memory::data_type::f32;
  Prepared made;
  made.a = memory::desc(p.a, type, p.a_strides);
  made.b = memory::desc(p.b, type, p.b_strides);
  made.c = memory::desc(p.c, f32, row_major(p.c));
  dims bias_shape(p.c.size(), 1);
  bias_shape.back() = p.columns;
  made.bias = memory::desc(bias_shape, f32, row_major(bias_shape));
  const auto attr = with_activation(p.activation, alpha);
  const auto& engine = runtime().engine;
  const auto desc = with_bias ? make_forward<dnnl::matmul>(engine, attr, made.a, made.b, made.bias, made.c)
                              : make_forward<dnnl::matmul>(engine, attr, made.a, made.b, made.c);
  made.primitive = dnnl::matmul(desc);
  made.scratchpad = desc.scratchpad_desc();
  return made;
}

const Prepared& prepared(const Product& p, const int32_t* attributes, std::pair<bool, float> with) {
  static thread_local std::unordered_map<std::string, Prepared> cache;
  constexpr size_t limit = 4096;
  std::string key(reinterpret_cast<const char*>(attributes), kAttributeCount * sizeof(int32_t));
  key.push_back(with.first ? 'b' : '-');
  const int threads = omp_get_max_threads();
  key.append(reinterpret_cast<const char*>(&threads), sizeof threads);
  key.append(reinterpret_cast<const char*>(&with.second), sizeof with.second);
  const auto found = cache.find(key);
  if (found != cache.end()) return found->second;
  if (cache.size() >= limit) cache.clear();
  return cache.emplace(key, make(p, with.first, with.second)).first->second;
}

memory operand(const memory::desc& desc, const float* data, std::pair<size_t, Scratch*> rounded) {
  auto& rt = runtime();
  if (rounded.second == nullptr) return memory(desc, rt.engine, const_cast<float*>(data));
  auto* values = static_cast<uint16_t*>(rounded.second->reserve(rounded.first * sizeof(uint16_t)));
  to_bfloat16(data, values, rounded.first);
  return memory(desc, rt.engine, values);
}

// matmul(attributes, a, b, bias | null, c, alpha): c = activation(a b + bias)
void matmul(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "matmul");
  const int32_t* attributes = arguments.array<int32_t>(0, "attributes", kAttributeCount);
  const Product p = read_product(arguments, attributes);
  const float* a = arguments.array<float>(1, "a", p.a_count);
  const float* b = arguments.array<float>(2, "b", p.b_count);
  float* bias = arguments.optional_array<float>(3, "bias", static_cast<size_t>(p.columns));
  float* c = arguments.array<float>(4, "c", p.c_count);
  const float alpha = static_cast<float>(arguments.number(5, "alpha"));
  auto& rt = runtime();
  rt.target_tag = 0;
  const Prepared& m = prepared(p, attributes, {bias != nullptr, alpha});
  std::unordered_map<int, memory> with = {
      {DNNL_ARG_SRC, operand(m.a, a, {p.a_count, p.bfloat16 ? &rt.source : nullptr})},
      {DNNL_ARG_WEIGHTS, operand(m.b, b, {p.b_count, p.bfloat16 ? &rt.target : nullptr})},
      {DNNL_ARG_DST, memory(m.c, rt.engine, c)},
      {DNNL_ARG_SCRATCHPAD, memory(m.scratchpad, rt.engine, rt.scratchpad.reserve(m.scratchpad.get_size()))}};
  if (bias != nullptr) with[DNNL_ARG_BIAS] = memory(m.bias, rt.engine, bias);
  m.primitive.execute(rt.stream, with);
  rt.stream.wait();
}

void define_matmul(Napi::Object exports) { define<matmul>(exports, "matmul"); }

const Definitions definitions(define_matmul);

}  // namespace
}  // namespace leanvox
