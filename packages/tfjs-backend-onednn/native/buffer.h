// Aligned memory: pooled tensors handed to JavaScript, and per-thread scratch space that grows and stays.
#pragma once
#include <cstddef>
#include <cstdlib>
#include <new>

#include "guarded_memory.h"

#if defined(_WIN32)
#include <malloc.h>
#endif

namespace leanvox {

constexpr size_t kAlignment = 64;  // a cache line, and the widest vector register

// Uninitialised memory; throws std::bad_alloc, which the call wrapper turns into a JavaScript error.
inline void* aligned_allocate(size_t bytes) {
#if defined(LEANVOX_SANITIZED)
  return sanitized_allocate(bytes, kAlignment);
#else
  const size_t rounded = bytes == 0 ? kAlignment : (bytes + kAlignment - 1) / kAlignment * kAlignment;
#if defined(_WIN32)
  void* data = _aligned_malloc(rounded, kAlignment);
  if (data == nullptr) throw std::bad_alloc();
#else
  void* data = nullptr;
  if (posix_memalign(&data, kAlignment, rounded) != 0) throw std::bad_alloc();
#endif
  return data;
#endif
}

inline void aligned_free(void* data) {
#if defined(LEANVOX_SANITIZED)
  sanitized_free(data);
#elif defined(_WIN32)
  _aligned_free(data);
#else
  std::free(data);
#endif
}

// A buffer that is reused from call to call; one user at a time.
class Scratch {
 public:
  ~Scratch() { aligned_free(data_); }
  void* reserve(size_t bytes) {
    if (bytes > capacity_) {
      aligned_free(data_);
      data_ = nullptr;
      capacity_ = 0;
      data_ = aligned_allocate(bytes);
      capacity_ = bytes;
    }
    return data_;
  }
  void release() {
    aligned_free(data_);
    data_ = nullptr;
    capacity_ = 0;
  }
  size_t capacity() const { return capacity_; }

 private:
  void* data_ = nullptr;
  size_t capacity_ = 0;
};

}  // namespace leanvox
