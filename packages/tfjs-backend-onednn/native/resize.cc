// Linear and nearest resizing of one to three spatial axes with half-pixel centres, and its gradient, in one pass.
//
// Target i lies at (i + 0.5) * source / target - 0.5, clamped to the grid. Each axis is a sparse matrix of at most two
// entries a row; the gradient applies the transposed matrices. A row of the result is put together in cache: first the
// source rows along depth and height are combined, then places along width.
#include <algorithm>
#include <cmath>
#include <vector>

#include "arguments.h"
#include "call.h"
#include "fused_rows.h"
#include "stored_array.h"

namespace leanvox {
namespace {

// Compressed rows: entries start[i] to start[i + 1] belong to target i.
struct Taps {
  std::vector<int32_t> start, column;
  std::vector<float> weight;
  size_t targets() const { return start.size() - 1; }
  size_t count(size_t i) const { return static_cast<size_t>(start[i + 1] - start[i]); }
  size_t most() const {
    size_t most = 0;
    for (size_t i = 0; i < targets(); i++) most = std::max(most, count(i));
    return most;
  }
  // One entry of weight 1 in the same place for every target.
  bool identity() const {
    for (size_t i = 0; i < targets(); i++) {
      if (count(i) != 1 || column[start[i]] != static_cast<int32_t>(i) || weight[start[i]] != 1.0f) return false;
    }
    return true;
  }
};

Taps axis_taps(int64_t source, int64_t target, bool linear) {
  Taps taps;
  taps.start.push_back(0);
  for (int64_t i = 0; i < target; i++) {
    const double centre = (static_cast<double>(i) + 0.5) * static_cast<double>(source) / static_cast<double>(target);
    if (!linear) {
      taps.column.push_back(static_cast<int32_t>(std::min<int64_t>(static_cast<int64_t>(std::floor(centre)), source - 1)));
      taps.weight.push_back(1.0f);
    } else {
      const double position = std::min(std::max(centre - 0.5, 0.0), static_cast<double>(source - 1));
      const auto low = static_cast<int64_t>(std::floor(position));
      const double part = position - static_cast<double>(low);
      // Entries of weight zero are left out, so that an infinite value beside them does not become NaN.
      if (part < 1.0) taps.column.push_back(static_cast<int32_t>(low)), taps.weight.push_back(static_cast<float>(1.0 - part));
      if (part > 0.0) taps.column.push_back(static_cast<int32_t>(std::min(low + 1, source - 1))), taps.weight.push_back(static_cast<float>(part));
    }
    taps.start.push_back(static_cast<int32_t>(taps.column.size()));
  }
  return taps;
}

Taps transposed(const Taps& taps, size_t sources) {
  Taps result;
  result.start.assign(sources + 1, 0);
  for (const int32_t column : taps.column) result.start[static_cast<size_t>(column) + 1]++;
  for (size_t i = 0; i < sources; i++) result.start[i + 1] += result.start[i];
  result.column.resize(taps.column.size());
  result.weight.resize(taps.column.size());
  std::vector<int32_t> next(result.start.begin(), result.start.end() - 1);
  for (size_t row = 0; row < taps.targets(); row++) {
    for (int32_t i = taps.start[row]; i < taps.start[row + 1]; i++) {
      const int32_t at = next[static_cast<size_t>(taps.column[i])]++;
      result.column[at] = static_cast<int32_t>(row);
      result.weight[at] = taps.weight[i];
    }
  }
  return result;
}

// Sizes of source and target of the pass that runs: [batch, depth, height, width, channels].
struct Resize {
  size_t batch, channels;
  size_t in[3], out[3];
  Taps taps[3];
  StoredArray x, y;
  // Values from one place to the next in x and y, where they are channels of a wider tensor.
  size_t x_stride, y_stride;
};

// The space one thread works in.
struct Workspace {
  std::vector<const void*> rows;
  std::vector<float> weights;
  std::vector<float> row;      // one combined row of x, [width * channels]
  std::vector<float> ring;     // rows combined along depth, by height modulo `slots`
  std::vector<int64_t> held;   // which height a slot holds, -1 for none
};

void combine_slab(const Resize& r, Workspace& w, size_t item, size_t depth) {
  const auto& [td, th, tw] = r.taps;
  const size_t length = r.in[2] * r.channels, slots = w.held.size();
  const auto combine = row_kernels().combine[r.x.storage];
  const auto gather = row_kernels().gather[r.y.storage];
  const auto source = [&](size_t d, size_t h) { return r.x.at(((item * r.in[0] + d) * r.in[1] + h) * length); };
  std::fill(w.held.begin(), w.held.end(), -1);
  for (size_t height = 0; height < r.out[1]; height++) {
    w.rows.clear();
    w.weights.clear();
    for (int32_t j = th.start[height]; j < th.start[height + 1]; j++) {
      const auto h = static_cast<size_t>(th.column[j]);
      if (slots == 0) {
        for (int32_t i = td.start[depth]; i < td.start[depth + 1]; i++) {
          w.rows.push_back(source(static_cast<size_t>(td.column[i]), h));
          w.weights.push_back(td.weight[i] * th.weight[j]);
        }
        continue;
      }
      float* slot = w.ring.data() + (h % slots) * length;
      if (w.held[h % slots] != static_cast<int64_t>(h)) {
        std::vector<const void*>& rows = w.rows;
        const size_t kept = rows.size();
        for (int32_t i = td.start[depth]; i < td.start[depth + 1]; i++) rows.push_back(source(static_cast<size_t>(td.column[i]), h));
        combine(rows.data() + kept, td.weight.data() + td.start[depth], rows.size() - kept, slot, length);
        rows.resize(kept);
        w.held[h % slots] = static_cast<int64_t>(h);
      }
      w.rows.push_back(slot);
      w.weights.push_back(th.weight[j]);
    }
    const auto second = slots == 0 ? combine : row_kernels().combine[kFloat32];
    second(w.rows.data(), w.weights.data(), w.rows.size(), w.row.data(), length);
    void* to = r.y.at((((item * r.out[0] + depth) * r.out[1] + height) * r.out[2]) * r.y_stride);
    gather(w.row.data(), tw.start.data(), tw.column.data(), tw.weight.data(), r.out[2], r.channels, to, r.y_stride);
  }
}

void run(const Resize& r) {
  const size_t length = r.in[2] * r.channels;
  // Few source rows for a row of the result are combined at once; more of them are combined along depth first and kept.
  const size_t most = r.taps[0].most() * r.taps[1].most();
  const size_t slots = most <= 4 ? 0 : r.taps[1].most();
  std::vector<Workspace> spaces(static_cast<size_t>(omp_get_max_threads()));
  for (Workspace& w : spaces) {
    w.rows.reserve(most + r.taps[0].most());
    w.weights.reserve(most);
    w.row.resize(length);
    w.ring.resize(slots * length);
    w.held.resize(slots);
  }
  const size_t work = std::max(r.in[0] * r.in[1] * r.in[2], r.out[0] * r.out[1] * r.out[2]) * r.batch * r.channels;
  parallel_items(r.batch * r.out[0], work, [&](size_t index) {
    combine_slab(r, spaces[static_cast<size_t>(omp_get_thread_num())], index / r.out[0], index % r.out[0]);
  });
}

enum Attribute { kBatch, kChannels, kSource, kSource1, kSource2, kTarget, kTarget1, kTarget2, kLinear, kGradient, kAttributeCount };

// resize(attributes, x, y); with kGradient set, x is the gradient for the resized tensor and y for the source.
void resize(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "resize");
  const int32_t* a = arguments.array<int32_t>(0, "attributes", kAttributeCount);
  for (int i = kBatch; i <= kTarget2; i++) {
    if (a[i] < 1) throw range_error(arguments.env(), arguments.label("attributes") + ": expected sizes of at least 1, got " + std::to_string(a[i]));
  }
  const int64_t source[] = {a[kBatch], a[kChannels], a[kSource], a[kSource1], a[kSource2]};
  const int64_t target[] = {a[kBatch], a[kChannels], a[kTarget], a[kTarget1], a[kTarget2]};
  const size_t source_count = checked_product(arguments.env(), source, 5, arguments.label("source"));
  const size_t target_count = checked_product(arguments.env(), target, 5, arguments.label("target"));
  const bool gradient = a[kGradient] != 0;
  Resize r;
  r.batch = static_cast<size_t>(a[kBatch]);
  r.channels = r.x_stride = r.y_stride = static_cast<size_t>(a[kChannels]);
  for (int axis = 0; axis < 3; axis++) {
    const Taps taps = axis_taps(source[axis + 2], target[axis + 2], a[kLinear] != 0);
    r.in[axis] = static_cast<size_t>(gradient ? target[axis + 2] : source[axis + 2]);
    r.out[axis] = static_cast<size_t>(gradient ? source[axis + 2] : target[axis + 2]);
    r.taps[axis] = gradient ? transposed(taps, r.out[axis]) : taps;
  }
  r.x = stored_array(info, arguments, 1, "x", gradient ? target_count : source_count);
  r.y = stored_array(info, arguments, 2, "y", gradient ? source_count : target_count);
  run(r);
}

void define_resize(Napi::Object exports) { define<resize>(exports, "resize"); }

const Definitions definitions(define_resize);

}  // namespace
}  // namespace leanvox
