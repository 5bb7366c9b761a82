// Functions of one number, as the cpu backend defines them; alpha and beta are the attributes of some.
#pragma once
#include <cmath>

#include "vector_math.h"

namespace leanvox::unary {

#define LEANVOX_UNARY(name, expression)                                                             \
  struct name {                                                                                     \
    static LEANVOX_INLINE float apply(float x, [[maybe_unused]] float alpha, [[maybe_unused]] float beta) { return expression; } \
  };

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kSeluScaleAlpha = 1.7580993408473768599402175208123f;
constexpr float kSeluScale = 1.0507009873554804934193349852946f;

LEANVOX_UNARY(Neg, -x)
LEANVOX_UNARY(Abs, std::fabs(x))
LEANVOX_UNARY(Exp, vector_exp(x))
LEANVOX_UNARY(Log, vector_log(x))
LEANVOX_UNARY(Log1p, vector_log1p(x))
LEANVOX_UNARY(Expm1, vector_expm1(x))
LEANVOX_UNARY(Sqrt, std::sqrt(x))
LEANVOX_UNARY(Rsqrt, 1.0f / std::sqrt(x))
LEANVOX_UNARY(Square, x * x)
LEANVOX_UNARY(Sign, (x > 0.0f ? 1.0f : 0.0f) - (x < 0.0f ? 1.0f : 0.0f))
LEANVOX_UNARY(Floor, std::floor(x))
LEANVOX_UNARY(Ceil, std::ceil(x))
LEANVOX_UNARY(Round, std::nearbyint(x))
LEANVOX_UNARY(Reciprocal, 1.0f / x)
LEANVOX_UNARY(Sigmoid, vector_sigmoid(x))
LEANVOX_UNARY(Tanh, vector_tanh(x))
LEANVOX_UNARY(Softplus, vector_softplus(x))
LEANVOX_UNARY(Relu, x <= 0.0f ? 0.0f : x)
LEANVOX_UNARY(Relu6, x <= 0.0f ? 0.0f : (x > 6.0f ? 6.0f : x))
LEANVOX_UNARY(LeakyRelu, x < 0.0f ? alpha * x : x)
LEANVOX_UNARY(Elu, x >= 0.0f ? x : vector_expm1(x))
LEANVOX_UNARY(Selu, x >= 0.0f ? kSeluScale * x : kSeluScaleAlpha * vector_expm1(x))
LEANVOX_UNARY(Step, x != x ? x : (x > 0.0f ? 1.0f : alpha))
LEANVOX_UNARY(ClipByValue, x > beta ? beta : (x < alpha ? alpha : x))
LEANVOX_UNARY(Erf, std::erf(x))
LEANVOX_UNARY(Sin, std::sin(x))
LEANVOX_UNARY(Cos, std::cos(x))
// Beside a pole one step of a float is more than tfjs's tests allow.
LEANVOX_UNARY(Tan, static_cast<float>(std::tan(static_cast<double>(x))))
LEANVOX_UNARY(Atan, std::atan(x))
LEANVOX_UNARY(Sinh, std::sinh(x))
LEANVOX_UNARY(Cosh, std::cosh(x))

#undef LEANVOX_UNARY

}  // namespace leanvox::unary
