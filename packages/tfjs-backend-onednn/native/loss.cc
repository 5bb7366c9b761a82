// Softmax or sigmoid with overlap losses (Dice, Tversky) and cross-entropy: sums in one pass over the logits, the
// gradient with respect to the logits in a second. Probabilities are computed again instead of being kept.
//
// With p the probabilities and y the one-hot labels, the sums of each class are I = sum p y, P = sum p or p^2, Y = sum y
// over the voxels of a group (an item, or the batch), and N = sum -log p of the true class. The caller turns the sums
// into a loss and its derivatives dI, dP; then with u = dI y + dP (2 p or 1) the gradient is
// p u - p sum_k p_k u_k + ce (p - y) for a softmax, and the same with one class for a sigmoid.
#include <cmath>
#include <vector>

#include "arguments.h"
#include "call.h"
#include "fused_rows.h"

namespace leanvox {
namespace {

enum Attribute { kGroups, kVoxels, kClasses, kSquared, kOneHot, kEntropy, kAttributeCount };

struct Problem {
  size_t groups, voxels, classes;
  bool squared, one_hot, entropy;
  const float* logits;
  const int32_t* indices;  // [groups, voxels], or
  const float* truth;      // [groups, voxels, classes]
  size_t blocks() const { return (voxels + kLossBlock - 1) / kLossBlock; }
};

constexpr int32_t kLargestClasses = 256;

Problem read_problem(Arguments& arguments) {
  const int32_t* a = arguments.array<int32_t>(0, "attributes", kAttributeCount);
  if (a[kGroups] < 1 || a[kVoxels] < 1 || a[kClasses] < 1 || a[kClasses] > kLargestClasses) {
    throw range_error(arguments.env(), arguments.label("attributes") + ": expected sizes of at least 1 and at most " + std::to_string(kLargestClasses) + " classes");
  }
  const int64_t sizes[] = {a[kGroups], a[kVoxels], a[kClasses]};
  const size_t count = checked_product(arguments.env(), sizes, 3, arguments.label("attributes"));
  Problem p;
  p.groups = static_cast<size_t>(a[kGroups]);
  p.voxels = static_cast<size_t>(a[kVoxels]);
  p.classes = static_cast<size_t>(a[kClasses]);
  p.squared = a[kSquared] != 0;
  p.one_hot = a[kOneHot] != 0;
  p.entropy = a[kEntropy] != 0;
  p.logits = arguments.array<float>(1, "logits", count);
  p.indices = p.one_hot ? nullptr : arguments.array<int32_t>(2, "labels", p.groups * p.voxels);
  p.truth = p.one_hot ? arguments.array<float>(2, "labels", count) : nullptr;
  return p;
}

// Probabilities of a block as planes [classes][kLossBlock]; for one class with the log of the normaliser 1 + exp(z) too.
void probabilities(const Problem& p, size_t first, size_t count, float* planes, float* log_normaliser) {
  if (p.classes > 1) return row_kernels().softmax(p.logits + first * p.classes, count, p.classes, planes, log_normaliser);
  for (size_t i = 0; i < count; i++) {
    const float z = p.logits[first + i], e = std::exp(-std::fabs(z));
    planes[i] = (z >= 0 ? 1.0f : e) / (1.0f + e);
    if (log_normaliser != nullptr) log_normaliser[i] = (z > 0 ? z : 0.0f) + std::log1p(e);
  }
}

// One-hot labels of a block as planes. An index outside the classes is no class.
void labels(const Problem& p, size_t first, size_t count, float* planes) {
  for (size_t c = 0; c < p.classes; c++) {
    float* plane = planes + c * kLossBlock;
    if (p.one_hot) {
      for (size_t i = 0; i < count; i++) plane[i] = p.truth[(first + i) * p.classes + c];
    } else if (p.classes == 1) {
      for (size_t i = 0; i < count; i++) plane[i] = static_cast<float>(p.indices[first + i]);
    } else {
      for (size_t i = 0; i < count; i++) plane[i] = p.indices[first + i] == static_cast<int32_t>(c) ? 1.0f : 0.0f;
    }
  }
}

struct Planes {
  std::vector<float> probability, label, log_normaliser;
  explicit Planes(size_t classes) : probability(classes * kLossBlock), label(classes * kLossBlock), log_normaliser(kLossBlock) {}
};

template <typename Body>
void for_blocks(const Problem& p, Body&& body) {
  std::vector<Planes> planes(static_cast<size_t>(omp_get_max_threads()), Planes(p.classes));
  parallel_items(p.groups * p.blocks(), p.groups * p.voxels * p.classes, [&](size_t index) {
    const size_t group = index / p.blocks(), begin = index % p.blocks() * kLossBlock;
    const size_t count = begin + kLossBlock < p.voxels ? kLossBlock : p.voxels - begin;
    body(index, group, group * p.voxels + begin, count, planes[static_cast<size_t>(omp_get_thread_num())]);
  });
}

// lossSums(attributes, logits, labels, sums[groups, 4, classes]): I, P, Y, and in the first class of the fourth row N.
void loss_sums(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "lossSums");
  const Problem p = read_problem(arguments);
  float* sums = arguments.array<float>(3, "sums", p.groups * 4 * p.classes);
  std::vector<float> partial(p.groups * p.blocks() * 4 * p.classes);
  for_blocks(p, [&](size_t index, size_t, size_t first, size_t count, Planes& planes) {
    float* out = partial.data() + index * 4 * p.classes;
    probabilities(p, first, count, planes.probability.data(), p.entropy ? planes.log_normaliser.data() : nullptr);
    labels(p, first, count, planes.label.data());
    float entropy = 0;
    for (size_t i = 0; p.entropy && i < count; i++) entropy += planes.log_normaliser[i];
    for (size_t c = 0; c < p.classes; c++) {
      const float *q = planes.probability.data() + c * kLossBlock, *y = planes.label.data() + c * kLossBlock;
      float shared = 0, own = 0, truth = 0;
      for (size_t i = 0; i < count; i++) {
        shared += q[i] * y[i];
        own += p.squared ? q[i] * q[i] : q[i];
        truth += y[i];
      }
      for (size_t i = 0; p.entropy && i < count; i++) entropy -= y[i] * p.logits[(first + i) * p.classes + c];
      out[c] = shared;
      out[p.classes + c] = own;
      out[2 * p.classes + c] = truth;
    }
    out[3 * p.classes] = entropy;
  });
  std::vector<double> total(4 * p.classes);
  for (size_t group = 0; group < p.groups; group++) {
    std::fill(total.begin(), total.end(), 0.0);
    for (size_t block = 0; block < p.blocks(); block++) {
      const float* part = partial.data() + (group * p.blocks() + block) * 4 * p.classes;
      for (size_t i = 0; i < total.size(); i++) total[i] += static_cast<double>(part[i]);
    }
    for (size_t i = 0; i < total.size(); i++) sums[group * total.size() + i] = static_cast<float>(total[i]);
  }
}

// lossGradient(attributes, logits, labels, factors[groups, 2, classes], crossEntropy, gradient): factors are dI and dP.
void loss_gradient(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "lossGradient");
  const Problem p = read_problem(arguments);
  const float* factors = arguments.array<float>(3, "factors", p.groups * 2 * p.classes);
  const auto cross_entropy = static_cast<float>(arguments.number(4, "crossEntropy"));
  float* gradient = arguments.array<float>(5, "gradient", p.groups * p.voxels * p.classes);
  for_blocks(p, [&](size_t, size_t group, size_t first, size_t count, Planes& planes) {
    const float *by_shared = factors + group * 2 * p.classes, *by_own = by_shared + p.classes;
    probabilities(p, first, count, planes.probability.data(), nullptr);
    labels(p, first, count, planes.label.data());
    float through[kLossBlock] = {};
    for (size_t c = 0; c < p.classes; c++) {
      const float *q = planes.probability.data() + c * kLossBlock, *y = planes.label.data() + c * kLossBlock;
      for (size_t i = 0; i < count; i++) through[i] += q[i] * (by_shared[c] * y[i] + by_own[c] * (p.squared ? 2 * q[i] : 1.0f));
    }
    for (size_t c = 0; c < p.classes; c++) {
      const float *q = planes.probability.data() + c * kLossBlock, *y = planes.label.data() + c * kLossBlock;
      for (size_t i = 0; i < count; i++) {
        const float own = by_shared[c] * y[i] + by_own[c] * (p.squared ? 2 * q[i] : 1.0f);
        gradient[(first + i) * p.classes + c] = q[i] * (own - through[i]) + cross_entropy * (q[i] - y[i]);
      }
    }
  });
}

void define_loss(Napi::Object exports) {
  define<loss_sums>(exports, "lossSums");
  define<loss_gradient>(exports, "lossGradient");
}

const Definitions definitions(define_loss);

}  // namespace
}  // namespace leanvox
