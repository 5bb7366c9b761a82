// Aligned memory: pooled tensors handed to JavaScript, and per-thread scratch space that grows and stays.
#pragma once
#include <cstddef>
#include <cstdlib>
#include <new>

namespace leanvox {

constexpr size_t kAlignment = 64;  // a cache line, and the widest vector register

// Uninitialised memory; throws std::bad_alloc, which the call wrapper turns into a JavaScript error.
inline void* aligned_allocate(size_t bytes) {
  const size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  void* data = nullptr;
  if (posix_memalign(&data, kAlignment, rounded == 0 ? kAlignment : rounded) != 0) throw std::bad_alloc();
  return data;
}

// A buffer that is reused from call to call; one user at a time.
class Scratch {
 public:
  ~Scratch() { std::free(data_); }
  void* reserve(size_t bytes) {
    if (bytes > capacity_) {
      std::free(data_);
      data_ = nullptr;
      capacity_ = 0;
      data_ = aligned_allocate(bytes);
      capacity_ = bytes;
    }
    return data_;
  }
  void release() {
    std::free(data_);
    data_ = nullptr;
    capacity_ = 0;
  }
  size_t capacity() const { return capacity_; }

 private:
  void* data_ = nullptr;
  size_t capacity_ = 0;
};

}  // namespace leanvox
