// One way to make primitive descriptors on oneDNN 2.x and 3.x, and the engine, stream and scratchpad of this thread.
#pragma once
#include <cstdint>
#include <dnnl.hpp>
#include <utility>

#include "buffer.h"

namespace leanvox {

#if DNNL_VERSION_MAJOR >= 3
template <typename P, typename... Args>
typename P::primitive_desc make_forward(const dnnl::engine& engine, const dnnl::primitive_attr& attr, Args&&... args) {
  return typename P::primitive_desc(engine, std::forward<Args>(args)..., attr);
}
// Backward descriptors take the forward one as a hint; 2.x wants no hint among the operation's own arguments.
template <typename P, typename Hint, typename... Args>
typename P::primitive_desc make_backward(const dnnl::engine& engine, const dnnl::primitive_attr& attr, const Hint& hint, Args&&... args) {
  return typename P::primitive_desc(engine, std::forward<Args>(args)..., hint, attr);
}
#else
template <typename P, typename... Args>
typename P::primitive_desc make_forward(const dnnl::engine& engine, const dnnl::primitive_attr& attr, Args&&... args) {
  return typename P::primitive_desc(typename P::desc(std::forward<Args>(args)...), attr, engine);
}
template <typename P, typename Hint, typename... Args>
typename P::primitive_desc make_backward(const dnnl::engine& engine, const dnnl::primitive_attr& attr, const Hint& hint, Args&&... args) {
  return typename P::primitive_desc(typename P::desc(std::forward<Args>(args)...), attr, engine, hint);
}
#endif

// What a thread of JavaScript needs to run primitives; one per thread, since Node workers load the addon too.
struct Runtime {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  Scratch scratchpad, weights, source, target, packed;
  // Which tensor `target` holds a rounded copy of; 0 for none.
  int64_t target_tag = 0;
};

inline Runtime& runtime() {
  static thread_local Runtime instance;
  return instance;
}

inline dnnl::primitive_attr user_scratchpad() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

// Activations that oneDNN applies to a result before writing it; JavaScript's src/kernels/activation.ts has the same numbers.
enum class Activation : int32_t { linear, relu, leaky_relu, relu6, elu, sigmoid };
constexpr int32_t kActivationCount = 6;

// Attributes of a primitive whose result goes through `activation`.
inline dnnl::primitive_attr with_activation(Activation activation, float alpha, bool accumulate = false) {
  dnnl::primitive_attr attr = user_scratchpad();
  if (activation == Activation::linear && !accumulate) return attr;
  using dnnl::algorithm;
  dnnl::post_ops ops;
  if (accumulate) ops.append_sum(1.0f);  // added to what the destination holds
  const auto append = [&](algorithm kind, float a, float b) {
#if DNNL_VERSION_MAJOR >= 3
    ops.append_eltwise(kind, a, b);
#else
    ops.append_eltwise(1.0f, kind, a, b);
#endif
  };
  if (activation == Activation::relu) append(algorithm::eltwise_relu, 0.0f, 0.0f);
  if (activation == Activation::leaky_relu) append(algorithm::eltwise_relu, alpha, 0.0f);
  if (activation == Activation::relu6) append(algorithm::eltwise_clip, 0.0f, 6.0f);
  if (activation == Activation::elu) append(algorithm::eltwise_elu, 1.0f, 0.0f);
  if (activation == Activation::sigmoid) append(algorithm::eltwise_logistic, 0.0f, 0.0f);
  attr.set_post_ops(ops);
  return attr;
}

}  // namespace leanvox
