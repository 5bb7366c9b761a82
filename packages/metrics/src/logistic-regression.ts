/**
 * Logistic regression without penalty, log(p / (1 - p)) = b₀ + Σ bⱼ xⱼ, by maximum likelihood: Newton's method on
 * standardised columns, which for this model is iteratively reweighted least squares (Nelder and Wedderburn 1972).
 *
 * Standard errors come from the inverse information matrix, p-values and intervals are Wald's; the likelihood-ratio test
 * compares with the intercept alone. An odds ratio is exp(bⱼ) for one unit of its column.
 *
 * Separation: where a column (or a sum of them) tells the classes apart without error, its coefficient has no finite
 * maximum-likelihood estimate (Albert and Anderson 1984). Such terms are listed in `separated`, with an infinite
 * coefficient and NaN for errors and p; the other terms are the limit of the fit and remain valid.
 *
 * @module
 */
import { invertSymmetric, type Matrix } from './cholesky.ts'
import { chiSquareUpper, normalReach, normalTwoSided, requireLevel } from './distributions.ts'
import { standardisedDesign, type Design, type RegressionData } from './regression-design.ts'

const MOST_ITERATIONS = 100
/**
 * Near a finite maximum Newton's steps vanish; along a separating direction each step moves the log odds by about 1 for
 * ever. A term that still moves them this far over the range of its column when the likelihood has settled diverges.
 */
const DIVERGING_STEP = 0.1

/** One coefficient; the odds ratio with its interval is exp of the coefficient's. */
export interface RegressionTerm {
  /** The column's name, or 'intercept' for the first. */
  readonly name: string
  readonly coefficient: number
  readonly standardError: number
  readonly p: number
  readonly oddsRatio: number
  readonly low: number
  readonly high: number
}

/** A fitted model. */
export interface LogisticFit {
  /** The intercept, then the columns in their order. */
  readonly terms: readonly RegressionTerm[]
  /** Names of terms without a finite estimate; empty if all is well. */
  readonly separated: readonly string[]
  readonly logLikelihood: number
  /** Against the intercept alone. */
  readonly likelihoodRatio: { readonly statistic: number; readonly degreesOfFreedom: number; readonly p: number }
  readonly iterations: number
}

/** State of the fit: coefficients of the standardised columns and what they give. */
interface Step {
  readonly beta: Float64Array
  readonly logLikelihood: number
}

/**
 * Fits the model.
 *
 * @throws RangeError for columns that are constant, not finite or determined by the others, for outcomes that are not 0
 *   or 1 or are all the same, for no more observations than coefficients, or a `level` outside (0, 1).
 * @example
 * logisticRegression({ x: { age, ...indicatorColumns(sites, { name: 'site' }) }, y: isHard }).terms
 */
export function logisticRegression(
  data: RegressionData,
  { level = 0.95 }: { readonly level?: number } = {},
): LogisticFit {
  requireLevel(level, 'logisticRegression')
  const design = standardisedDesign(data, 'logisticRegression')
  const start = startAt(design)
  let current = start
  let change = new Float64Array()
  let iterations = 0
  let gain = Infinity
  let covariance = covarianceAt(design, start.beta)
  if ('singularAt' in covariance) {
    throw new RangeError(
      `logisticRegression: expected independent columns, got ${design.names[covariance.singularAt]} that others determine`,
    )
  }
  let inverse = covariance.inverse
  for (; iterations < MOST_ITERATIONS && gain > 1e-10; iterations++) {
    const next = newtonStep(design, current, inverse)
    change = next.beta.map((value, j) => value - current.beta[j])
    gain = next.logLikelihood - current.logLikelihood
    current = next
    covariance = covarianceAt(design, current.beta)
    // Only separation makes independent columns singular here: all weights of a class go to zero.
    if ('singularAt' in covariance) break
    inverse = covariance.inverse
  }
  const toUnits = unitWeights(design)
  const diverges = toUnits.map((weights, j) => Math.abs(dot(weights, change)) * design.ranges[j] > DIVERGING_STEP)
  const statistic = Math.max(0, 2 * (current.logLikelihood - start.logLikelihood))
  const degreesOfFreedom = design.names.length - 1
  return {
    terms: toUnits.map((weights, j) => {
      const coefficient = dot(weights, current.beta)
      if (diverges[j]) return divergedTerm(design.names[j], coefficient)
      const variance = dot(
        weights,
        inverse.map((row) => dot(weights, row)),
      )
      return term({ name: design.names[j], coefficient, standardError: Math.sqrt(variance) }, level)
    }),
    separated: design.names.filter((_, j) => diverges[j]),
    logLikelihood: current.logLikelihood,
    likelihoodRatio: { statistic, degreesOfFreedom, p: chiSquareUpper(statistic, degreesOfFreedom) },
    iterations,
  }
}

function startAt(design: Design): Step {
  const share = design.y.reduce((sum, value) => sum + value, 0) / design.y.length
  const beta = new Float64Array(design.names.length)
  beta[0] = Math.log(share / (1 - share))
  return { beta, logLikelihood: logLikelihoodAt(design, beta) }
}

/** beta + inverse information · score, halved while the likelihood falls. */
function newtonStep(design: Design, { beta, logLikelihood }: Step, inverse: Matrix): Step {
  const score = new Float64Array(beta.length)
  design.rows.forEach((row, i) => {
    const residual = design.y[i] - logistic(dot(row, beta))
    row.forEach((value, j) => (score[j] += value * residual))
  })
  const direction = inverse.map((row) => dot(row, score))
  for (let scale = 1; scale > 1e-6; scale /= 2) {
    const next = beta.map((value, j) => value + scale * direction[j])
    const reached = logLikelihoodAt(design, next)
    if (reached >= logLikelihood) return { beta: next, logLikelihood: reached }
  }
  return { beta, logLikelihood }
}

function covarianceAt(design: Design, beta: Float64Array) {
  const information = Array.from(beta, () => new Float64Array(beta.length))
  for (const row of design.rows) {
    const p = logistic(dot(row, beta))
    row.forEach((a, j) => row.forEach((b, k) => (information[j][k] += p * (1 - p) * a * b)))
  }
  return invertSymmetric(information, 1e-10)
}

function logLikelihoodAt({ rows, y }: Design, beta: Float64Array): number {
  return rows.reduce((sum, row, i) => {
    const eta = (y[i] === 1 ? 1 : -1) * dot(row, beta)
    return sum - (eta > 0 ? Math.log1p(Math.exp(-eta)) : Math.log1p(Math.exp(eta)) - eta)
  }, 0)
}

/** How standardised coefficients make those of the columns' own units: bⱼ = βⱼ / sⱼ and b₀ = β₀ - Σ mⱼ βⱼ / sⱼ. */
function unitWeights({ names, means, deviations }: Design): Float64Array[] {
  return names.map((_, j) =>
    Float64Array.from(names, (_, k) => {
      if (k === 0) return j === 0 ? 1 : 0
      return j === 0 ? -means[k] / deviations[k] : j === k ? 1 / deviations[k] : 0
    }),
  )
}

function term(
  { name, coefficient, standardError }: Pick<RegressionTerm, 'name' | 'coefficient' | 'standardError'>,
  level: number,
): RegressionTerm {
  const reach = normalReach(level) * standardError
  return {
    name,
    coefficient,
    standardError,
    p: normalTwoSided(coefficient / standardError),
    oddsRatio: Math.exp(coefficient),
    low: Math.exp(coefficient - reach),
    high: Math.exp(coefficient + reach),
  }
}

function divergedTerm(name: string, coefficient: number): RegressionTerm {
  const oddsRatio = coefficient > 0 ? Infinity : 0
  return { name, coefficient: Math.log(oddsRatio), standardError: NaN, p: NaN, oddsRatio, low: NaN, high: NaN }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

function logistic(eta: number): number {
  return 1 / (1 + Math.exp(-eta))
}
