// Arrays whose element type is known only when the call comes in.
#pragma once
#include <napi.h>

#include "arguments.h"

namespace leanvox {

// A tensor's elements: float32, int32 or bool (uint8).
struct AnyArray {
  napi_typedarray_type type;
  void* data;
  size_t length;
  size_t element_size;

  template <typename T>
  T* as() const {
    return static_cast<T*>(data);
  }
};

inline AnyArray any_array(const Napi::CallbackInfo& info, const Arguments& arguments, size_t index, const char* what) {
  const Napi::Value value = info[index];
  if (!value.IsTypedArray()) throw type_error(info.Env(), arguments.label(what) + ": expected a typed array");
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(info.Env(), value, &type, &length, &data, nullptr, nullptr) != napi_ok) {
    throw type_error(info.Env(), arguments.label(what) + ": expected a typed array");
  }
  if (type != napi_float32_array && type != napi_int32_array && type != napi_uint8_array) {
    throw type_error(info.Env(), arguments.label(what) + ": expected a Float32Array, Int32Array or Uint8Array");
  }
  return {type, data, length, type == napi_uint8_array ? size_t{1} : size_t{4}};
}

inline void expect_length(const Arguments& arguments, const AnyArray& array, const char* what, size_t count) {
  if (array.length < count) {
    throw range_error(arguments.env(), arguments.label(what) + ": expected at least " + std::to_string(count) + " elements, got " +
                                           std::to_string(array.length));
  }
}

inline void expect_type(const Arguments& arguments, const AnyArray& array, const char* what, napi_typedarray_type type) {
  if (array.type != type) throw type_error(arguments.env(), arguments.label(what) + ": expected another element type");
}

}  // namespace leanvox
