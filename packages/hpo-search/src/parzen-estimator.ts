/**
 * The Parzen estimator of TPE: a mixture of products, one kernel per observed setting and one prior kernel.
 *
 * A numeric parameter's kernel is a normal cut to the range (on the logarithm with `log`; integrated over cells of a
 * grid with `step`), as wide as the larger gap to its neighbours, at least range / min(100, 2 + n) ("magic clip"). A
 * categorical kernel is one count on the observed choice over a uniform pseudo-count. Old observations beyond the last
 * 25 weigh less (Bergstra et al., 2013). As in Optuna 5's `_ParzenEstimator`, against which the tests compare.
 *
 * @module
 */
import { type Rng } from '@leanvox/random'
import {
  type CategoricalDistribution,
  type Distribution,
  type NumericDistribution,
  type Space,
} from './distribution.ts'
import { cutNormalQuantile, logNormalMass } from './normal.ts'
import { clampNumber, unitBounds } from './units.ts'

/** Settings in internal representation, by parameter; all arrays equally long. */
export type Observations = Readonly<Record<string, readonly number[]>>
/** One setting in internal representation. */
export type InternalSetting = Readonly<Record<string, number>>

export interface ParzenEstimator {
  sample(rng: Rng): InternalSetting
  /** log-density; for grids and choices log-probability. */
  logDensity(setting: InternalSetting): number
}

/** One parameter of all kernels. */
interface Kernels {
  sample(kernel: number, rng: Rng): number
  /** log-density of a value under each kernel. */
  logDensities(value: number): Float64Array
}

/** The estimator over `space` from observations; without any it is the prior alone. */
export function parzenEstimator(observations: Observations, space: Space): ParzenEstimator {
  const names = Object.keys(space)
  const count = observations[names[0]].length
  const weights = kernelWeights(count)
  const logWeights = weights.map(Math.log)
  const kernels = names.map((name) => kernelsOf(space[name], observations[name]))
  return {
    sample(rng) {
      const kernel = pick(weights, rng.uniform())
      return Object.fromEntries(names.map((name, index) => [name, kernels[index].sample(kernel, rng)]))
    },
    logDensity(setting) {
      const sums = Float64Array.from(logWeights)
      names.forEach((name, index) => {
        const logDensities = kernels[index].logDensities(setting[name])
        for (let kernel = 0; kernel < sums.length; kernel++) sums[kernel] += logDensities[kernel]
      })
      return logSumExp(sums)
    },
  }
}

/** Equal weights up to 25 observations, then a ramp for all but the last 25; the prior (last) weighs 1; sum 1. */
function kernelWeights(count: number): number[] {
  const ramp = count < 25 ? 0 : count - 25
  const start = 1 / count
  const raw = Array.from({ length: count }, (_, index) => {
    if (index >= ramp) return 1
    return ramp === 1 ? start : start + (index * (1 - start)) / (ramp - 1)
  })
  raw.push(1)
  const sum = raw.reduce((total, weight) => total + weight, 0)
  return raw.map((weight) => weight / sum)
}

function kernelsOf(distribution: Distribution, observed: readonly number[]): Kernels {
  return distribution.type === 'categorical'
    ? categoricalKernels(distribution, observed)
    : numericKernels(distribution, observed)
}

function categoricalKernels({ choices }: CategoricalDistribution, observed: readonly number[]): Kernels {
  const count = observed.length + 1
  const total = choices.length / count + 1
  const probability = (kernel: number, choice: number) => {
    if (kernel === observed.length) return 1 / choices.length
    return (1 / count + (observed[kernel] === choice ? 1 : 0)) / total
  }
  return {
    sample: (kernel, rng) =>
      pick(
        choices.map((_, choice) => probability(kernel, choice)),
        rng.uniform(),
      ),
    logDensities: (value) => Float64Array.from({ length: count }, (_, kernel) => Math.log(probability(kernel, value))),
  }
}

function numericKernels(distribution: NumericDistribution, observed: readonly number[]): Kernels {
  const { low, high, log, step } = distribution
  const [from, to] = unitBounds(distribution)
  const scale = (value: number) => (log ? Math.log(value) : value)
  const means = [...observed.map(scale), (from + to) / 2]
  const sigmas = kernelWidths(means.slice(0, -1), { from, to })
  const cut = (kernel: number) => ({
    from: (from - means[kernel]) / sigmas[kernel],
    to: (to - means[kernel]) / sigmas[kernel],
  })
  const logMasses = means.map((_, kernel) => logNormalMass(cut(kernel)))
  const logDensity = (value: number, kernel: number) => {
    const z = (scale(value) - means[kernel]) / sigmas[kernel]
    return -0.5 * z * z - 0.5 * Math.log(2 * Math.PI) - Math.log(sigmas[kernel])
  }
  const logCellMass = (value: number, kernel: number) => {
    const [left, right] = [value - (step as number) / 2, value + (step as number) / 2]
    const standard = (edge: number) => (scale(edge) - means[kernel]) / sigmas[kernel]
    return logNormalMass({ from: standard(left), to: standard(right) })
  }
  const logRaw = step === null ? logDensity : logCellMass
  return {
    sample(kernel, rng) {
      const value = means[kernel] + sigmas[kernel] * cutNormalQuantile(rng.uniform(), cut(kernel))
      return clampNumber(log ? Math.exp(value) : value, { low, high, step })
    },
    logDensities: (value) => Float64Array.from(logMasses, (logMass, kernel) => logRaw(value, kernel) - logMass),
  }
}

/** The larger gap to the neighbours (range ends count only for a lone observation), clipped; the prior spans the range. */
function kernelWidths(observed: readonly number[], { from, to }: { from: number; to: number }): number[] {
  const range = to - from
  const least = range / Math.min(100, observed.length + 2)
  const order = observed.map((_, index) => index).sort((a, b) => observed[a] - observed[b])
  const widths = new Array<number>(observed.length + 1).fill(range)
  order.forEach((index, rank) => {
    const isLone = observed.length < 2
    const left = rank > 0 ? observed[order[rank - 1]] : isLone ? from : observed[index]
    const right = rank < order.length - 1 ? observed[order[rank + 1]] : isLone ? to : observed[index]
    const gap = Math.max(observed[index] - left, right - observed[index])
    widths[index] = Math.min(range, Math.max(least, gap))
  })
  return widths
}

/** The index whose share of the cumulated weights holds `position` in [0, 1). */
function pick(weights: readonly number[], position: number): number {
  let cumulated = 0
  const index = weights.findIndex((weight) => position < (cumulated += weight))
  return index < 0 ? weights.length - 1 : index
}

function logSumExp(values: Float64Array): number {
  const largest = values.reduce((most, value) => Math.max(most, value), -Infinity)
  if (largest === -Infinity) return -Infinity
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0))
}
