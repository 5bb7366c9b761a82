// Loops over memory, split evenly over the threads in use.
#pragma once
#include <omp.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace leanvox {

// Below this many elements starting threads costs more than the loop.
constexpr size_t kParallelThreshold = size_t{1} << 14;

// Calls body(begin, end) on contiguous ranges that cover [0, count). Ranges begin at multiples of `grain`: by default 16
// floats, so that no two threads write to one cache line; 1 where a unit of `count` is itself large.
template <typename Body>
void parallel_ranges(size_t count, Body&& body, size_t threshold = kParallelThreshold, size_t grain = 16) {
  if (count < threshold || omp_get_max_threads() == 1) {
    body(size_t{0}, count);
    return;
  }
#pragma omp parallel
  {
    const size_t threads = static_cast<size_t>(omp_get_num_threads());
    const size_t thread = static_cast<size_t>(omp_get_thread_num());
    const size_t share = ((count + threads - 1) / threads + grain - 1) / grain * grain;
    const size_t begin = share * thread < count ? share * thread : count;
    const size_t end = begin + share < count ? begin + share : count;
    if (begin < end) body(begin, end);
  }
}

// Calls body(index) for each of [0, count), in any order, handed out as threads become free.
template <typename Body>
void parallel_items(size_t count, Body&& body, size_t threshold = 2) {
  if (count < threshold || count < 2 || omp_get_max_threads() == 1) {
    for (size_t i = 0; i < count; i++) body(i);
    return;
  }
  const auto items = static_cast<int64_t>(count);
#pragma omp parallel for schedule(dynamic, 1)
  for (int64_t i = 0; i < items; i++) body(static_cast<size_t>(i));
}

// Round to nearest, ties to even; NaN stays NaN.
inline uint16_t round_to_bfloat16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint32_t rounded = bits + 0x7fffu + ((bits >> 16) & 1u);
  return (bits & 0x7fffffffu) > 0x7f800000u ? static_cast<uint16_t>((bits >> 16) | 0x40u) : static_cast<uint16_t>(rounded >> 16);
}

void to_bfloat16(const float* from, uint16_t* to, size_t count);
void from_bfloat16(const uint16_t* from, float* to, size_t count);

}  // namespace leanvox
