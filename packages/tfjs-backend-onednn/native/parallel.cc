// Vectorised conversions; the compiler makes one version per instruction set and picks at load time.
#include "parallel.h"

#include "simd.h"

namespace leanvox {
namespace {

LEANVOX_CLONES
void to_bfloat16_range(const float* from, uint16_t* to, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++) to[i] = round_to_bfloat16(from[i]);
}

}  // namespace

void to_bfloat16(const float* from, uint16_t* to, size_t count) {
  parallel_ranges(count, [=](size_t begin, size_t end) { to_bfloat16_range(from, to, begin, end); });
}

}  // namespace leanvox
