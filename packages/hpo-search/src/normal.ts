/**
 * The normal distribution cut to an interval: mass, log-density and draws, in double precision far into the tails.
 *
 * erf, erfc and exp(x²) erfc(x) are W. J. Cody's rational approximations (Math. Comp. 23, 1969, 631-637), good to the last
 * digits of a double; the quantile is M. J. Wichura's AS 241 (Applied Statistics 37, 1988, 477-484). Both are a few dozen
 * multiplications, which is what lets a Parzen estimator of ten thousand kernels be asked within a millisecond or two.
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

/** The standard normal's mass in [from, to], without cancellation in the tails; 0 for an empty interval. */
export function normalMass(from: number, to: number): number {
  if (from >= to) return 0
  if (from > 0) return 0.5 * (erfc(from / Math.SQRT2) - erfc(to / Math.SQRT2))
  if (to < 0) return 0.5 * (erfc(-to / Math.SQRT2) - erfc(-from / Math.SQRT2))
  return 1 - 0.5 * (erfc(-from / Math.SQRT2) + erfc(to / Math.SQRT2))
}

/**
 * The point of [from, to] below which a share of the cut standard normal's mass lies; needs from <= 0 <= to, which holds
 * whenever the mean lies inside the interval.
 */
export function cutNormalQuantile(share: number, { from, to }: Interval): number {
  // Either half is measured from its own tail, where its mass is not lost next to 1.
  const [below, above] = [0.5 * erfc(-from / Math.SQRT2), 0.5 * erfc(to / Math.SQRT2)]
  const inside = 1 - below - above
  const target = below + share * inside
  const x = target <= 0.5 ? normalQuantile(target) : -normalQuantile(above + (1 - share) * inside)
  return Math.min(to, Math.max(from, x))
}

/** The point below which a share of the standard normal's mass lies; infinite at 0 and 1. */
export function normalQuantile(share: number): number {
  if (!(share > 0 && share < 1)) return share === 0 ? -Infinity : share === 1 ? Infinity : Number.NaN
  const q = share - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial7(CENTRE_A, r)) / polynomial7(CENTRE_B, r)
  }
  const r = Math.sqrt(-Math.log(q < 0 ? share : 1 - share))
  const size =
    r <= 5
      ? polynomial7(MIDDLE_A, r - 1.6) / polynomial7(MIDDLE_B, r - 1.6)
      : polynomial7(TAIL_A, r - 5) / polynomial7(TAIL_B, r - 5)
  return q < 0 ? -size : size
}

/** The mass of two tails: 1 - erf(x). */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x)
  if (x <= 0.46875) return 1 - erfCentre(x)
  return x > 27 ? 0 : Math.exp(-x * x) * scaledTail(x)
}

/** exp(x²) erfc(x) for x >= 0. */
export function scaledErfc(x: number): number {
  return x <= 0.46875 ? Math.exp(x * x) * (1 - erfCentre(x)) : scaledTail(x)
}

function erfCentre(x: number): number {
  const square = x * x
  return (x * polynomial4(NEAR_P, square)) / polynomial4(NEAR_Q, square)
}

function scaledTail(x: number): number {
  if (x <= 4) return polynomial8(MID_P, x) / polynomial8(MID_Q, x)
  const inverse = 1 / (x * x)
  const correction = (inverse * polynomial5(FAR_P, inverse)) / polynomial5(FAR_Q, inverse)
  return (1 / Math.sqrt(Math.PI) - correction) / x
}

/** Horner's rule, coefficients from the constant term on; written out, since an estimator evaluates thousands of them. */
function polynomial4(c: readonly number[], x: number): number {
  return (((c[4] * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0]
}

function polynomial5(c: readonly number[], x: number): number {
  return ((((c[5] * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0]
}

function polynomial7(c: readonly number[], x: number): number {
  return ((((((c[7] * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0]
}

function polynomial8(c: readonly number[], x: number): number {
  return (((((((c[8] * x + c[7]) * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0]
}

const NEAR_P = [
  3.20937758913846947e3, 3.77485237685302021e2, 1.13864154151050156e2, 3.1611237438705656, 1.85777706184603153e-1,
]
const NEAR_Q = [2.84423683343917062e3, 1.28261652607737228e3, 2.44024637934444173e2, 2.36012909523441209e1, 1]
const MID_P = [
  1.23033935479799725e3, 2.05107837782607147e3, 1.71204761263407058e3, 8.8195222124176909e2, 2.98635138197400131e2,
  6.61191906371416295e1, 8.88314979438837594, 5.64188496988670089e-1, 2.15311535474403846e-8,
]
const MID_Q = [
  1.23033935480374942e3, 3.43936767414372164e3, 4.36261909014324716e3, 3.29079923573345963e3, 1.62138957456669019e3,
  5.37181101862009858e2, 1.17693950891312499e2, 1.57449261107098347e1, 1,
]
const FAR_P = [
  6.58749161529837803e-4, 1.60837851487422766e-2, 1.25781726111229246e-1, 3.60344899949804439e-1,
  3.05326634961232344e-1, 1.63153871373020978e-2,
]
const FAR_Q = [
  2.33520497626869185e-3, 6.05183413124413191e-2, 5.27905102951428412e-1, 1.87295284992346725, 2.56852019228982242, 1,
]
const CENTRE_A = [
  3.387132872796366608, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
  4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
]
const CENTRE_B = [
  1, 4.2313330701600911252e1, 6.871870074920579083e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
  3.930789580009271061e4, 2.8729085735721942674e4, 5.226495278852854561e3,
]
const MIDDLE_A = [
  1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258,
  2.4178072517745061177e-1, 2.27238449892691845833e-2, 7.7454501427834140764e-4,
]
const MIDDLE_B = [
  1, 2.05319162663775882187, 1.6763848301838038494, 6.8976733498510000455e-1, 1.4810397642748007459e-1,
  1.51986665636164571966e-2, 5.475938084995344946e-4, 1.05075007164441684324e-9,
]
const TAIL_A = [
  6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 2.9656057182850489123e-1,
  2.6532189526576123093e-2, 1.2426609473880784386e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
]
const TAIL_B = [
  1, 5.9983220655588793769e-1, 1.3692988092273580531e-1, 1.48753612908506148525e-2, 7.868691311456132591e-4,
  1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
]
