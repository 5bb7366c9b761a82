/**
 * The axes of a Parzen mixture: one parameter of all kernels, as numbers a tight loop can use.
 *
 * Numeric values are positions in the range widened by half a step, logarithms with `log`, so every axis is the unit
 * interval; a kernel there is a normal cut to [0, 1]. Its width is the larger gap to its neighbours, at least
 * 1 / min(100, 2 + n) ("magic clip"), at most 1. A grid's density is the mass of a value's cell. A categorical kernel is one
 * count on the observed choice over a uniform pseudo-count.
 *
 * @module
 */
import { type Distribution, type NumericDistribution } from './distribution.ts'
import { normalMass } from './normal.ts'
import { clampNumber, unitBounds } from './units.ts'

/** How one parameter becomes a coordinate. */
export interface Axis {
  readonly kind: 'real' | 'grid' | 'choice'
  /** Number of choices; 0 for a numeric axis. */
  readonly choices: number
  /** Length of the numeric range on its own scale, whose inverse is the density of a uniform draw; 1 for a choice. */
  readonly range: number
  /** The coordinate of an internal value: its position, or the index of its choice. */
  toCoordinate(internal: number): number
  /** The internal value at a coordinate. */
  fromCoordinate(coordinate: number): number
  /** Ends of the cell of a grid value, as coordinates. */
  cell(internal: number): readonly [from: number, to: number]
}

/** The axis of a parameter. */
export function axisOf(distribution: Distribution): Axis {
  if (distribution.type === 'categorical') {
    const choices = distribution.choices.length
    const same = (value: number) => value
    return { kind: 'choice', choices, range: 1, toCoordinate: same, fromCoordinate: same, cell: (k) => [k, k] }
  }
  return numericAxis(distribution)
}

function numericAxis(distribution: NumericDistribution): Axis {
  const { log, step } = distribution
  const [from, to] = unitBounds(distribution)
  const range = to - from
  const toCoordinate = (value: number) => ((log ? Math.log(value) : value) - from) / range
  const half = (step ?? 0) / 2
  return {
    kind: step === null ? 'real' : 'grid',
    choices: 0,
    range,
    toCoordinate,
    fromCoordinate(coordinate) {
      const value = from + coordinate * range
      return clampNumber(log ? Math.exp(value) : value, distribution)
    },
    cell: (value) => [toCoordinate(value - half), toCoordinate(value + half)],
  }
}

/** One over the root of two pi. */
const DENSITY_AT_MEAN = 1 / Math.sqrt(2 * Math.PI)

/** What a kernel's height is multiplied by: one over its mass in [0, 1], and for real axes the height of its normal. */
export function kernelNorm(axis: Axis, { mean, width }: { mean: number; width: number }): number {
  const mass = normalMass(-mean / width, (1 - mean) / width)
  return axis.kind === 'grid' ? 1 / mass : DENSITY_AT_MEAN / (width * mass)
}

/** The width of a kernel from the gaps to its neighbours, clipped. */
export function clipWidth(gap: number, count: number): number {
  return Math.min(1, Math.max(1 / Math.min(100, count + 2), gap))
}
