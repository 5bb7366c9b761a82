// Tensors that are stored as float32 (Float32Array) or bfloat16 (Uint16Array), as the fused kernels take them.
#pragma once
#include <napi.h>

#include "arguments.h"
#include "fused_rows.h"

namespace leanvox {

struct StoredArray {
  Storage storage;
  void* data;

  void* at(size_t index) const { return static_cast<char*>(data) + index * storage_bytes(storage); }

  float get(size_t index) const {
    if (storage == kFloat32) return static_cast<const float*>(data)[index];
    const uint32_t bits = static_cast<uint32_t>(static_cast<const uint16_t*>(data)[index]) << 16;
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

  void set(size_t index, float value) const {
    if (storage == kFloat32) {
      static_cast<float*>(data)[index] = value;
      return;
    }
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    const uint32_t rounded = bits + 0x7fffu + ((bits >> 16) & 1u);
    const bool nan = (bits & 0x7fffffffu) > 0x7f800000u;
    static_cast<uint16_t*>(data)[index] = static_cast<uint16_t>(nan ? (bits >> 16) | 0x40u : rounded >> 16);
  }
};

inline StoredArray stored_array(const Napi::CallbackInfo& info, const Arguments& arguments, size_t index, const char* what, size_t count) {
  const Napi::Value value = info[index];
  if (!value.IsTypedArray()) throw type_error(info.Env(), arguments.label(what) + ": expected a Float32Array or Uint16Array");
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(info.Env(), value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      (type != napi_float32_array && type != napi_uint16_array)) {
    throw type_error(info.Env(), arguments.label(what) + ": expected a Float32Array or Uint16Array");
  }
  if (length < count) {
    throw range_error(info.Env(), arguments.label(what) + ": expected at least " + std::to_string(count) + " elements, got " + std::to_string(length));
  }
  return {type == napi_float32_array ? kFloat32 : kBfloat16, data};
}

}  // namespace leanvox
