// Copies between two regular grids of elements; see strided_copy.cc.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace leanvox {

// An axis of the copied box: its size and how far, in elements, one step along it goes in source and target.
struct CopyAxis {
  size_t size;
  int64_t from, to;
};

// Copies the box element by element: to[sum of i_k to_k] = from[sum of i_k from_k]. A source stride of 0 repeats, a
// negative one reverses. The caller has made sure that every position lies inside its array.
void strided_copy(std::vector<CopyAxis> axes, const void* from, void* to, size_t element_size);

}  // namespace leanvox
