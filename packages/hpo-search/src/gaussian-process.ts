/**
 * Gaussian process regression with a Matern 5/2 kernel, one length scale per parameter, fitted by maximum a posteriori.
 *
 * k(r²) = s (1 + sqrt(5 r²) + 5/3 r²) exp(-sqrt(5 r²)), r² = sum_d w_d (x_d - x'_d)², for a categorical parameter 1 if the
 * choices differ (Rasmussen and Williams, 2006). The priors are those of Optuna's GPSampler: on the inverse squared length
 * scales exp(-0.1 / w - 0.1 w), a gamma(2, 1) on s, a gamma(1.1, 30) on the noise, which is at least 1e-6. The fit always
 * starts from w = s = noise = 1, so that it is a function of the data alone.
 *
 * @module
 */
import { minimise } from './bounded-lbfgs.ts'
import { cholesky, inverseOf, solveLower } from './cholesky.ts'

export interface GpData {
  /** n points of d coordinates, row by row. */
  readonly x: Float64Array
  /** n values, standardised. */
  readonly y: Float64Array
  readonly isCategorical: readonly boolean[]
}

export interface GaussianProcess {
  /** One over the root of each w. */
  readonly lengthScales: Float64Array
  /** Posterior mean and variance of the function (without noise) at a point. */
  posterior(x: Float64Array): { readonly mean: number; readonly variance: number }
  /** The same with gradients; those along categorical coordinates are 0. */
  posteriorWithGradient(x: Float64Array): PosteriorGradient
  /** The process that has also seen points with these values; parameters stay. */
  extended(points: readonly { readonly x: Float64Array; readonly y: number }[]): GaussianProcess
}

export interface PosteriorGradient {
  readonly mean: number
  readonly variance: number
  readonly meanGradient: Float64Array
  readonly varianceGradient: Float64Array
}

const LEAST_NOISE = 1e-6

/** Kernel parameters. */
interface Hyper {
  readonly weights: Float64Array
  readonly scale: number
  readonly noise: number
}

/** Fits kernel parameters to the data and conditions on it; needs at least one point. */
export function fitGaussianProcess(data: GpData): GaussianProcess {
  const d = data.isCategorical.length
  const squares = squaredDifferences(data)
  const start = new Float64Array(d + 2)
  start[d + 1] = Math.log(1 - 0.99 * LEAST_NOISE)
  const loss = (raw: Float64Array) => negativeLogPosterior(raw, { data, squares })
  const { x } = minimise(loss, start, { gradientTolerance: 1e-2 })
  return condition(data, hyperOf(x, d))
}

function hyperOf(raw: Float64Array, d: number): Hyper {
  return {
    weights: raw.subarray(0, d).map(Math.exp),
    scale: Math.exp(raw[d]),
    noise: Math.exp(raw[d + 1]) + LEAST_NOISE,
  }
}

/** Squared differences of each pair i > j, d numbers at (i (i - 1) / 2 + j) d. */
function squaredDifferences({ x, y, isCategorical }: GpData): Float64Array {
  const [n, d] = [y.length, isCategorical.length]
  const squares = new Float64Array(((n * (n - 1)) / 2) * d)
  let at = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      for (let k = 0; k < d; k++, at++) {
        const difference = x[i * d + k] - x[j * d + k]
        squares[at] = isCategorical[k] ? Number(difference !== 0) : difference * difference
      }
    }
  }
  return squares
}

interface FitProblem {
  readonly data: GpData
  readonly squares: Float64Array
}

function negativeLogPosterior(raw: Float64Array, { data, squares }: FitProblem) {
  const [n, d] = [data.y.length, data.isCategorical.length]
  const { weights, scale, noise } = hyperOf(raw, d)
  const { covariance, slopes } = covarianceOf(squares, { weights, scale, n })
  for (let i = 0; i < n; i++) covariance[i * n + i] = scale + noise
  const lower = cholesky(covariance, n)
  if (lower === null) return { value: Infinity, gradient: new Float64Array(d + 2) }
  const whitened = solveLower(lower, data.y)
  let value = 0
  for (let i = 0; i < n; i++) value += 0.5 * whitened[i] ** 2 + Math.log(lower[i * n + i])
  const sensitivity = sensitivityOf(lower, data.y)
  const gradient = new Float64Array(d + 2)
  for (let i = 0, pair = 0; i < n; i++) {
    for (let j = 0; j < i; j++, pair++) {
      const twice = 2 * sensitivity[i * n + j]
      gradient[d] += twice * covariance[i * n + j]
      const pull = twice * slopes[pair]
      for (let k = 0; k < d; k++) gradient[k] += pull * weights[k] * squares[pair * d + k]
    }
    gradient[d] += sensitivity[i * n + i] * scale
    gradient[d + 1] += sensitivity[i * n + i] * (noise - LEAST_NOISE)
  }
  return { value: value + addPrior(gradient, { weights, scale, noise }), gradient }
}

/** Derivative of the loss by each entry of the covariance: (C⁻¹ - C⁻¹y yᵀC⁻¹) / 2. */
function sensitivityOf(lower: Float64Array, y: Float64Array): Float64Array {
  const n = y.length
  const inverse = inverseOf(lower, n)
  const alpha = multiply(inverse, y)
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j < n; j++, at++) inverse[at] = 0.5 * (inverse[at] - alpha[i] * alpha[j])
  return inverse
}

/** The prior's part of the loss; adds its gradient. */
function addPrior(gradient: Float64Array, { weights, scale, noise }: Hyper): number {
  const d = weights.length
  let loss = 0
  weights.forEach((weight, k) => {
    loss += 0.1 / weight + 0.1 * weight
    gradient[k] += 0.1 * weight - 0.1 / weight
  })
  gradient[d] += scale - 1
  gradient[d + 1] += (30 - 0.1 / noise) * (noise - LEAST_NOISE)
  return loss - (Math.log(scale) - scale) - (0.1 * Math.log(noise) - 30 * noise)
}

/** The lower half of the kernel matrix without its diagonal, and each pair's derivative by r². */
function covarianceOf(
  squares: Float64Array,
  { weights, scale, n }: { weights: Float64Array; scale: number; n: number },
): { covariance: Float64Array; slopes: Float64Array } {
  const d = weights.length
  const covariance = new Float64Array(n * n)
  const slopes = new Float64Array((n * (n - 1)) / 2)
  for (let i = 0, pair = 0; i < n; i++) {
    for (let j = 0; j < i; j++, pair++) {
      let square = 0
      for (let k = 0; k < d; k++) square += weights[k] * squares[pair * d + k]
      const root = Math.sqrt(5 * square)
      const decay = scale * Math.exp(-root)
      covariance[i * n + j] = decay * ((5 / 3) * square + root + 1)
      slopes[pair] = (-5 / 6) * decay * (root + 1)
    }
  }
  return { covariance, slopes }
}

function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length
  const product = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let j = 0; j < n; j++) sum += matrix[i * n + j] * vector[j]
    product[i] = sum
  }
  return product
}

function condition(data: GpData, hyper: Hyper): GaussianProcess {
  const { x: points, y, isCategorical } = data
  const { weights, scale } = hyper
  const n = y.length
  const lower = factorOf(data, hyper)
  const inverse = inverseOf(lower, n)
  const alpha = multiply(inverse, y)
  return {
    lengthScales: weights.map((weight) => 1 / Math.sqrt(weight)),
    posterior(x) {
      const { values } = kernelsAt(x, { data, hyper })
      const whitened = solveLower(lower, values)
      let [mean, explained] = [0, 0]
      for (let i = 0; i < n; i++) {
        mean += values[i] * alpha[i]
        explained += whitened[i] * whitened[i]
      }
      return { mean, variance: Math.max(0, scale - explained) }
    },
    posteriorWithGradient: (x) => posteriorWithGradient(x, { data, hyper, inverse, alpha }),
    extended(more) {
      const x = Float64Array.from([...points, ...more.flatMap((point) => [...point.x])])
      return condition({ x, y: Float64Array.from([...y, ...more.map((point) => point.y)]), isCategorical }, hyper)
    },
  }
}

interface Conditioned {
  readonly data: GpData
  readonly hyper: Hyper
}

/** Kernel values with all points, and their derivatives by r². */
function kernelsAt(x: Float64Array, { data, hyper }: Conditioned): { values: Float64Array; slopes: Float64Array } {
  const { x: points, y, isCategorical } = data
  const { weights, scale } = hyper
  const [n, d] = [y.length, weights.length]
  const [values, slopes] = [new Float64Array(n), new Float64Array(n)]
  for (let i = 0; i < n; i++) {
    let square = 0
    for (let k = 0; k < d; k++) {
      const difference = x[k] - points[i * d + k]
      square += isCategorical[k] ? (difference === 0 ? 0 : weights[k]) : weights[k] * difference * difference
    }
    const root = Math.sqrt(5 * square)
    const decay = scale * Math.exp(-root)
    values[i] = decay * ((5 / 3) * square + root + 1)
    slopes[i] = (-5 / 6) * decay * (root + 1)
  }
  return { values, slopes }
}

function posteriorWithGradient(
  x: Float64Array,
  { data, hyper, inverse, alpha }: Conditioned & { inverse: Float64Array; alpha: Float64Array },
): PosteriorGradient {
  const { x: points, y, isCategorical } = data
  const { weights, scale } = hyper
  const [n, d] = [y.length, weights.length]
  const { values, slopes } = kernelsAt(x, { data, hyper })
  const beta = multiply(inverse, values)
  const [meanGradient, varianceGradient] = [new Float64Array(d), new Float64Array(d)]
  let [mean, explained] = [0, 0]
  for (let i = 0; i < n; i++) {
    mean += values[i] * alpha[i]
    explained += values[i] * beta[i]
    for (let k = 0; k < d; k++) {
      if (isCategorical[k]) continue
      const slope = slopes[i] * 2 * weights[k] * (x[k] - points[i * d + k])
      meanGradient[k] += alpha[i] * slope
      varianceGradient[k] -= 2 * beta[i] * slope
    }
  }
  return { mean, variance: Math.max(0, scale - explained), meanGradient, varianceGradient }
}

/** The factor of the covariance with noise; more noise where rounding has eaten it up. */
function factorOf(data: GpData, { weights, scale, noise }: Hyper): Float64Array {
  const n = data.y.length
  const { covariance } = covarianceOf(squaredDifferences(data), { weights, scale, n })
  for (let extra = noise; ; extra *= 10) {
    for (let i = 0; i < n; i++) covariance[i * n + i] = scale + extra
    const lower = cholesky(covariance, n)
    if (lower !== null) return lower
  }
}
