// Functions of two numbers, as the cpu backend defines them: in float32 where rounding once or twice is the same within a
// unit in the last place, in double precision where a rounded quotient would change the result.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>

#include "simd.h"
#include "vector_math.h"

namespace leanvox::binary {

#define LEANVOX_BINARY(name, expression)                                     \
  struct name {                                                              \
    template <typename T>                                                    \
    static LEANVOX_INLINE auto apply(T a, T b) {                             \
      return expression;                                                     \
    }                                                                        \
  };

// As Math.pow, which differs from C in that 1 to the power of NaN and (+-1) to an infinite power are NaN.
template <typename T>
T power(T a, T b) {
  if (b != b || (std::fabs(a) == 1 && std::isinf(b))) return std::numeric_limits<T>::quiet_NaN();
  return std::pow(a, b);
}

// The remainder with the divisor's sign, by the cpu backend's two cases.
inline double modulo(double a, double b) {
  const double remainder = std::fmod(a, b);
  return (a < 0 && b < 0) || (a >= 0 && b >= 0) ? remainder : std::fmod(remainder + b, b);
}

LEANVOX_BINARY(Add, a + b)
LEANVOX_BINARY(Sub, a - b)
LEANVOX_BINARY(Multiply, a * b)
LEANVOX_BINARY(RealDiv, a / b)
LEANVOX_BINARY(Maximum, ((a > b) | (a != a)) ? a : b)
LEANVOX_BINARY(Minimum, ((a < b) | (a != a)) ? a : b)
LEANVOX_BINARY(SquaredDifference, (a - b) * (a - b))
LEANVOX_BINARY(Pow, power(a, b))
LEANVOX_BINARY(Mod, modulo(a, b))
LEANVOX_BINARY(FloorDiv, std::floor(static_cast<double>(a) / static_cast<double>(b)))
LEANVOX_BINARY(Atan2, std::atan2(a, b))
LEANVOX_BINARY(Prelu, a < 0 ? b * a : a)
// a is the gradient, b the output
LEANVOX_BINARY(EluGrad, b >= 0 ? a : a * (b + 1))

LEANVOX_BINARY(Equal, static_cast<uint8_t>(a == b))
LEANVOX_BINARY(NotEqual, static_cast<uint8_t>(a != b))
LEANVOX_BINARY(Less, static_cast<uint8_t>(a < b))
LEANVOX_BINARY(LessEqual, static_cast<uint8_t>(a <= b))
LEANVOX_BINARY(Greater, static_cast<uint8_t>(a > b))
LEANVOX_BINARY(GreaterEqual, static_cast<uint8_t>(a >= b))
LEANVOX_BINARY(LogicalAnd, static_cast<uint8_t>((a != 0) & (b != 0)))
LEANVOX_BINARY(LogicalOr, static_cast<uint8_t>((a != 0) | (b != 0)))

#undef LEANVOX_BINARY

}  // namespace leanvox::binary
