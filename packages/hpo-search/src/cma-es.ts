/**
 * One step of CMA-ES in the unit cube: from a state and a ranked population to the next state.
 *
 * After N. Hansen, The CMA Evolution Strategy: A Tutorial (arXiv:1604.00772, 2023), with its default parameters: weighted
 * recombination with negative weights ("active"), cumulative step-size adaptation, rank-one and rank-mu updates. Points
 * outside the cube are drawn again, at most 10 n times, then moved to its nearest point, as in Optuna.
 *
 * @module
 */
import { type Rng } from '@leanvox/random'
import { symmetricEigen } from './symmetric-eigen.ts'

export interface CmaState {
  readonly mean: Float64Array
  readonly sigma: number
  /** Row by row. */
  readonly covariance: Float64Array
  readonly sigmaPath: Float64Array
  readonly covariancePath: Float64Array
  /** Updates since the start or the last restart. */
  readonly updates: number
  readonly populationSize: number
  /** Square roots of the covariance's eigenvalues, and its eigenvectors in columns. */
  readonly axes: { readonly lengths: Float64Array; readonly vectors: Float64Array }
}

export interface Solution {
  readonly x: Float64Array
  readonly loss: number
}

/** A sphere of radius `sigma` around `mean`. */
export function initialCmaState({
  mean,
  sigma,
  populationSize,
}: {
  mean: Float64Array
  sigma: number
  populationSize: number
}): CmaState {
  const n = mean.length
  const covariance = new Float64Array(n * n)
  for (let k = 0; k < n; k++) covariance[k * n + k] = 1
  const [sigmaPath, covariancePath] = [new Float64Array(n), new Float64Array(n)]
  const axes = { lengths: new Float64Array(n).fill(1), vectors: Float64Array.from(covariance) }
  return { mean, sigma, covariance, sigmaPath, covariancePath, updates: 0, populationSize, axes }
}

/** A point of the unit cube drawn from the state's normal distribution. */
export function drawFromCma(state: CmaState, rng: Rng): Float64Array {
  const n = state.mean.length
  let x = state.mean
  for (let attempt = 0; attempt <= 10 * n; attempt++) {
    const z = Float64Array.from({ length: n }, () => rng.normal())
    x = transformed(state, z)
    if (x.every((value) => value >= 0 && value <= 1)) return x
  }
  return x.map((value) => Math.min(1, Math.max(0, value)))
}

function transformed({ mean, sigma, axes }: CmaState, z: Float64Array): Float64Array {
  const n = mean.length
  return mean.map((centre, row) => {
    let sum = 0
    for (let k = 0; k < n; k++) sum += axes.vectors[row * n + k] * axes.lengths[k] * z[k]
    return centre + sigma * sum
  })
}

/** Strategy parameters of a dimension and population size (table 1 of the tutorial). */
function strategy(n: number, populationSize: number) {
  const parents = Math.floor(populationSize / 2)
  const raw = Array.from(
    { length: populationSize },
    (_, rank) => Math.log((populationSize + 1) / 2) - Math.log(rank + 1),
  )
  const effective = (part: number[]) => {
    const sum = part.reduce((total, weight) => total + weight, 0)
    return sum ** 2 / part.reduce((total, weight) => total + weight ** 2, 0)
  }
  const [muEff, muEffNegative] = [effective(raw.slice(0, parents)), effective(raw.slice(parents))]
  const c1 = 2 / ((n + 1.3) ** 2 + muEff)
  const cMu = Math.min(1 - c1 - 1e-8, (2 * (muEff - 2 + 1 / muEff)) / ((n + 2) ** 2 + muEff))
  const least = Math.min(1 + c1 / cMu, 1 + (2 * muEffNegative) / (muEff + 2), (1 - c1 - cMu) / (n * cMu))
  const positive = raw.filter((weight) => weight > 0).reduce((sum, weight) => sum + weight, 0)
  const negative = raw.filter((weight) => weight < 0).reduce((sum, weight) => sum - weight, 0)
  const cSigma = (muEff + 2) / (n + muEff + 5)
  return {
    parents,
    weights: raw.map((weight) => (weight >= 0 ? weight / positive : (least * weight) / negative)),
    muEff,
    c1,
    cMu,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma,
    cC: (4 + muEff / n) / (n + 4 + (2 * muEff) / n),
    chi: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  }
}

/** The state after a population; equal losses keep their order. */
export function updateCma(state: CmaState, population: readonly Solution[]): CmaState {
  const n = state.mean.length
  const rules = strategy(n, state.populationSize)
  const ranked = population.toSorted((one, other) => (one.loss < other.loss ? -1 : Number(one.loss > other.loss)))
  const steps = ranked.map(({ x }) => x.map((value, k) => (value - state.mean[k]) / state.sigma))
  const step = state.mean.map((_, k) =>
    steps.slice(0, rules.parents).reduce((sum, each, rank) => sum + rules.weights[rank] * each[k], 0),
  )
  const whitened = whiten(state, step)
  const pull = Math.sqrt(rules.cSigma * (2 - rules.cSigma) * rules.muEff)
  const sigmaPath = state.sigmaPath.map((value, k) => (1 - rules.cSigma) * value + pull * whitened[k])
  const length = Math.hypot(...sigmaPath)
  const updates = state.updates + 1
  const bound = Math.sqrt(1 - (1 - rules.cSigma) ** (2 * updates)) * (1.4 + 2 / (n + 1)) * rules.chi
  const isSteady = length < bound ? 1 : 0
  const drift = isSteady * Math.sqrt(rules.cC * (2 - rules.cC) * rules.muEff)
  const covariancePath = state.covariancePath.map((value, k) => (1 - rules.cC) * value + drift * step[k])
  const covariance = updatedCovariance(state, { rules, steps, covariancePath, isSteady })
  const { values, vectors } = symmetricEigen(covariance, n)
  // Rounding may leave a tiny negative eigenvalue; the matrix is rebuilt from what is used.
  const lengths = values.map((value) => Math.sqrt(value < 0 ? 1e-8 : value))
  return {
    ...state,
    mean: state.mean.map((centre, k) => centre + state.sigma * step[k]),
    sigma: Math.min(1e32, state.sigma * Math.exp((rules.cSigma / rules.dSigma) * (length / rules.chi - 1))),
    covariance: composed({ lengths, vectors }, n),
    sigmaPath,
    covariancePath,
    updates,
    axes: { lengths, vectors },
  }
}

/** The inverse square root of the covariance times a vector. */
function whiten({ axes: { lengths, vectors } }: CmaState, vector: Float64Array): Float64Array {
  const n = vector.length
  const inner = lengths.map((length, k) => {
    let sum = 0
    for (let row = 0; row < n; row++) sum += vectors[row * n + k] * vector[row]
    return sum / length
  })
  return vector.map((_, row) => {
    let sum = 0
    for (let k = 0; k < n; k++) sum += vectors[row * n + k] * inner[k]
    return sum
  })
}

interface CovarianceUpdate {
  readonly rules: ReturnType<typeof strategy>
  readonly steps: readonly Float64Array[]
  readonly covariancePath: Float64Array
  readonly isSteady: number
}

function updatedCovariance(
  state: CmaState,
  { rules, steps, covariancePath, isSteady }: CovarianceUpdate,
): Float64Array {
  const { c1, cMu, cC, weights } = rules
  const n = state.mean.length
  const scaled = weights.map((weight, rank) => {
    if (weight >= 0) return weight
    const norm = whiten(state, steps[rank]).reduce((sum, value) => sum + value * value, 0)
    return (weight * n) / (norm + 1e-8)
  })
  const kept = 1 + c1 * (1 - isSteady) * cC * (2 - cC) - c1 - cMu * weights.reduce((sum, weight) => sum + weight, 0)
  return state.covariance.map((value, at) => {
    const [row, column] = [Math.floor(at / n), at % n]
    let rankMu = 0
    for (let rank = 0; rank < steps.length; rank++) rankMu += scaled[rank] * steps[rank][row] * steps[rank][column]
    return kept * value + c1 * covariancePath[row] * covariancePath[column] + cMu * rankMu
  })
}

function composed({ lengths, vectors }: CmaState['axes'], n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [row, column] = [Math.floor(at / n), at % n]
    let sum = 0
    for (let k = 0; k < n; k++) sum += vectors[row * n + k] * vectors[column * n + k] * lengths[k] ** 2
    return sum
  })
}

/** Whether a search has nothing left to find: it shrank to a point, blew up, or its axes differ beyond a double's digits. */
export function hasConverged({ sigma, axes: { lengths }, covariancePath }: CmaState): boolean {
  const [longest, shortest] = [Math.max(...lengths), Math.min(...lengths)]
  const isPoint = sigma * longest < 1e-11 && covariancePath.every((value) => sigma * Math.abs(value) < 1e-11)
  return isPoint || sigma > 1e4 || longest > 1e7 * shortest
}
