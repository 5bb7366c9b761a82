// One optimiser step over all weights in one call: Adam (Kingma and Ba 2015), AdamW (Loshchilov and Hutter 2019), SGD.
//
// Every value is read once and written once; the composed form passes over each weight about twenty times.
#include <cmath>
#include <vector>

#include "arguments.h"
#include "call.h"
#include "fused_rows.h"

namespace leanvox {
namespace {

// A piece of one weight: enough work to outweigh handing it to a thread.
constexpr size_t kPiece = size_t{1} << 14;

struct Piece {
  size_t weight, begin, end;
};

float* floats(const Arguments& arguments, const Napi::Value& value, const char* what, size_t& length, bool first) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array) {
    throw type_error(arguments.env(), arguments.label(what) + ": expected a list of Float32Array");
  }
  auto array = value.As<Napi::Float32Array>();
  if (first) length = array.ElementLength();
  if (array.ElementLength() < length) {
    throw range_error(arguments.env(), arguments.label(what) + ": expected at least " + std::to_string(length) + " elements, got " + std::to_string(array.ElementLength()));
  }
  return array.Data();
}

// Lists of arrays, by role, one array a weight: lists[role][weight], and the length of each weight.
struct Lists {
  std::vector<std::vector<float*>> roles;
  std::vector<size_t> lengths;
  std::vector<Piece> pieces;
  size_t total = 0;
};

Lists read_lists(const Napi::CallbackInfo& info, const Arguments& arguments, size_t first, size_t count) {
  Lists lists;
  lists.roles.resize(count);
  for (size_t role = 0; role < count; role++) {
    const Napi::Value value = info[first + role];
    if (!value.IsArray()) throw type_error(arguments.env(), arguments.label("lists") + ": expected a list of Float32Array");
    auto list = value.As<Napi::Array>();
    if (role == 0) lists.lengths.resize(list.Length());
    if (list.Length() != lists.lengths.size()) {
      throw range_error(arguments.env(), arguments.label("lists") + ": expected lists of " + std::to_string(lists.lengths.size()) + " arrays, got " + std::to_string(list.Length()));
    }
    for (uint32_t i = 0; i < list.Length(); i++) {
      Napi::HandleScope scope(info.Env());
      lists.roles[role].push_back(floats(arguments, list.Get(i), "lists", lists.lengths[i], role == 0));
    }
  }
  for (size_t i = 0; i < lists.lengths.size(); i++) {
    lists.total += lists.lengths[i];
    for (size_t begin = 0; begin < lists.lengths[i]; begin += kPiece) {
      lists.pieces.push_back({i, begin, begin + kPiece < lists.lengths[i] ? begin + kPiece : lists.lengths[i]});
    }
  }
  return lists;
}

// adamStep(numbers[beta1, beta2, epsilon, rate, keep, decay], weights, gradients, m, v, new weights, new m, new v)
// with epsilon and rate already corrected for bias: w = keep w - rate m / (sqrt(v) + epsilon).
void adam_step(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "adamStep");
  const float* n = arguments.array<float>(0, "numbers", 6);
  const AdamNumbers numbers{n[0], n[1], n[3], n[2], n[4], n[5]};
  const Lists lists = read_lists(info, arguments, 1, 7);
  const auto& r = lists.roles;
  const auto kernel = row_kernels().adam;
  parallel_items(lists.pieces.size(), lists.total, [&](size_t index) {
    const Piece& p = lists.pieces[index];
    kernel({r[0][p.weight], r[1][p.weight], r[2][p.weight], r[3][p.weight], r[4][p.weight], r[5][p.weight], r[6][p.weight]}, p.begin, p.end, numbers);
  });
}

// sgdStep(numbers[rate, momentum, nesterov, decay], weights, gradients, new weights[, buffers, new buffers])
void sgd_step(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "sgdStep");
  const float* n = arguments.array<float>(0, "numbers", 4);
  const SgdNumbers numbers{n[0], n[1], n[3], n[2] != 0};
  const bool buffered = info.Length() > 4;
  const Lists lists = read_lists(info, arguments, 1, buffered ? 5 : 3);
  const auto& r = lists.roles;
  const auto kernel = row_kernels().sgd;
  parallel_items(lists.pieces.size(), lists.total, [&](size_t index) {
    const Piece& p = lists.pieces[index];
    kernel(r[0][p.weight], r[1][p.weight], buffered ? r[3][p.weight] : nullptr, r[2][p.weight], buffered ? r[4][p.weight] : nullptr, p.begin, p.end, numbers);
  });
}

void define_optimizer(Napi::Object exports) {
  define<adam_step>(exports, "adamStep");
  define<sgd_step>(exports, "sgdStep");
}

const Definitions definitions(define_optimizer);

}  // namespace
}  // namespace leanvox
