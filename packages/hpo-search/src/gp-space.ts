/**
 * A search space as the Gaussian process sees it: the unit cube for numbers, indices for choices.
 *
 * @module
 */
import { gridValue, type NumericDistribution, type Params, type Space } from './distribution.ts'
import { fromInternal, fromUnit, toInternal, toUnit } from './units.ts'

export interface GpSpace {
  readonly dimensions: number
  readonly isCategorical: readonly boolean[]
  /** Axes without a grid. */
  readonly real: readonly number[]
  /** Axes with a grid or choices. */
  readonly discrete: readonly number[]
  encode(params: Params): Float64Array
  decode(x: Float64Array): Params
  /** A point of the unit cube moved to the nearest grid values, and to choices of equal shares. */
  round(point: Float64Array): Float64Array
  /** Number of values of a discrete axis. */
  valueCount(axis: number): number
  coordinateAt(axis: number, index: number): number
  indexOf(axis: number, coordinate: number): number
}

/** The coordinates of a space, in the order of its names. */
export function createGpSpace(space: Space): GpSpace {
  const names = Object.keys(space)
  const each = names.map((name) => space[name])
  const isCategorical = each.map(({ type }) => type === 'categorical')
  const axes = names.map((_, axis) => axis)
  const isReal = (axis: number) => !isCategorical[axis] && (each[axis] as NumericDistribution).step === null
  const numeric = (axis: number) => each[axis] as NumericDistribution & { step: number }
  const coordinateAt = (axis: number, index: number) => {
    if (isCategorical[axis]) return index
    return toUnit(each[axis], Math.min(numeric(axis).high, gridValue(numeric(axis), index)))
  }
  const indexOf = (axis: number, coordinate: number) => {
    if (isCategorical[axis]) return coordinate
    const { low, step } = numeric(axis)
    return Math.round(((fromUnit(each[axis], coordinate) as number) - low) / step)
  }
  return {
    dimensions: names.length,
    isCategorical,
    real: axes.filter(isReal),
    discrete: axes.filter((axis) => !isReal(axis)),
    encode: (params) =>
      Float64Array.from(names, (name, axis) =>
        isCategorical[axis] ? toInternal(each[axis], params[name]) : toUnit(each[axis], params[name]),
      ),
    decode: (x) =>
      Object.fromEntries(
        names.map((name, axis) => [
          name,
          isCategorical[axis] ? fromInternal(each[axis], x[axis]) : fromUnit(each[axis], x[axis]),
        ]),
      ),
    round: (point) =>
      point.map((coordinate, axis) => {
        const distribution = each[axis]
        if (distribution.type !== 'categorical') {
          return isReal(axis) ? coordinate : toUnit(distribution, fromUnit(distribution, coordinate))
        }
        return Math.min(distribution.choices.length - 1, Math.floor(coordinate * distribution.choices.length))
      }),
    valueCount(axis) {
      const distribution = each[axis]
      if (distribution.type === 'categorical') return distribution.choices.length
      return Math.round((distribution.high - distribution.low) / numeric(axis).step) + 1
    },
    coordinateAt,
    indexOf,
  }
}
