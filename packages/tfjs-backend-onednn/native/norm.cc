// Instance and group normalisation with affine and leaky ReLU, y = leaky((x - mean) * a + offset), and its gradient.
//
// With a = scale * rstd, the forward pass reads x for the statistics and once more to write y. The gradient recomputes the
// sign at the activation from x instead of reading y: with g = dy * slope, and m1, m2 the group means of scale * g and
// scale * g * xhat, dx = g * a - rstd^2 m2 (x - mean) - rstd m1.
// Sums are taken over pieces of fixed size and added in order, so that no result depends on the number of threads.
#include <cmath>
#include <cstring>
#include <vector>

#include "arguments.h"
#include "call.h"
#include "fused_rows.h"
#include "stored_array.h"

namespace leanvox {
namespace {

constexpr size_t kWidthUnit = 16;
constexpr size_t kChunkValues = size_t{1} << 15;

enum Attribute { kNormalise, kBatch, kSpace, kChannels, kGroups, kAttributeCount };

// One item is `space` places of `channels` values. Rows of `width` values, a multiple of 16, hold `fold` places each;
// the last places that fill no row are handled one by one.
struct Layout {
  bool normalise;
  size_t batch, space, channels, groups;
  size_t fold, width, rows, chunk_rows, chunks;
  size_t item() const { return space * channels; }
  size_t chunk_begin(size_t chunk) const { return chunk * chunk_rows; }
  size_t chunk_count(size_t chunk) const { return chunk_begin(chunk) + chunk_rows < rows ? chunk_rows : rows - chunk_begin(chunk); }
};

size_t greatest_common_divisor(size_t a, size_t b) { return b == 0 ? a : greatest_common_divisor(b, a % b); }

Layout read_layout(Arguments& arguments) {
  const int32_t* a = arguments.array<int32_t>(0, "attributes", kAttributeCount);
  for (int i = kBatch; i < kAttributeCount; i++) {
    if (a[i] < 1) throw range_error(arguments.env(), arguments.label("attributes") + ": expected sizes of at least 1, got " + std::to_string(a[i]));
  }
  if (a[kChannels] % a[kGroups] != 0) {
    throw range_error(arguments.env(), arguments.label("attributes") + ": expected groups that divide " + std::to_string(a[kChannels]) + " channels, got " + std::to_string(a[kGroups]));
  }
  const int64_t sizes[] = {a[kBatch], a[kSpace], a[kChannels]};
  checked_product(arguments.env(), sizes, 3, arguments.label("attributes"));
  Layout l;
  l.normalise = a[kNormalise] != 0;
  l.batch = static_cast<size_t>(a[kBatch]);
  l.space = static_cast<size_t>(a[kSpace]);
  l.channels = static_cast<size_t>(a[kChannels]);
  l.groups = static_cast<size_t>(a[kGroups]);
  l.fold = kWidthUnit / greatest_common_divisor(l.channels, kWidthUnit);
  l.width = l.fold * l.channels;
  l.rows = l.space / l.fold;
  l.chunk_rows = kChunkValues / l.width > 16 ? kChunkValues / l.width : 16;
  l.chunks = (l.rows + l.chunk_rows - 1) / l.chunk_rows;
  return l;
}

// Repeats per-channel values over the `fold` places of a row.
std::vector<float> widened(const Layout& l, const float* per_channel) {
  std::vector<float> wide(l.width);
  for (size_t i = 0; i < l.width; i++) wide[i] = per_channel[i % l.channels];
  return wide;
}

struct Moments {
  double count = 0, mean = 0, squares = 0;
  void add(double n, double other_mean, double other_squares) {
    if (n == 0) return;
    const double total = count + n, difference = other_mean - mean;
    mean += difference * n / total;
    squares += other_squares + difference * difference * count * n / total;
    count = total;
  }
};

// Moments of each channel of each item, [batch * channels].
std::vector<Moments> channel_moments(const Layout& l, const StoredArray& x) {
  std::vector<double> partial(l.batch * l.chunks * l.width * 2);
  const auto statistics = row_kernels().statistics[x.storage];
  parallel_items(l.batch * l.chunks, l.batch * l.item(), [&](size_t index) {
    const size_t item = index / l.chunks, chunk = index % l.chunks;
    double* out = partial.data() + index * l.width * 2;
    statistics(x.at(item * l.item() + l.chunk_begin(chunk) * l.width), l.chunk_count(chunk), l.width, out, out + l.width);
  });
  std::vector<Moments> moments(l.batch * l.channels);
  for (size_t item = 0; item < l.batch; item++) {
    for (size_t chunk = 0; chunk < l.chunks; chunk++) {
      const double* part = partial.data() + (item * l.chunks + chunk) * l.width * 2;
      const auto count = static_cast<double>(l.chunk_count(chunk));
      for (size_t lane = 0; lane < l.width; lane++) moments[item * l.channels + lane % l.channels].add(count, part[lane], part[l.width + lane]);
    }
    for (size_t place = l.rows * l.fold; place < l.space; place++) {
      for (size_t c = 0; c < l.channels; c++) moments[item * l.channels + c].add(1, x.get(item * l.item() + place * l.channels + c), 0);
    }
  }
  return moments;
}

// Per item and channel, each [batch * channels]: the four parts of the coefficients tensor.
struct Coefficients {
  float *scale, *offset, *mean, *rstd;
};

Coefficients split(const Layout& l, float* coefficients) {
  const size_t part = l.batch * l.channels;
  return {coefficients, coefficients + part, coefficients + 2 * part, coefficients + 3 * part};
}

void normalise_groups(const Layout& l, const std::vector<Moments>& moments, double epsilon, const Coefficients& out) {
  const size_t size = l.channels / l.groups;
  for (size_t first = 0; first < l.batch * l.channels; first += size) {
    Moments group;
    for (size_t i = first; i < first + size; i++) group.add(moments[i].count, moments[i].mean, moments[i].squares);
    const double rstd = 1.0 / std::sqrt(group.squares / group.count + epsilon);
    for (size_t i = first; i < first + size; i++) {
      out.mean[i] = static_cast<float>(group.mean);
      out.rstd[i] = static_cast<float>(rstd);
    }
  }
}

// normForward(attributes, epsilon, leakiness, x, scale | null, offset | null, y, coefficients[4, batch, 1, channels])
void norm_forward(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "normForward");
  const Layout l = read_layout(arguments);
  const double epsilon = arguments.number(1, "epsilon");
  const auto leakiness = static_cast<float>(arguments.number(2, "leakiness"));
  const StoredArray x = stored_array(info, arguments, 3, "x", l.batch * l.item());
  const float* scale = arguments.optional_array<float>(4, "scale", l.channels);
  const float* offset = arguments.optional_array<float>(5, "offset", l.channels);
  const StoredArray y = stored_array(info, arguments, 6, "y", l.batch * l.item());
  const Coefficients k = split(l, arguments.array<float>(7, "coefficients", 4 * l.batch * l.channels));
  if (l.normalise) {
    normalise_groups(l, channel_moments(l, x), epsilon, k);
  } else {
    for (size_t i = 0; i < l.batch * l.channels; i++) k.mean[i] = 0, k.rstd[i] = 1;
  }
  for (size_t i = 0; i < l.batch * l.channels; i++) {
    k.scale[i] = k.rstd[i] * (scale == nullptr ? 1.0f : scale[i % l.channels]);
    k.offset[i] = offset == nullptr ? 0.0f : offset[i % l.channels];
  }
  std::vector<std::vector<float>> wide;
  for (size_t item = 0; item < l.batch; item++) {
    for (const float* part : {k.scale, k.offset, k.mean}) wide.push_back(widened(l, part + item * l.channels));
  }
  const auto affine = row_kernels().affine[x.storage][y.storage];
  parallel_items(l.batch * l.chunks, l.batch * l.item(), [&](size_t index) {
    const size_t item = index / l.chunks, chunk = index % l.chunks;
    const size_t first = item * l.item() + l.chunk_begin(chunk) * l.width;
    const AffineLanes lanes{wide[3 * item].data(), wide[3 * item + 1].data(), wide[3 * item + 2].data(), leakiness};
    affine(x.at(first), y.at(first), l.chunk_count(chunk), l.width, lanes);
  });
  for (size_t item = 0; item < l.batch; item++) {
    for (size_t i = l.rows * l.width; i < l.item(); i++) {
      const size_t channel = item * l.channels + i % l.channels;
      const float value = (x.get(item * l.item() + i) - k.mean[channel]) * k.scale[channel] + k.offset[channel];
      y.set(item * l.item() + i, value > 0 ? value : value * leakiness);
    }
  }
}

// Per item and channel, the sums of g and of g * (x - mean).
struct GradientSums {
  std::vector<double> sums, products;
};

struct GradientCall {
  Layout l;
  StoredArray x, dy, dx;
  Coefficients k;
  float leakiness;
};

float slope_at(const GradientCall& call, size_t index, size_t channel) {
  return (call.x.get(index) - call.k.mean[channel]) * call.k.scale[channel] + call.k.offset[channel] > 0 ? 1.0f : call.leakiness;
}

GradientSums gradient_sums(const GradientCall& call, const std::vector<GradientLanes>& lanes) {
  const Layout& l = call.l;
  std::vector<double> partial(l.batch * l.chunks * l.width * 2);
  const auto kernel = row_kernels().gradient_sums[call.x.storage][call.dy.storage];
  parallel_items(l.batch * l.chunks, l.batch * l.item(), [&](size_t index) {
    const size_t item = index / l.chunks, chunk = index % l.chunks;
    const size_t first = item * l.item() + l.chunk_begin(chunk) * l.width;
    double* out = partial.data() + index * l.width * 2;
    kernel(call.x.at(first), call.dy.at(first), l.chunk_count(chunk), l.width, lanes[item], out, out + l.width);
  });
  GradientSums total{std::vector<double>(l.batch * l.channels), std::vector<double>(l.batch * l.channels)};
  for (size_t item = 0; item < l.batch; item++) {
    for (size_t chunk = 0; chunk < l.chunks; chunk++) {
      const double* part = partial.data() + (item * l.chunks + chunk) * l.width * 2;
      for (size_t lane = 0; lane < l.width; lane++) {
        total.sums[item * l.channels + lane % l.channels] += part[lane];
        total.products[item * l.channels + lane % l.channels] += part[l.width + lane];
      }
    }
    for (size_t i = l.rows * l.width; i < l.item(); i++) {
      const size_t channel = item * l.channels + i % l.channels, index = item * l.item() + i;
      const double g = call.dy.get(index) * slope_at(call, index, channel);
      total.sums[channel] += g;
      total.products[channel] += g * (call.x.get(index) - call.k.mean[channel]);
    }
  }
  return total;
}

// The per-channel parts of dx that come from the statistics' own dependence on x.
void statistics_gradient(const GradientCall& call, const GradientSums& total, const float* scale, std::vector<float>& by_x, std::vector<float>& constant) {
  const Layout& l = call.l;
  const size_t size = l.channels / l.groups;
  const double count = static_cast<double>(l.space) * static_cast<double>(size);
  for (size_t first = 0; first < l.batch * l.channels; first += size) {
    double m1 = 0, m2 = 0;
    for (size_t i = first; i < first + size; i++) {
      const double gain = scale == nullptr ? 1.0 : scale[i % l.channels];
      m1 += gain * total.sums[i];
      m2 += gain * total.products[i] * call.k.rstd[i];
    }
    m1 /= count;
    m2 /= count;
    for (size_t i = first; i < first + size; i++) {
      const double rstd = call.k.rstd[i];
      by_x[i] = static_cast<float>(-rstd * rstd * m2);
      constant[i] = static_cast<float>(-rstd * m1);
    }
  }
}

void write_gradient(const GradientCall& call, const std::vector<GradientLanes>& lanes, const std::vector<float>& by_x, const std::vector<float>& constant) {
  const Layout& l = call.l;
  const auto kernel = row_kernels().gradient_write[call.x.storage][call.dy.storage][call.dx.storage];
  parallel_items(l.batch * l.chunks, l.batch * l.item(), [&](size_t index) {
    const size_t item = index / l.chunks, chunk = index % l.chunks;
    const size_t first = item * l.item() + l.chunk_begin(chunk) * l.width;
    kernel(call.x.at(first), call.dy.at(first), call.dx.at(first), l.chunk_count(chunk), l.width, lanes[item]);
  });
  for (size_t item = 0; item < l.batch; item++) {
    for (size_t i = l.rows * l.width; i < l.item(); i++) {
      const size_t channel = item * l.channels + i % l.channels, index = item * l.item() + i;
      const float g = call.dy.get(index) * slope_at(call, index, channel);
      call.dx.set(index, g * call.k.scale[channel] + ((call.x.get(index) - call.k.mean[channel]) * by_x[channel] + constant[channel]));
    }
  }
}

// normBackward(attributes, leakiness, x, dy, scale | null, coefficients, dx, dscale, doffset); the latter two hold doubles
// rounded to float32, summed over the batch.
void norm_backward(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "normBackward");
  const Layout l = read_layout(arguments);
  const auto leakiness = static_cast<float>(arguments.number(1, "leakiness"));
  const StoredArray x = stored_array(info, arguments, 2, "x", l.batch * l.item());
  const StoredArray dy = stored_array(info, arguments, 3, "dy", l.batch * l.item());
  const float* scale = arguments.optional_array<float>(4, "scale", l.channels);
  const Coefficients k = split(l, arguments.array<float>(5, "coefficients", 4 * l.batch * l.channels));
  const StoredArray dx = stored_array(info, arguments, 6, "dx", l.batch * l.item());
  float* dscale = arguments.array<float>(7, "dscale", l.channels);
  float* doffset = arguments.array<float>(8, "doffset", l.channels);
  const GradientCall call{l, x, dy, dx, k, leakiness};
  std::vector<std::vector<float>> wide;
  wide.reserve(l.batch * 5);
  std::vector<GradientLanes> lanes(l.batch);
  const auto keep = [&](const float* per_channel) {
    wide.push_back(widened(l, per_channel));
    return wide.back().data();
  };
  for (size_t item = 0; item < l.batch; item++) {
    const size_t at = item * l.channels;
    lanes[item] = {{keep(k.scale + at), keep(k.offset + at), keep(k.mean + at), leakiness}, nullptr, nullptr};
  }
  const GradientSums total = gradient_sums(call, lanes);
  for (size_t c = 0; c < l.channels; c++) {
    double by_scale = 0, by_offset = 0;
    for (size_t item = 0; item < l.batch; item++) {
      by_scale += total.products[item * l.channels + c] * k.rstd[item * l.channels + c];
      by_offset += total.sums[item * l.channels + c];
    }
    dscale[c] = static_cast<float>(by_scale);
    doffset[c] = static_cast<float>(by_offset);
  }
  std::vector<float> by_x(l.batch * l.channels), constant(l.batch * l.channels);
  if (l.normalise) statistics_gradient(call, total, scale, by_x, constant);
  for (size_t item = 0; item < l.batch; item++) {
    lanes[item].by_x = keep(by_x.data() + item * l.channels);
    lanes[item].constant = keep(constant.data() + item * l.channels);
  }
  write_gradient(call, lanes, by_x, constant);
}

void define_norm(Napi::Object exports) {
  define<norm_forward>(exports, "normForward");
  define<norm_backward>(exports, "normBackward");
}

const Definitions definitions(define_norm);

}  // namespace
}  // namespace leanvox
