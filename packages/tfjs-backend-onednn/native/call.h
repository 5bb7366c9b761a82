// The border between C++ and JavaScript: no C++ exception crosses it.
#pragma once
#include <napi.h>

#include <dnnl.hpp>
#include <exception>
#include <string>
#include <vector>

namespace leanvox {

// Calls `body()` so that oneDNN and allocation failures become JavaScript errors.
template <typename Body>
auto translated(Napi::Env env, Body&& body) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (const dnnl::error& error) {
    if (error.status == dnnl_out_of_memory) throw Napi::RangeError::New(env, "onednn: expected enough memory, the allocation failed");
    throw Napi::Error::New(env, std::string("oneDNN: ") + error.what());
  } catch (const std::bad_alloc&) {
    throw Napi::RangeError::New(env, "onednn: expected enough memory, the allocation failed");
  } catch (const std::exception& error) {
    throw Napi::Error::New(env, std::string("onednn: ") + error.what());
  }
}

template <void (*body)(const Napi::CallbackInfo&)>
void guarded(const Napi::CallbackInfo& info) {
  translated(info.Env(), [&] { body(info); });
}

template <Napi::Value (*body)(const Napi::CallbackInfo&)>
Napi::Value guarded_value(const Napi::CallbackInfo& info) {
  return translated(info.Env(), [&] { return body(info); });
}

// A function that returns nothing.
template <void (*body)(const Napi::CallbackInfo&)>
void define(Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New(exports.Env(), guarded<body>, name));
}

// A function that returns a value.
template <Napi::Value (*body)(const Napi::CallbackInfo&)>
void define_value(Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New(exports.Env(), guarded_value<body>, name));
}

// Each file of kernels ends with `const Definitions definitions(define_name);` in its unnamed namespace, and addon.cc
// runs them all: a new file needs no other file to know of it.
using Definer = void (*)(Napi::Object exports);

inline std::vector<Definer>& definers() {
  static std::vector<Definer> all;
  return all;
}

struct Definitions {
  explicit Definitions(Definer definer) { definers().push_back(definer); }
};

}  // namespace leanvox
