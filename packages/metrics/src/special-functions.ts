/**
 * Regularised incomplete gamma and beta functions, by series and continued fractions (Abramowitz and Stegun 6.5.29,
 * 6.5.31, 26.5.8; the fractions evaluated by Lentz's method as in Thompson and Barnett 1986), and the logarithm of the
 * gamma function by Lanczos' approximation with g = 7 and nine terms (coefficients of Godfrey 2001).
 *
 * Upper tails are computed as such and not as 1 minus the lower tail, so that small p-values keep their digits.
 *
 * @module
 */

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]
const EPSILON = 1e-16
const TINY = 1e-300
const LIMIT = 100_000

/** log Γ(x) for x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  let sum = LANCZOS[0]
  for (let k = 1; k < LANCZOS.length; k++) sum += LANCZOS[k] / (x - 1 + k)
  const t = x + 6.5
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum)
}

/** Q(a, x) = Γ(a, x) / Γ(a), the upper regularised incomplete gamma function, for a > 0 and x >= 0. */
export function gammaUpper(a: number, x: number): number {
  if (x === 0) return 1
  const front = Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x < a + 1) return 1 - front * lowerSeries(a, x)
  const numerator = (n: number) => n * (a - n)
  return front / continuedFraction(x + 1 - a, { numerator, denominator: (n) => x + 2 * n + 1 - a })
}

/** Σ xⁿ / (a (a + 1) ... (a + n)). */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = 1; term > EPSILON * sum && n < LIMIT; n++) {
    term *= x / (a + n)
    sum += term
  }
  return sum
}

/** I(x; a, b), the regularised incomplete beta function, for a, b > 0 and x in [0, 1]. */
export function betaRegularised(x: number, { a, b }: { readonly a: number; readonly b: number }): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1
  // The fraction converges fast below the mean; above it the other tail does.
  if (x > (a + 1) / (a + b + 2)) return 1 - betaRegularised(1 - x, { a: b, b: a })
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logGamma(a) - logGamma(b) + logGamma(a + b)) / a
  const numerator = (n: number) => {
    const m = n >> 1
    if (n % 2 === 0) return (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    return (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
  }
  return front / continuedFraction(1, { numerator, denominator: () => 1 })
}

interface Fraction {
  readonly numerator: (n: number) => number
  readonly denominator: (n: number) => number
}

/** first + numerator(1) / (denominator(1) + numerator(2) / (denominator(2) + ...)). */
function continuedFraction(first: number, { numerator, denominator }: Fraction): number {
  const nonZero = (value: number) => (Math.abs(value) < TINY ? TINY : value)
  let value = nonZero(first)
  let c = value
  let d = 0
  for (let n = 1; n < LIMIT; n++) {
    d = 1 / nonZero(denominator(n) + numerator(n) * d)
    c = nonZero(denominator(n) + numerator(n) / c)
    value *= c * d
    if (Math.abs(c * d - 1) < EPSILON * 4) break
  }
  return value
}
