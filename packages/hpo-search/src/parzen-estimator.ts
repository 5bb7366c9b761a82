/**
 * The Parzen estimator of TPE: a mixture of products, one kernel per observed setting and one prior kernel.
 *
 * As in Optuna 5's `_ParzenEstimator`, against which the tests compare; see `parzen-kernels.ts` for the kernels and
 * `parzen-mixture.ts` for the sum. Old observations beyond the last 25 weigh less (Bergstra et al., 2013).
 *
 * @module
 */
import { type Rng } from '@leanvox/random'
import { type Space } from './distribution.ts'
import { cutNormalQuantile } from './normal.ts'
import { axisOf, type Axis } from './parzen-kernels.ts'
import { createParzenMixture, type ParzenMixture } from './parzen-mixture.ts'

/** Settings in internal representation, by parameter; all arrays equally long. */
export type Observations = Readonly<Record<string, readonly number[]>>
/** One setting in internal representation. */
export type InternalSetting = Readonly<Record<string, number>>

export interface ParzenEstimator {
  sample(rng: Rng): InternalSetting
  /** log-density; for grids and choices log-probability. */
  logDensity(setting: InternalSetting): number
}

/** The estimator over `space` from observations; without any it is the prior alone. */
export function parzenEstimator(observations: Observations, space: Space): ParzenEstimator {
  const names = Object.keys(space)
  const axes = names.map((name) => axisOf(space[name]))
  const mixture = createParzenMixture(axes)
  for (let row = 0; row < observations[names[0]].length; row++) {
    mixture.insert(
      row,
      coordinatesOf(
        axes,
        Float64Array.from(names, (name) => observations[name][row]),
      ),
    )
  }
  const logRange = logUnits(axes)
  return {
    sample(rng) {
      const internal = drawSettings(mixture, { axes, rng, count: 1 }).internal
      return Object.fromEntries(names.map((name, dim) => [name, internal[dim]]))
    },
    logDensity(setting) {
      const internal = Float64Array.from(names, (name) => setting[name])
      return mixture.logDensities({ coordinates: coordinatesOf(axes, internal), internal, count: 1 })[0] - logRange
    },
  }
}

/** Coordinates of one setting's internal values. */
export function coordinatesOf(axes: readonly Axis[], internal: Float64Array): Float64Array {
  return internal.map((value, dim) => axes[dim].toCoordinate(value))
}

/** Draws settings from a mixture, one after the other from the same stream. */
export function drawSettings(
  mixture: ParzenMixture,
  { axes, rng, count }: { axes: readonly Axis[]; rng: Rng; count: number },
): { coordinates: Float64Array; internal: Float64Array; count: number } {
  const dims = axes.length
  const weights = mixture.weights()
  const [coordinates, internal] = [new Float64Array(count * dims), new Float64Array(count * dims)]
  for (let setting = 0; setting < count; setting++) {
    const row = pick(weights, rng.uniform())
    axes.forEach((axis, dim) => {
      const at = setting * dims + dim
      internal[at] = drawValue(axis, { mixture, row, dim, position: rng.uniform() })
      coordinates[at] = axis.toCoordinate(internal[at])
    })
  }
  return { coordinates, internal, count }
}

function drawValue(
  axis: Axis,
  { mixture, row, dim, position }: { mixture: ParzenMixture; row: number; dim: number; position: number },
): number {
  const { mean, width } = mixture.kernel(row, dim)
  if (axis.kind !== 'choice') {
    const z = cutNormalQuantile(position, { from: -mean / width, to: (1 - mean) / width })
    return axis.fromCoordinate(mean + width * z)
  }
  if (row === mixture.size) return Math.min(axis.choices - 1, Math.floor(position * axis.choices))
  const pseudo = 1 / (mixture.size + 1)
  const total = axis.choices * pseudo + 1
  const probabilities = new Float64Array(axis.choices).fill(pseudo / total)
  probabilities[mean] += 1 / total
  return pick(probabilities, position)
}

/** Logarithm of what a density per coordinate is divided by to be one per unit of the parameters. */
function logUnits(axes: readonly Axis[]): number {
  return axes.reduce((sum, axis) => (axis.kind === 'real' ? sum + Math.log(axis.range) : sum), 0)
}

/** The index whose share of the cumulated weights holds `position` in [0, 1). */
function pick(weights: Float64Array, position: number): number {
  let cumulated = 0
  for (let index = 0; index < weights.length; index++) {
    cumulated += weights[index]
    if (position < cumulated) return index
  }
  return weights.length - 1
}
