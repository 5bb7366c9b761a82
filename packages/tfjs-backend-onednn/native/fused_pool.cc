// Maximum over windows that do not overlap, for tensors of float32 or bfloat16, and the sum of two bfloat16 tensors: what
// lies between the convolutions of an encoder besides normalisation.
//
// Windows start so that a border is split as padding 'same' does; a window at the border is smaller. The gradient finds the
// maximum again and writes every place of the input once.
#include <algorithm>
#include <vector>

#include "arguments.h"
#include "call.h"
#include "fused_rows.h"
#include "parallel.h"
#include "stored_array.h"

namespace leanvox {
namespace {

enum Attribute { kBatch, kChannels, kIn, kIn1, kIn2, kWindow, kWindow1, kWindow2, kAttributeCount };

struct Axis {
  size_t in, out;
  std::vector<int32_t> first, last;
};

struct Pool {
  size_t batch, channels, window_rows;
  Axis axes[3];
  size_t in_count() const { return batch * axes[0].in * axes[1].in * axes[2].in * channels; }
  size_t out_count() const { return batch * axes[0].out * axes[1].out * axes[2].out * channels; }
};

Axis windows(int64_t in, int64_t size) {
  Axis axis;
  const int64_t out = (in + size - 1) / size, before = (out * size - in) / 2;
  axis.in = static_cast<size_t>(in);
  axis.out = static_cast<size_t>(out);
  for (int64_t i = 0; i < out; i++) {
    axis.first.push_back(static_cast<int32_t>(std::max<int64_t>(0, i * size - before)));
    axis.last.push_back(static_cast<int32_t>(std::min(in, (i + 1) * size - before)));
  }
  return axis;
}

Pool read_pool(Arguments& arguments) {
  const int32_t* a = arguments.array<int32_t>(0, "attributes", kAttributeCount);
  for (int i = 0; i < kAttributeCount; i++) {
    if (a[i] < 1) throw range_error(arguments.env(), arguments.label("attributes") + ": expected sizes of at least 1, got " + std::to_string(a[i]));
  }
  const int64_t sizes[] = {a[kBatch], a[kChannels], a[kIn], a[kIn1], a[kIn2]};
  checked_product(arguments.env(), sizes, 5, arguments.label("attributes"));
  Pool p;
  p.batch = static_cast<size_t>(a[kBatch]);
  p.channels = static_cast<size_t>(a[kChannels]);
  for (int axis = 0; axis < 3; axis++) p.axes[axis] = windows(a[kIn + axis], a[kWindow + axis]);
  p.window_rows = static_cast<size_t>(std::min(a[kWindow], a[kIn])) * static_cast<size_t>(std::min(a[kWindow1], a[kIn1]));
  return p;
}

// Positions of the source rows of one row of targets, in values.
size_t rows_of(const Pool& p, size_t row, std::vector<size_t>& positions) {
  const size_t height = row % p.axes[1].out, depth = row / p.axes[1].out % p.axes[0].out, item = row / (p.axes[1].out * p.axes[0].out);
  positions.clear();
  for (int32_t d = p.axes[0].first[depth]; d < p.axes[0].last[depth]; d++) {
    for (int32_t h = p.axes[1].first[height]; h < p.axes[1].last[height]; h++) {
      positions.push_back(((item * p.axes[0].in + static_cast<size_t>(d)) * p.axes[1].in + static_cast<size_t>(h)) * p.axes[2].in * p.channels);
    }
  }
  return positions.size();
}

struct Workspace {
  std::vector<size_t> positions;
  std::vector<const void*> rows;
  std::vector<void*> targets;
};

template <typename Body>
void for_rows(const Pool& p, Body&& body) {
  std::vector<Workspace> spaces(static_cast<size_t>(omp_get_max_threads()));
  for (Workspace& w : spaces) {
    w.positions.reserve(p.window_rows);
    w.rows.resize(p.window_rows);
    w.targets.resize(p.window_rows);
  }
  parallel_items(p.batch * p.axes[0].out * p.axes[1].out, p.in_count(), [&](size_t row) {
    Workspace& w = spaces[static_cast<size_t>(omp_get_thread_num())];
    body(row, rows_of(p, row, w.positions), w);
  });
}

// windowMax(attributes, x, y)
void window_max(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "windowMax");
  const Pool p = read_pool(arguments);
  const StoredArray x = stored_array(info, arguments, 1, "x", p.in_count());
  const StoredArray y = stored_array(info, arguments, 2, "y", p.out_count());
  if (x.storage != y.storage) throw type_error(info.Env(), arguments.label("y") + ": expected the type of x");
  const auto kernel = row_kernels().max_pool[x.storage];
  const Axis& width = p.axes[2];
  for_rows(p, [&](size_t row, size_t count, Workspace& w) {
    for (size_t i = 0; i < count; i++) w.rows[i] = x.at(w.positions[i]);
    kernel(w.rows.data(), count, width.first.data(), width.last.data(), width.out, p.channels, y.at(row * width.out * p.channels));
  });
}

// windowMaxGrad(attributes, x, dy, dx)
void window_max_grad(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "windowMaxGrad");
  const Pool p = read_pool(arguments);
  const StoredArray x = stored_array(info, arguments, 1, "x", p.in_count());
  const StoredArray dy = stored_array(info, arguments, 2, "dy", p.out_count());
  const StoredArray dx = stored_array(info, arguments, 3, "dx", p.in_count());
  if (dx.storage != dy.storage) throw type_error(info.Env(), arguments.label("dx") + ": expected the type of dy");
  const auto kernel = row_kernels().max_pool_gradient[x.storage][dy.storage];
  const Axis& width = p.axes[2];
  for_rows(p, [&](size_t row, size_t count, Workspace& w) {
    for (size_t i = 0; i < count; i++) w.rows[i] = x.at(w.positions[i]), w.targets[i] = dx.at(w.positions[i]);
    kernel(w.rows.data(), w.targets.data(), count, width.first.data(), width.last.data(), width.out, p.channels, dy.at(row * width.out * p.channels));
  });
}

const uint16_t* halves(const Napi::CallbackInfo& info, const Arguments& arguments, size_t index, size_t count) {
  const StoredArray array = stored_array(info, arguments, index, "halves", count);
  if (array.storage != kBfloat16) throw type_error(info.Env(), arguments.label("halves") + ": expected a Uint16Array");
  return static_cast<const uint16_t*>(array.data);
}

// expandHalves(halves, values): bfloat16 to float32
void expand_halves(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "expandHalves");
  const size_t count = info[1].IsTypedArray() ? info[1].As<Napi::TypedArray>().ElementLength() : 0;
  float* values = arguments.array<float>(1, "values", count);
  from_bfloat16(halves(info, arguments, 0, count), values, count);
}

// addHalves(a, b, out)
void add_halves(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "addHalves");
  const size_t count = info[2].IsTypedArray() ? info[2].As<Napi::TypedArray>().ElementLength() : 0;
  const uint16_t *a = halves(info, arguments, 0, count), *b = halves(info, arguments, 1, count);
  auto* out = const_cast<uint16_t*>(halves(info, arguments, 2, count));
  const auto kernel = row_kernels().add_halves;
  parallel_ranges(count, [=](size_t begin, size_t end) { kernel(a, b, out, begin, end); });
}

void define_window_max(Napi::Object exports) {
  define<window_max>(exports, "windowMax");
  define<window_max_grad>(exports, "windowMaxGrad");
  define<expand_halves>(exports, "expandHalves");
  define<add_halves>(exports, "addHalves");
}

const Definitions definitions(define_window_max);

}  // namespace
}  // namespace leanvox
