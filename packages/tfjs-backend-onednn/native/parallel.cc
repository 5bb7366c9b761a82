// Vectorised conversions; the compiler makes one version per instruction set and picks at load time.
#include "parallel.h"

#include "simd.h"

namespace leanvox {
namespace {

LEANVOX_CLONES
void to_bfloat16_range(const float* from, uint16_t* to, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++) to[i] = round_to_bfloat16(from[i]);
}

LEANVOX_CLONES
void from_bfloat16_range(const uint16_t* from, float* to, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++) {
    const uint32_t bits = static_cast<uint32_t>(from[i]) << 16;
    std::memcpy(to + i, &bits, sizeof bits);
  }
}

}  // namespace

void from_bfloat16(const uint16_t* from, float* to, size_t count) {
  parallel_ranges(count, [=](size_t begin, size_t end) { from_bfloat16_range(from, to, begin, end); });
}

void to_bfloat16(const float* from, uint16_t* to, size_t count) {
  parallel_ranges(count, [=](size_t begin, size_t end) { to_bfloat16_range(from, to, begin, end); });
}

}  // namespace leanvox
