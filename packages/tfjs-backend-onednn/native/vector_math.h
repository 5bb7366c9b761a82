// Exponentials and logarithms in float32 that compilers vectorise: no branches, no tables, no library calls.
//
// Range reduction and minimax polynomials in the manner of Cody & Waite (1980) and the Cephes library (Moshier, 1989);
// errors stay below 2 units in the last place over the whole range. NaN and infinities behave as in Math.*, results
// below the smallest normal number are kept.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "simd.h"

namespace leanvox {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

LEANVOX_INLINE uint32_t bits_of(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

LEANVOX_INLINE float float_of(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// 2^n for n in [-126, 127].
LEANVOX_INLINE float power_of_two(int32_t n) { return float_of(static_cast<uint32_t>(n + 127) << 23); }

// x = n log(2) + rest with |rest| <= log(2) / 2. Adding 1.5 * 2^23 leaves the rounded n in the low bits of the sum.
struct Reduced {
  int32_t n;
  float rest;
};

LEANVOX_INLINE Reduced reduce_by_log2(float x) {
  constexpr float shift = 12582912.0f;
  const float shifted = x * 1.44269504088896341f + shift;
  const float n = shifted - shift;
  const float rest = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  return {static_cast<int32_t>(bits_of(shifted) - 0x4b400000u), rest};
}

// (exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2
LEANVOX_INLINE float exp_tail(float r) {
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  return p * r + 5.0000001201e-1f;
}

LEANVOX_INLINE float vector_exp(float x) {
  // Comparisons written so that NaN passes through.
  const float low = x < -104.0f ? -104.0f : x;
  const float clamped = low > 89.0f ? 89.0f : low;
  const Reduced r = reduce_by_log2(clamped);
  const float mantissa = exp_tail(r.rest) * r.rest * r.rest + r.rest + 1.0f;
  // Two factors: 2^n itself may lie outside the normal range.
  const int32_t half = r.n >> 1;
  return mantissa * power_of_two(half) * power_of_two(r.n - half);
}

LEANVOX_INLINE float vector_expm1(float x) {
  const float low = x < -30.0f ? -30.0f : x;
  const float clamped = low > 89.0f ? 89.0f : low;
  const Reduced r = reduce_by_log2(clamped);
  const float tail = exp_tail(r.rest) * r.rest * r.rest + r.rest;
  const float half_scale = power_of_two(r.n - 1);
  const float value = 2.0f * (half_scale * tail + (half_scale - 0.5f));
  return std::fabs(x) < 1e-8f ? x : value;
}

LEANVOX_INLINE float vector_log(float x) {
  // Bring numbers below the normal range into it.
  const bool tiny = x < std::numeric_limits<float>::min();
  const float scaled = tiny ? x * 8388608.0f : x;
  const uint32_t bits = bits_of(scaled);
  // Mantissa in [sqrt(1/2), sqrt(2)): 0x3f3504f3 is sqrt(1/2).
  const uint32_t offset = bits - 0x3f3504f3u;
  const int32_t exponent = static_cast<int32_t>(offset) >> 23;
  const float f = float_of((offset & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
  const float e = static_cast<float>(exponent - (tiny ? 23 : 0));
  const float z = f * f;
  float p = 7.0376836292e-2f;
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  const float y = f * z * p + e * -2.12194440e-4f - 0.5f * z;
  const float value = f + y + e * 0.693359375f;
  const float positive = x == kInfinity ? kInfinity : value;
  const float checked = x == 0.0f ? -kInfinity : positive;
  return x >= 0.0f ? checked : std::numeric_limits<float>::quiet_NaN();
}

// log(1 + x): the factor x / ((1 + x) - 1) undoes the rounding of 1 + x (Goldberg 1991, theorem 4).
LEANVOX_INLINE float vector_log1p(float x) {
  const float u = 1.0f + x;
  const float d = u - 1.0f;
  const float value = vector_log(u) * (x / d);
  const float finite = u == kInfinity ? kInfinity : value;
  return d == 0.0f ? x : finite;
}

LEANVOX_INLINE float vector_tanh(float x) {
  const float magnitude = std::fabs(x);
  const float clamped = magnitude > 10.0f ? 10.0f : magnitude;
  const float t = vector_expm1(2.0f * clamped);
  return std::copysign(t / (t + 2.0f), x);
}

LEANVOX_INLINE float vector_sigmoid(float x) {
  const float t = vector_exp(-std::fabs(x));
  const float numerator = x >= 0.0f ? 1.0f : t;
  return numerator / (1.0f + t);
}

// As the cpu backend: exp(x) below -threshold, x above threshold, where log(1 + exp(x)) would round to the same.
LEANVOX_INLINE float vector_softplus(float x) {
  constexpr float threshold = 13.942384719848633f;
  const float e = vector_exp(x);
  const float middle = vector_log1p(e);
  const float upper = x > threshold ? x : middle;
  return x < -threshold ? e : upper;
}

// JavaScript's ToInt32: modulo 2^32, 0 for NaN and infinities. What a store into an Int32Array does.
LEANVOX_INLINE int32_t to_int32(double value) {
  if (value >= -2147483648.0 && value <= 2147483647.0) return static_cast<int32_t>(value);
  if (!std::isfinite(value)) return 0;
  const double wrapped = std::fmod(std::trunc(value), 4294967296.0);
  return static_cast<int32_t>(static_cast<uint32_t>(static_cast<int64_t>(wrapped)));
}

}  // namespace leanvox
