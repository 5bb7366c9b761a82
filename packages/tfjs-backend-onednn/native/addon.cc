// The addon's door: memory, threads, and whatever each file of kernels defines.
#include <dnnl.hpp>
#include <napi.h>
#include <omp.h>

#include "arguments.h"
#include "buffer.h"
#include "call.h"
#include "dnnl_shim.h"

namespace leanvox {
namespace {

// allocate(bytes) -> ArrayBuffer of uninitialised, aligned memory
Napi::Value allocate(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "allocate");
  const auto bytes = static_cast<size_t>(arguments.integer(0, "bytes", 0, int64_t{1} << 42));
  void* data = aligned_allocate(bytes);
  return Napi::ArrayBuffer::New(info.Env(), data, bytes, [](Napi::Env, void* memory) { aligned_free(memory); });
}

// release(buffer): detaches it, so that its memory is freed now and every view of it becomes empty
void release(const Napi::CallbackInfo& info) {
  if (!info[0].IsArrayBuffer()) throw type_error(info.Env(), "release: buffer: expected an ArrayBuffer");
  auto buffer = info[0].As<Napi::ArrayBuffer>();
  if (!buffer.IsDetached()) buffer.Detach();
}

#if defined(LEANVOX_SANITIZED)
// allowBytes(buffer, bytes): nothing of the buffer past `bytes` may be touched until the next such call
void allow(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "allowBytes");
  if (!info[0].IsArrayBuffer()) throw type_error(info.Env(), "allowBytes: buffer: expected an ArrayBuffer");
  auto buffer = info[0].As<Napi::ArrayBuffer>();
  const auto bytes = static_cast<int64_t>(buffer.ByteLength());
  allow_bytes(buffer.Data(), buffer.ByteLength(), static_cast<size_t>(arguments.integer(1, "bytes", 0, bytes)));
}
#endif

void set_threads(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "setThreads");
  omp_set_num_threads(static_cast<int>(arguments.integer(0, "threads", 1, 1024)));
}

Napi::Value threads(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), omp_get_max_threads()); }

// { version, isa, bfloat16: 'amx' | 'avx512' | 'none' }
Napi::Value describe(const Napi::CallbackInfo& info) {
  const auto* version = dnnl_version();
  auto result = Napi::Object::New(info.Env());
  result.Set("version", std::to_string(version->major) + "." + std::to_string(version->minor) + "." + std::to_string(version->patch));
  const auto isa = static_cast<int>(dnnl::get_effective_cpu_isa());
  const auto has = [isa](dnnl::cpu_isa wanted) { return (isa & static_cast<int>(wanted)) == static_cast<int>(wanted); };
  const bool amx = has(dnnl::cpu_isa::avx512_core_amx);
  const bool bf16 = has(dnnl::cpu_isa::avx512_core_bf16);
  result.Set("bfloat16", amx ? "amx" : bf16 ? "avx512" : "none");
  return result;
}

void release_scratch(const Napi::CallbackInfo&) {
  auto& rt = runtime();
  rt.target_tag = 0;
  for (Scratch* scratch : {&rt.scratchpad, &rt.weights, &rt.source, &rt.target, &rt.packed}) scratch->release();
}

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  define_value<allocate>(exports, "allocate");
  define<release>(exports, "release");
#if defined(LEANVOX_SANITIZED)
  define<allow>(exports, "allowBytes");
#endif
  define_value<threads>(exports, "threads");
  define<set_threads>(exports, "setThreads");
  define_value<describe>(exports, "describe");
  define<release_scratch>(exports, "releaseScratch");
  for (const Definer definer : definers()) definer(exports);
  return exports;
}

}  // namespace
}  // namespace leanvox

static Napi::Object start(Napi::Env env, Napi::Object exports) { return leanvox::initialise(env, exports); }
NODE_API_MODULE(onednn, start)
