/**
 * A search space as the Gaussian process sees it: the unit cube for numbers, indices for choices.
 *
 * @module
 */
import {
  gridValue,
  type Distribution,
  type NumericDistribution,
  type Params,
  type ParamValue,
  type Space,
} from './distribution.ts'
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
  const axes = names.map((_, axis) => axis)
  return {
    dimensions: names.length,
    isCategorical: each.map(({ type }) => type === 'categorical'),
    real: axes.filter((axis) => isReal(each[axis])),
    discrete: axes.filter((axis) => !isReal(each[axis])),
    encode: (params) => Float64Array.from(names, (name, axis) => encodeValue(each[axis], params[name])),
    decode: (x) => Object.fromEntries(names.map((name, axis) => [name, decodeValue(each[axis], x[axis])])),
    round: (point) => point.map((coordinate, axis) => roundCoordinate(each[axis], coordinate)),
    valueCount: (axis) => valueCount(each[axis]),
    coordinateAt: (axis, index) => coordinateAt(each[axis], index),
    indexOf: (axis, coordinate) => indexOf(each[axis], coordinate),
  }
}

function isReal(distribution: Distribution): boolean {
  return distribution.type !== 'categorical' && distribution.step === null
}

function encodeValue(distribution: Distribution, value: ParamValue): number {
  return distribution.type === 'categorical' ? toInternal(distribution, value) : toUnit(distribution, value)
}

function decodeValue(distribution: Distribution, coordinate: number): ParamValue {
  return distribution.type === 'categorical'
    ? fromInternal(distribution, coordinate)
    : fromUnit(distribution, coordinate)
}

function roundCoordinate(distribution: Distribution, coordinate: number): number {
  if (distribution.type !== 'categorical') {
    return isReal(distribution) ? coordinate : toUnit(distribution, fromUnit(distribution, coordinate))
  }
  return Math.min(distribution.choices.length - 1, Math.floor(coordinate * distribution.choices.length))
}

/** The step of a grid. */
const stepOf = ({ step }: NumericDistribution) => step as number

function valueCount(distribution: Distribution): number {
  if (distribution.type === 'categorical') return distribution.choices.length
  return Math.round((distribution.high - distribution.low) / stepOf(distribution)) + 1
}

function coordinateAt(distribution: Distribution, index: number): number {
  if (distribution.type === 'categorical') return index
  const { low, high } = distribution
  return toUnit(distribution, Math.min(high, gridValue({ low, step: stepOf(distribution) }, index)))
}

function indexOf(distribution: Distribution, coordinate: number): number {
  if (distribution.type === 'categorical') return coordinate
  return Math.round(((fromUnit(distribution, coordinate) as number) - distribution.low) / stepOf(distribution))
}
