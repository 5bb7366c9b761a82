// Memory for builds with AddressSanitizer: exact to the byte, or, with LEANVOX_ONEDNN_GUARD=1, ending at a page that
// faults. Generated code of oneDNN is not instrumented, so only such a page stops it from passing the end unseen.
#pragma once
#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define LEANVOX_SANITIZED 1
#include <sanitizer/asan_interface.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <mutex>
#include <unordered_map>

namespace leanvox {

struct GuardedMemory {
  struct Mapping {
    void* base;
    size_t bytes;
    size_t usable;
  };
  std::mutex mutex;
  std::unordered_map<void*, Mapping> mappings;
};

inline GuardedMemory& guarded_memory() {
  static auto* memory = new GuardedMemory();
  return *memory;
}

inline bool guards_pages() {
  static const bool wanted = std::getenv("LEANVOX_ONEDNN_GUARD") != nullptr && std::strcmp(std::getenv("LEANVOX_ONEDNN_GUARD"), "1") == 0;
  return wanted;
}

inline void* sanitized_allocate(size_t bytes, size_t alignment) {
  void* data = nullptr;
  if (!guards_pages()) {
    if (posix_memalign(&data, alignment, bytes == 0 ? 1 : bytes) != 0) throw std::bad_alloc();
    return data;
  }
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t rounded = (bytes == 0 ? alignment : (bytes + alignment - 1) / alignment * alignment);
  const size_t mapped = (rounded + page - 1) / page * page;
  void* base = mmap(nullptr, mapped + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) throw std::bad_alloc();
  mprotect(static_cast<char*>(base) + mapped, page, PROT_NONE);
  data = static_cast<char*>(base) + (mapped - rounded);
  // What is not written is not zero, as in memory that is used again.
  std::memset(base, 0xff, mapped < (size_t{1} << 26) ? mapped : size_t{1} << 26);
  auto& memory = guarded_memory();
  const std::lock_guard<std::mutex> lock(memory.mutex);
  memory.mappings[data] = {base, mapped + page, rounded};
  return data;
}

inline void sanitized_free(void* data) {
  if (data == nullptr) return;
  auto& memory = guarded_memory();
  {
    const std::lock_guard<std::mutex> lock(memory.mutex);
    const auto found = memory.mappings.find(data);
    if (found != memory.mappings.end()) {
      ASAN_UNPOISON_MEMORY_REGION(data, found->second.usable);
      munmap(found->second.base, found->second.bytes);
      memory.mappings.erase(found);
      return;
    }
  }
  std::free(data);
}

// Only the first `allowed` of `bytes` may be touched from here on.
inline void allow_bytes(void* data, size_t bytes, size_t allowed) {
  ASAN_UNPOISON_MEMORY_REGION(data, allowed);
  ASAN_POISON_MEMORY_REGION(static_cast<char*>(data) + allowed, bytes - allowed);
}

}  // namespace leanvox
#endif
