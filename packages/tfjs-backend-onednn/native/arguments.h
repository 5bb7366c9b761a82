// Every value from JavaScript passes through here before a pointer is used: type, length, range.
#pragma once
#include <napi.h>

#include <cstdint>
#include <string>

namespace leanvox {

// The elements of a typed array of the wanted type, at least `count` of them.
template <typename T>
struct ArrayType;
template <>
struct ArrayType<float> {
  static constexpr napi_typedarray_type kind = napi_float32_array;
  static constexpr const char* name = "Float32Array";
};
template <>
struct ArrayType<int32_t> {
  static constexpr napi_typedarray_type kind = napi_int32_array;
  static constexpr const char* name = "Int32Array";
};
template <>
struct ArrayType<uint8_t> {
  static constexpr napi_typedarray_type kind = napi_uint8_array;
  static constexpr const char* name = "Uint8Array";
};

inline Napi::Error type_error(Napi::Env env, const std::string& text) { return Napi::TypeError::New(env, text); }
inline Napi::Error range_error(Napi::Env env, const std::string& text) { return Napi::RangeError::New(env, text); }

// Reads the arguments of one call in order. `name` is the called function's, for messages.
class Arguments {
 public:
  Arguments(const Napi::CallbackInfo& info, const char* name) : info_(info), name_(name) {}

  template <typename T>
  T* array(size_t index, const char* what, size_t count) {
    const Napi::Value value = info_[index];
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != ArrayType<T>::kind) {
      throw type_error(info_.Env(), label(what) + ": expected a " + ArrayType<T>::name);
    }
    auto array = value.As<Napi::TypedArrayOf<T>>();
    if (array.ElementLength() < count) {
      throw range_error(info_.Env(), label(what) + ": expected at least " + std::to_string(count) + " elements, got " +
                                         std::to_string(array.ElementLength()));
    }
    return array.Data();
  }

  // nullptr for null or undefined.
  template <typename T>
  T* optional_array(size_t index, const char* what, size_t count) {
    const Napi::Value value = info_[index];
    if (value.IsNull() || value.IsUndefined()) return nullptr;
    return array<T>(index, what, count);
  }

  double number(size_t index, const char* what) {
    const Napi::Value value = info_[index];
    if (!value.IsNumber()) throw type_error(info_.Env(), label(what) + ": expected a number");
    return value.As<Napi::Number>().DoubleValue();
  }

  // A whole number in [low, high].
  int64_t integer(size_t index, const char* what, int64_t low, int64_t high) {
    const double value = number(index, what);
    if (!(value >= static_cast<double>(low) && value <= static_cast<double>(high)) || value != static_cast<double>(static_cast<int64_t>(value))) {
      throw range_error(info_.Env(), label(what) + ": expected a whole number in [" + std::to_string(low) + ", " + std::to_string(high) +
                                         "], got " + std::to_string(value));
    }
    return static_cast<int64_t>(value);
  }

  Napi::Env env() const { return info_.Env(); }
  std::string label(const char* what) const { return std::string(name_) + ": " + what; }

 private:
  const Napi::CallbackInfo& info_;
  const char* name_;
};

// Product of sizes that came from JavaScript; throws when it leaves what an index can hold.
inline size_t checked_product(Napi::Env env, const int64_t* sizes, size_t count, const std::string& what) {
  constexpr int64_t limit = int64_t{1} << 40;
  int64_t product = 1;
  for (size_t i = 0; i < count; i++) {
    if (sizes[i] < 0 || (sizes[i] > 0 && product > limit / sizes[i])) {
      throw range_error(env, what + ": expected sizes of at least 0 with a product below 2^40");
    }
    product *= sizes[i];
  }
  return static_cast<size_t>(product);
}

}  // namespace leanvox
