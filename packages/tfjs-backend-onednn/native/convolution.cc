// Convolution and both its gradients on oneDNN, for channels-last tensors as TensorFlow.js lays them out.
//
// Activations are [batch, spatial..., channels] and stay in that layout: oneDNN has fast kernels for it. Filters are
// [kernel..., in/groups, out]; oneDNN chooses its own blocked layout for them and a reorder, small beside the
// convolution, brings them there and back. With bfloat16 the inputs are rounded into scratch memory, sums and results
// stay float32.
#include <chrono>
#include <algorithm>
#include <cstring>
#include <string>
#include <unordered_map>
#include <vector>

#include "arguments.h"
#include "call.h"
#include "dnnl_shim.h"
#include "fused_filter_gradient.h"
#include "parallel.h"
#include "stored_array.h"

namespace leanvox {
namespace {

using dnnl::memory;
using dims = memory::dims;

// Positions in the attribute list; JavaScript's src/kernels/conv-attributes.ts writes the same.
enum Attribute { kRank, kBatch, kIn, kIn1, kIn2, kInChannels, kOut, kOut1, kOut2, kOutChannels, kKernel, kKernel1, kKernel2,
                 kStride, kStride1, kStride2, kDilation, kDilation1, kDilation2, kPadLow, kPadLow1, kPadLow2, kPadHigh,
                 kPadHigh1, kPadHigh2, kGroups, kBfloat16, kActivation, kAttributeCount };

struct Geometry {
  int rank;
  int64_t batch, in_channels, out_channels, groups;
  dims in, out, kernel, stride, dilation, pad_low, pad_high;
  bool bfloat16;
  Activation activation;
  size_t input_count, output_count, filter_count;
  // Where the input is some channels of a wider one: its first, and how many channels the filter has for the wider one.
  int64_t first_channel = 0, filter_channels = 0;
  // The result is added to what is there, and it is stored as bfloat16.
  bool accumulate = false, compact = false;
};

// Positions in the optional list that says which part of a convolution this is.
enum Part { kFirstChannel, kFilterChannels, kAccumulate, kPartCount };

Geometry read_geometry(Arguments& arguments, const int32_t* a) {
  const Napi::Env env = arguments.env();
  const auto triple = [&](int first, int rank) { return dims(a + first, a + first + rank); };
  Geometry g;
  g.rank = a[kRank];
  if (g.rank < 1 || g.rank > 3) throw range_error(env, arguments.label("attributes") + ": expected 1 to 3 spatial axes, got " + std::to_string(g.rank));
  g.batch = a[kBatch];
  g.in_channels = a[kInChannels];
  g.out_channels = a[kOutChannels];
  g.groups = a[kGroups];
  g.in = triple(kIn, g.rank);
  g.out = triple(kOut, g.rank);
  g.kernel = triple(kKernel, g.rank);
  g.stride = triple(kStride, g.rank);
  g.dilation = triple(kDilation, g.rank);
  g.pad_low = triple(kPadLow, g.rank);
  g.pad_high = triple(kPadHigh, g.rank);
  g.bfloat16 = a[kBfloat16] != 0;
  if (a[kActivation] < 0 || a[kActivation] >= kActivationCount) throw range_error(env, arguments.label("attributes") + ": expected an activation of 0 to 5");
  g.activation = static_cast<Activation>(a[kActivation]);
  if (g.batch < 1 || g.in_channels < 1 || g.out_channels < 1 || g.groups < 1 || g.in_channels % g.groups != 0 || g.out_channels % g.groups != 0) {
    throw range_error(env, arguments.label("attributes") + ": expected positive sizes and channels divisible by groups");
  }
  for (int i = 0; i < g.rank; i++) {
    // Larger reaches overflow the offsets in oneDNN's generated code, and padding of a whole filter has no use.
    constexpr int64_t largest = int64_t{1} << 15;
    const int64_t extent = (g.kernel[i] - 1) * g.dilation[i] + 1;
    const bool positive = g.in[i] > 0 && g.out[i] > 0 && g.kernel[i] > 0 && g.stride[i] > 0 && g.dilation[i] > 0;
    const bool bounded = positive && extent <= largest && g.stride[i] <= largest && g.pad_low[i] >= 0 && g.pad_high[i] >= 0 && g.pad_low[i] < extent && g.pad_high[i] < extent;
    const int64_t room = g.in[i] + g.pad_low[i] + g.pad_high[i] - extent;
    if (!bounded || room < 0 || room / g.stride[i] + 1 != g.out[i]) {
      throw range_error(env, arguments.label("attributes") + ": expected an output size that follows from input, filter, stride and padding on axis " + std::to_string(i));
    }
  }
  const auto count = [&](std::initializer_list<int64_t> head, const dims& spatial, const char* what) {
    std::vector<int64_t> sizes(head);
    sizes.insert(sizes.end(), spatial.begin(), spatial.end());
    return checked_product(env, sizes.data(), sizes.size(), arguments.label(what));
  };
  g.input_count = count({g.batch, g.in_channels}, g.in, "input");
  g.output_count = count({g.batch, g.out_channels}, g.out, "output");
  g.filter_channels = g.in_channels / g.groups;
  g.filter_count = count({g.filter_channels, g.out_channels}, g.kernel, "filter");
  return g;
}

// Reads the list `part` at `index`, if there is one.
void read_part(const Napi::CallbackInfo& info, Arguments& arguments, size_t index, Geometry& g) {
  const int32_t* part = arguments.optional_array<int32_t>(index, "part", kPartCount);
  if (part == nullptr) return;
  g.first_channel = part[kFirstChannel];
  g.filter_channels = part[kFilterChannels];
  g.accumulate = part[kAccumulate] != 0;
  if (g.groups != 1 || g.first_channel < 0 || g.first_channel + g.in_channels > g.filter_channels) {
    throw range_error(info.Env(), arguments.label("part") + ": expected channels within the filter's " + std::to_string(g.filter_channels));
  }
  std::vector<int64_t> sizes{g.filter_channels, g.out_channels};
  sizes.insert(sizes.end(), g.kernel.begin(), g.kernel.end());
  g.filter_count = checked_product(info.Env(), sizes.data(), sizes.size(), arguments.label("filter"));
}

memory::data_type type_of(Storage storage) { return storage == Storage::kBfloat16 ? memory::data_type::bf16 : memory::data_type::f32; }
memory::data_type result_type(const Geometry& g) { return g.compact ? memory::data_type::bf16 : memory::data_type::f32; }

memory::format_tag channels_last(int rank) {
  return rank == 1 ? memory::format_tag::nwc : rank == 2 ? memory::format_tag::nhwc : memory::format_tag::ndhwc;
}

dims with_head(std::initializer_list<int64_t> head, const dims& tail) {
  dims all(head);
  all.insert(all.end(), tail.begin(), tail.end());
  return all;
}

memory::desc activation(const Geometry& g, int64_t channels, const dims& spatial, memory::data_type type) {
  return memory::desc(with_head({g.batch, channels}, spatial), type, channels_last(g.rank));
}

dims filter_dims(const Geometry& g) {
  if (g.groups == 1) return with_head({g.out_channels, g.in_channels}, g.kernel);
  return with_head({g.groups, g.out_channels / g.groups, g.in_channels / g.groups}, g.kernel);
}

// The filter as TensorFlow.js stores it, [kernel..., in/groups, out], described by strides.
memory::desc filter_in_place(const Geometry& g) {
  dims strides;
  const int64_t in_stride = g.out_channels;
  if (g.groups > 1) strides.push_back(g.out_channels / g.groups);
  strides.push_back(1);
  strides.push_back(in_stride);
  int64_t step = g.out_channels * g.filter_channels;
  dims spatial(g.rank);
  for (int i = g.rank - 1; i >= 0; i--) {
    spatial[i] = step;
    step *= g.kernel[i];
  }
  strides.insert(strides.end(), spatial.begin(), spatial.end());
  return memory::desc(filter_dims(g), memory::data_type::f32, strides);
}

dims zero_based(const dims& dilation) {
  dims result(dilation);
  for (auto& value : result) value -= 1;
  return result;
}

enum class Kind : char { forward = 'f', data = 'd', weights = 'w' };

// A prepared primitive with the layouts it wants.
struct Prepared {
  dnnl::primitive primitive;
  memory::desc filter, scratchpad;
};

template <typename Desc>
Prepared prepare(const Desc& desc, const memory::desc& filter) {
  return {dnnl::primitive(desc), filter, desc.scratchpad_desc()};
}

dnnl::convolution_forward::primitive_desc forward_desc(const Geometry& g, bool bias, float alpha) {
  const auto type = g.bfloat16 ? memory::data_type::bf16 : memory::data_type::f32;
  const auto x = activation(g, g.in_channels, g.in, type);
  const auto w = memory::desc(filter_dims(g), type, memory::format_tag::any);
  const auto b = memory::desc({g.out_channels}, memory::data_type::f32, memory::format_tag::x);
  const auto y = activation(g, g.out_channels, g.out, result_type(g));
  const auto attr = with_activation(g.activation, alpha, g.accumulate);
  const auto& engine = runtime().engine;
  const auto direct = dnnl::algorithm::convolution_direct;
  using P = dnnl::convolution_forward;
  const auto kind = dnnl::prop_kind::forward_training;
  const auto d = zero_based(g.dilation);
  return bias ? make_forward<P>(engine, attr, kind, direct, x, w, b, y, g.stride, d, g.pad_low, g.pad_high)
              : make_forward<P>(engine, attr, kind, direct, x, w, y, g.stride, d, g.pad_low, g.pad_high);
}

// What is made: the pass, and for the forward one whether there is a bias and the slope of a leaky activation.
struct Pass {
  Kind kind;
  bool bias = false;
  float alpha = 0.0f;
};

Prepared make(const Geometry& g, const Pass& pass) {
  const Kind kind = pass.kind;
  const auto type = g.bfloat16 ? memory::data_type::bf16 : memory::data_type::f32;
  const auto f32 = memory::data_type::f32;
  const auto hint = forward_desc(g, pass.bias, pass.alpha);
  if (kind == Kind::forward) return prepare(hint, hint.weights_desc());
  const auto attr = user_scratchpad();
  const auto& engine = runtime().engine;
  const auto direct = dnnl::algorithm::convolution_direct;
  const auto d = zero_based(g.dilation);
  const auto any = memory::format_tag::any;
  if (kind == Kind::data) {
    const auto dx = activation(g, g.in_channels, g.in, result_type(g));
    const auto w = memory::desc(filter_dims(g), type, any);
    const auto dy = activation(g, g.out_channels, g.out, type);
    const auto desc = make_backward<dnnl::convolution_backward_data>(engine, attr, hint, direct, dx, w, dy, g.stride, d, g.pad_low, g.pad_high);
    return prepare(desc, desc.weights_desc());
  }
  const auto x = activation(g, g.in_channels, g.in, type);
  const auto dw = memory::desc(filter_dims(g), f32, any);
  const auto dy = activation(g, g.out_channels, g.out, type);
  const auto desc = make_backward<dnnl::convolution_backward_weights>(engine, attr, hint, direct, x, dw, dy, g.stride, d, g.pad_low, g.pad_high);
  return prepare(desc, desc.diff_weights_desc());
}

// Making a primitive compiles code for a number of threads, so that each geometry is made once. The bound is far above
// any network's.
const Prepared& prepared(const Geometry& g, const int32_t* attributes, const Pass& pass) {
  static thread_local std::unordered_map<std::string, Prepared> cache;
  constexpr size_t limit = 4096;
  std::string key(reinterpret_cast<const char*>(attributes), kAttributeCount * sizeof(int32_t));
  key.push_back(static_cast<char>(pass.kind));
  key.push_back(pass.bias ? 'b' : '-');
  key.push_back(g.compact ? 'c' : '-');
  key.push_back(g.accumulate ? '+' : '-');
  key.append(reinterpret_cast<const char*>(&g.filter_channels), sizeof g.filter_channels);
  const int threads = omp_get_max_threads();
  key.append(reinterpret_cast<const char*>(&threads), sizeof threads);
  key.append(reinterpret_cast<const char*>(&pass.alpha), sizeof pass.alpha);
  const auto found = cache.find(key);
  if (found != cache.end()) return found->second;
  if (cache.size() >= limit) cache.clear();
  return cache.emplace(key, make(g, pass)).first->second;
}

memory scratchpad_of(const Prepared& p) {
  return memory(p.scratchpad, runtime().engine, runtime().scratchpad.reserve(p.scratchpad.get_size()));
}

// Time inside the convolution primitives since the addon was loaded, for benchmarks.
double& convolution_seconds() {
  static thread_local double seconds = 0;
  return seconds;
}

void execute(const Prepared& p, const std::unordered_map<int, memory>& with) {
  const auto start = std::chrono::steady_clock::now();
  p.primitive.execute(runtime().stream, with);
  runtime().stream.wait();
  convolution_seconds() += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Napi::Value seconds_of_convolutions(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), convolution_seconds()); }

void reorder(memory from, memory to) { dnnl::reorder(from, to).execute(runtime().stream, from, to); }

// The filter in the primitive's layout and type; in place when it already is.
memory filter_for(const Prepared& p, const Geometry& g, float* filter) {
  auto& rt = runtime();
  memory plain(filter_in_place(g), rt.engine, filter + g.first_channel * g.out_channels);
  if (p.filter == plain.get_desc()) return plain;
  memory blocked(p.filter, rt.engine, rt.weights.reserve(p.filter.get_size()));
  reorder(plain, blocked);
  return blocked;
}

// An activation as the primitive wants it: itself, or a copy in the primitive's type.
memory activation_for(const Geometry& g, bool output, const StoredArray& data, Scratch& scratch) {
  auto& rt = runtime();
  const int64_t channels = output ? g.out_channels : g.in_channels;
  const dims& spatial = output ? g.out : g.in;
  const size_t count = output ? g.output_count : g.input_count;
  const Storage wanted = g.bfloat16 ? Storage::kBfloat16 : Storage::kFloat32;
  void* values = data.data;
  if (data.storage != wanted) {
    values = scratch.reserve(count * storage_bytes(wanted));
    if (g.bfloat16) to_bfloat16(static_cast<const float*>(data.data), static_cast<uint16_t*>(values), count);
    else from_bfloat16(static_cast<const uint16_t*>(data.data), static_cast<float*>(values), count);
  }
  return memory(activation(g, channels, spatial, type_of(wanted)), rt.engine, values);
}

// dy goes into two gradients, one after the other: with bfloat16 its rounded copy stays, marked with the tensor's tag (a
// number that no other tensor of this thread has; 0 marks nothing).
memory gradient_for(const Geometry& g, const StoredArray& dy, int64_t tag) {
  auto& rt = runtime();
  if (!g.bfloat16 || dy.storage == Storage::kBfloat16) return activation_for(g, true, dy, rt.target);
  if (tag != 0 && rt.target_tag == tag && rt.target.capacity() >= g.output_count * sizeof(uint16_t)) {
    return memory(activation(g, g.out_channels, g.out, memory::data_type::bf16), rt.engine, rt.target.reserve(0));
  }
  rt.target_tag = 0;
  const memory rounded = activation_for(g, true, dy, rt.target);
  rt.target_tag = tag;
  return rounded;
}

memory result_activation(const Geometry& g, bool output, const StoredArray& data) {
  return memory(activation(g, output ? g.out_channels : g.in_channels, output ? g.out : g.in, type_of(data.storage)), runtime().engine, data.data);
}

// convForward(attributes, x, filter, bias | null, y, alpha[, part]): y = activation(x * filter + bias). Activations of all
// three functions are Float32Array or, as bfloat16, Uint16Array; `part` says which channels of a wider input x is.
void conv_forward(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "convForward");
  const int32_t* a = arguments.array<int32_t>(0, "attributes", kAttributeCount);
  Geometry g = read_geometry(arguments, a);
  read_part(info, arguments, 6, g);
  const StoredArray x = stored_array(info, arguments, 1, "x", g.input_count);
  float* filter = arguments.array<float>(2, "filter", g.filter_count);
  float* bias = arguments.optional_array<float>(3, "bias", static_cast<size_t>(g.out_channels));
  const StoredArray y = stored_array(info, arguments, 4, "y", g.output_count);
  g.compact = y.storage == Storage::kBfloat16;
  const float alpha = static_cast<float>(arguments.number(5, "alpha"));
  auto& rt = runtime();
  const Prepared& p = prepared(g, a, {Kind::forward, bias != nullptr, alpha});
  std::unordered_map<int, memory> with = {{DNNL_ARG_SRC, activation_for(g, false, x, rt.source)},
                                          {DNNL_ARG_WEIGHTS, filter_for(p, g, filter)},
                                          {DNNL_ARG_DST, result_activation(g, true, y)},
                                          {DNNL_ARG_SCRATCHPAD, scratchpad_of(p)}};
  if (bias != nullptr) with[DNNL_ARG_BIAS] = memory({{g.out_channels}, memory::data_type::f32, memory::format_tag::x}, rt.engine, bias);
  execute(p, with);
}

// convBackwardInput(attributes, dy, filter, dx, tag of dy)
void conv_backward_input(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "convBackwardInput");
  const int32_t* a = arguments.array<int32_t>(0, "attributes", kAttributeCount);
  Geometry g = read_geometry(arguments, a);
  read_part(info, arguments, 5, g);
  const StoredArray dy = stored_array(info, arguments, 1, "dy", g.output_count);
  float* filter = arguments.array<float>(2, "filter", g.filter_count);
  const StoredArray dx = stored_array(info, arguments, 3, "dx", g.input_count);
  g.compact = dx.storage == Storage::kBfloat16;
  const int64_t tag = arguments.integer(4, "tag", 0, int64_t{1} << 52);
  const Prepared& p = prepared(g, a, {Kind::data});
  execute(p, {{DNNL_ARG_DIFF_DST, gradient_for(g, dy, tag)},
              {DNNL_ARG_WEIGHTS, filter_for(p, g, filter)},
              {DNNL_ARG_DIFF_SRC, result_activation(g, false, dx)},
              {DNNL_ARG_SCRATCHPAD, scratchpad_of(p)}});
}

// oneDNN 2.6.3's AMX kernel for this gradient writes past its scratchpad when strides are above 1, and reads what it
// never wrote when the filter is larger than the input. Neither is hot; they stay in float32.
bool bfloat16_is_safe(const Geometry& g) {
  for (int i = 0; i < g.rank; i++) {
    if (g.stride[i] != 1 || g.dilation[i] != 1 || g.in[i] < g.kernel[i]) return false;
  }
  return g.groups == 1;
}

// True when the sum over places ran on the own kernel for AMX.
bool own_filter_gradient(const Geometry& g, const StoredArray& x, const StoredArray& dy, float* dfilter) {
  const bool halves = g.bfloat16 && x.storage == Storage::kBfloat16 && dy.storage == Storage::kBfloat16;
  if (!halves || g.rank < 2 || g.groups != 1 || g.in != g.out) return false;
  for (int i = 0; i < g.rank; i++) {
    if (g.stride[i] != 1 || g.dilation[i] != 1) return false;
  }
  const auto axis = [&](const dims& sizes, int from_last, int64_t missing) {
    return static_cast<size_t>(from_last < g.rank ? sizes[g.rank - 1 - from_last] : missing);
  };
  const FilterGradient f{static_cast<size_t>(g.batch), axis(g.in, 2, 1), axis(g.in, 1, 1), axis(g.in, 0, 1), static_cast<size_t>(g.in_channels),
                         static_cast<size_t>(g.out_channels), axis(g.kernel, 2, 1), axis(g.kernel, 1, 1), axis(g.kernel, 0, 1),
                         axis(g.pad_low, 2, 0), axis(g.pad_low, 1, 0), axis(g.pad_low, 0, 0), static_cast<const uint16_t*>(x.data),
                         static_cast<const uint16_t*>(dy.data), dfilter + g.first_channel * g.out_channels, static_cast<size_t>(g.filter_channels)};
  if (!takes_filter_gradient(f)) return false;
  const auto start = std::chrono::steady_clock::now();
  amx_filter_gradient(f);
  convolution_seconds() += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return true;
}

// convBackwardFilter(attributes, x, dy, dfilter, tag of dy)
void conv_backward_filter(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "convBackwardFilter");
  const int32_t* given = arguments.array<int32_t>(0, "attributes", kAttributeCount);
  int32_t a[kAttributeCount];
  std::copy(given, given + kAttributeCount, a);
  Geometry g = read_geometry(arguments, a);
  read_part(info, arguments, 5, g);
  if (!bfloat16_is_safe(g)) {
    g.bfloat16 = false;
    a[kBfloat16] = 0;
  }
  const StoredArray x = stored_array(info, arguments, 1, "x", g.input_count);
  const StoredArray dy = stored_array(info, arguments, 2, "dy", g.output_count);
  float* dfilter = arguments.array<float>(3, "dfilter", g.filter_count);
  const int64_t tag = arguments.integer(4, "tag", 0, int64_t{1} << 52);
  if (own_filter_gradient(g, x, dy, dfilter)) return;
  auto& rt = runtime();
  const Prepared& p = prepared(g, a, {Kind::weights});
  memory plain(filter_in_place(g), rt.engine, dfilter + g.first_channel * g.out_channels);
  const bool direct = p.filter == plain.get_desc();
  memory target = direct ? plain : memory(p.filter, rt.engine, rt.weights.reserve(p.filter.get_size()));
  execute(p, {{DNNL_ARG_SRC, activation_for(g, false, x, rt.source)},
              {DNNL_ARG_DIFF_DST, gradient_for(g, dy, tag)},
              {DNNL_ARG_DIFF_WEIGHTS, target},
              {DNNL_ARG_SCRATCHPAD, scratchpad_of(p)}});
  if (!direct) reorder(target, plain);
  rt.stream.wait();
}

void define_convolution(Napi::Object exports) {
  define<conv_forward>(exports, "convForward");
  define<conv_backward_input>(exports, "convBackwardInput");
  define<conv_backward_filter>(exports, "convBackwardFilter");
  define_value<seconds_of_convolutions>(exports, "convolutionSeconds");
}

const Definitions definitions(define_convolution);

}  // namespace

}  // namespace leanvox
