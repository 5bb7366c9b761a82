/**
 * The normal distribution cut to an interval: mass, log-density and draws, in double precision far into the tails.
 *
 * erfc(x) = 1 - erf(x) by its all-positive series erf(x) = 2/sqrt(pi) exp(-x²) sum 2^n x^(2n+1) / (2n+1)!! below 2.5 and
 * by its continued fraction above (Abramowitz and Stegun 7.1.6 and 7.1.14), scaled by exp(x²) so that logarithms of
 * masses far away stay finite.
 *
 * @module
 */

/** An interval of the standard normal's axis. */
interface Interval {
  readonly from: number
  readonly to: number
}

/** log of the standard normal's mass below x. */
export function logNormalCdf(x: number): number {
  if (x > 0) return Math.log1p(-0.5 * erfc(x / Math.SQRT2))
  const z = -x / Math.SQRT2
  return Math.log(0.5 * scaledErfc(z)) - z * z
}

/** log of the standard normal's mass in [from, to]; -Infinity for an empty interval. */
export function logNormalMass({ from, to }: Interval): number {
  if (from >= to) return -Infinity
  if (from > 0) return logNormalMass({ from: -to, to: -from })
  if (to <= 0) {
    const upper = logNormalCdf(to)
    return upper + Math.log1p(-Math.exp(logNormalCdf(from) - upper))
  }
  return Math.log1p(-0.5 * (erfc(-from / Math.SQRT2) + erfc(to / Math.SQRT2)))
}

/**
 * The point of [from, to] below which a share of the cut standard normal's mass lies; needs from <= 0 <= to, which holds
 * whenever the mean lies inside the interval. Bisection-guarded Newton steps.
 */
export function cutNormalQuantile(share: number, { from, to }: Interval): number {
  const below = cdf(from)
  const target = below + share * (cdf(to) - below)
  let [low, high] = [Math.max(from, -40), Math.min(to, 40)]
  let x = Math.min(high, Math.max(low, 0))
  for (let step = 0; step < 80 && high - low > 1e-15 * Math.max(1, Math.abs(x)); step++) {
    const excess = cdf(x) - target
    if (excess === 0) break
    if (excess > 0) high = x
    else low = x
    const density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)
    const newton = x - excess / density
    x = newton > low && newton < high ? newton : (low + high) / 2
  }
  return x
}

function cdf(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2)
}

function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x)
  return x < 2.5 ? 1 - erfSeries(x) : Math.exp(-x * x) * scaledErfc(x)
}

/** exp(x²) erfc(x) for x >= 0. */
function scaledErfc(x: number): number {
  if (x < 2.5) return Math.exp(x * x) * (1 - erfSeries(x))
  let fraction = 0
  for (let n = 60; n >= 1; n--) fraction = n / 2 / (x + fraction)
  return 1 / (Math.sqrt(Math.PI) * (x + fraction))
}

function erfSeries(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}
