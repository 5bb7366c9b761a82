// Two operands read as if they had one common shape, in blocks that stay in the first cache.
//
// Axes are merged as far as both operands allow. A block of an operand is its own memory where that is contiguous, and a
// small buffer otherwise: filled once for a scalar or a short repeated row (a value per channel), and for every block in
// the other cases. So that one plain loop over contiguous memory serves every kind of broadcasting.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "arguments.h"
#include "parallel.h"

namespace leanvox {

constexpr size_t kBlock = 2048;
constexpr int kMaximumRank = 16;

// A group of neighbouring axes; an operand that is repeated along it does not advance.
struct Axis {
  size_t size;
  bool repeats[2];
};

struct Broadcast {
  std::vector<Axis> axes;
  size_t count = 1;
  size_t lengths[2] = {1, 1};
};

// From [rank, shape of a..., shape of b...], both padded with ones to the common rank.
inline Broadcast read_broadcast(const Arguments& arguments, const int32_t* attributes, size_t length) {
  const Napi::Env env = arguments.env();
  const int rank = length > 0 ? attributes[0] : -1;
  if (rank < 0 || rank > kMaximumRank || length < 1 + 2 * static_cast<size_t>(rank)) {
    throw range_error(env, arguments.label("attributes") + ": expected a rank of at most 16 and two shapes");
  }
  std::vector<int64_t> out;
  Broadcast plan;
  for (int i = 0; i < rank; i++) {
    const int64_t a = attributes[1 + i];
    const int64_t b = attributes[1 + rank + i];
    if (a < 0 || b < 0 || (a != b && a != 1 && b != 1)) {
      throw range_error(env, arguments.label("attributes") + ": expected shapes that broadcast, got " + std::to_string(a) + " and " + std::to_string(b));
    }
    const int64_t size = a == 1 ? b : a;
    out.push_back(size);
    plan.lengths[0] *= static_cast<size_t>(std::max<int64_t>(a, 0));
    plan.lengths[1] *= static_cast<size_t>(std::max<int64_t>(b, 0));
    plan.count = checked_product(env, out.data(), out.size(), arguments.label("attributes"));
    if (size == 1) continue;
    const bool repeats[2] = {a == 1, b == 1};
    auto& axes = plan.axes;
    if (!axes.empty() && axes.back().repeats[0] == repeats[0] && axes.back().repeats[1] == repeats[1]) {
      axes.back().size *= static_cast<size_t>(size);
    } else {
      axes.push_back({static_cast<size_t>(size), {repeats[0], repeats[1]}});
    }
  }
  return plan;
}

// One operand of a plan.
template <typename T>
class Operand {
 public:
  Operand(const Broadcast& plan, int which, const T* data) : plan_(plan), data_(data) {
    const auto& axes = plan.axes;
    size_t stride = 1;
    strides_.resize(axes.size());
    for (size_t i = axes.size(); i-- > 0;) {
      strides_[i] = axes[i].repeats[which] ? 0 : stride;
      if (!axes[i].repeats[which]) stride *= axes[i].size;
    }
    const bool any = std::any_of(axes.begin(), axes.end(), [which](const Axis& axis) { return axis.repeats[which]; });
    if (!any) {
      kind_ = Kind::contiguous;
    } else if (stride == 1) {
      kind_ = Kind::periodic;
    } else if (axes.size() == 2 && axes[0].repeats[which] && axes[1].size <= kBlock) {
      kind_ = Kind::periodic;
      period_ = axes[1].size;
    } else if (axes.size() == 2 && axes[1].repeats[which]) {
      kind_ = Kind::stretched;
    } else {
      kind_ = Kind::general;
    }
  }

  size_t period() const { return period_; }

  // Before the first block of a thread.
  void prepare(T* buffer, size_t block) const {
    if (kind_ != Kind::periodic) return;
    for (size_t i = 0; i < block; i += period_) std::copy(data_, data_ + period_, buffer + i);
  }

  // `count` elements from `begin`, a multiple of the period.
  const T* block(size_t begin, size_t count, T* buffer) const {
    if (kind_ == Kind::contiguous) return data_ + begin;
    if (kind_ == Kind::stretched) return stretch(begin, count, buffer);
    return kind_ == Kind::periodic ? buffer : gather(begin, count, buffer);
  }

 private:
  enum class Kind { contiguous, periodic, stretched, general };

  // Each value `run` times: a value per row of a few channels.
  const T* stretch(size_t begin, size_t count, T* buffer) const {
    const size_t run = plan_.axes[1].size;
    const T* at = data_ + begin / run;
    size_t done = std::min(count, run - begin % run);
    std::fill_n(buffer, done, *at++);
    switch (run) {
      case 2: return stretch_whole<2>(at, buffer, done, count);
      case 3: return stretch_whole<3>(at, buffer, done, count);
      case 4: return stretch_whole<4>(at, buffer, done, count);
    }
    for (; done < count; done += run) std::fill_n(buffer + done, std::min(run, count - done), *at++);
    return buffer;
  }

  template <size_t run>
  static const T* stretch_whole(const T* at, T* buffer, size_t done, size_t count) {
    for (; done + run <= count; done += run, at++) {
      for (size_t i = 0; i < run; i++) buffer[done + i] = *at;
    }
    for (; done < count; done++) buffer[done] = *at;
    return buffer;
  }

  const T* gather(size_t begin, size_t count, T* buffer) const {
    const auto& axes = plan_.axes;
    const size_t last = axes.size() - 1;
    size_t position[kMaximumRank];
    size_t offset = 0;
    for (size_t i = axes.size(), rest = begin; i-- > 0; rest /= axes[i].size) {
      position[i] = rest % axes[i].size;
      offset += position[i] * strides_[i];
    }
    const size_t first = std::min(count, axes[last].size - position[last]);
    if (first == count && strides_[last] == 1) return data_ + offset;
    for (size_t done = 0; done < count;) {
      const size_t run = std::min(count - done, axes[last].size - position[last]);
      if (strides_[last] == 0) {
        std::fill_n(buffer + done, run, data_[offset]);
      } else {
        std::copy_n(data_ + offset, run, buffer + done);
      }
      done += run;
      offset -= position[last] * strides_[last];
      position[last] = 0;
      for (size_t i = last; i-- > 0;) {
        offset += strides_[i];
        if (++position[i] < axes[i].size) break;
        offset -= axes[i].size * strides_[i];
        position[i] = 0;
      }
    }
    return buffer;
  }

  const Broadcast& plan_;
  const T* data_;
  std::vector<size_t> strides_;
  Kind kind_;
  size_t period_ = 1;
};

// out[i] = loop(a[i], b[i]) over the common shape, with loop(a, b, out, count) on contiguous memory.
template <typename In, typename Out, typename Loop>
void broadcast_loop(const Broadcast& plan, const In* a_data, const In* b_data, Out* out, Loop loop) {
  const Operand<In> a(plan, 0, a_data);
  const Operand<In> b(plan, 1, b_data);
  if (plan.lengths[0] == plan.count && plan.lengths[1] == plan.count) {
    parallel_ranges(plan.count, [&](size_t begin, size_t end) { loop(a_data + begin, b_data + begin, out + begin, end - begin); });
    return;
  }
  const size_t period = std::max(a.period(), b.period());
  const size_t block = kBlock / period * period;
  const size_t blocks = (plan.count + block - 1) / block;
  const auto run = [&](size_t begin, size_t end) {
    alignas(64) In a_buffer[kBlock];
    alignas(64) In b_buffer[kBlock];
    a.prepare(a_buffer, block);
    b.prepare(b_buffer, block);
    for (size_t i = begin; i < end; i++) {
      const size_t start = i * block;
      const size_t count = std::min(block, plan.count - start);
      loop(a.block(start, count, a_buffer), b.block(start, count, b_buffer), out + start, count);
    }
  };
  parallel_ranges(blocks, run, kParallelThreshold / kBlock, 1);
}

}  // namespace leanvox
