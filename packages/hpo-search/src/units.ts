/**
 * Parameter values as numbers: positions in the unit interval, and Optuna's internal representation.
 *
 * In the unit interval a logarithmic range is linear in the logarithm and every value of a grid owns an equal cell
 * (for a logarithmic int: the cell [k - 1/2, k + 1/2] of its logarithm). A value sits in the middle of its cell.
 * Internally a categorical value is the index of its choice; all others are themselves.
 *
 * @module
 */
import { gridValue, type Distribution, type NumericDistribution, type ParamValue } from './distribution.ts'

/** The value at a position in [0, 1]; positions outside are taken as the nearest end. */
export function fromUnit(distribution: Distribution, position: number): ParamValue {
  const unit = Math.min(1, Math.max(0, position))
  if (distribution.type === 'categorical') {
    return distribution.choices[
      Math.min(distribution.choices.length - 1, Math.floor(unit * distribution.choices.length))
    ]
  }
  const { low, high, log, step } = distribution
  const [from, to] = unitBounds(distribution)
  const value = from + unit * (to - from)
  return clampNumber(log ? Math.exp(value) : value, { low, high, step })
}

/** The position in [0, 1] of a value. A single value sits at 1/2. */
export function toUnit(distribution: Distribution, value: ParamValue): number {
  if (distribution.type === 'categorical') {
    return (toInternal(distribution, value) + 0.5) / distribution.choices.length
  }
  const [from, to] = unitBounds(distribution)
  const number = distribution.log ? Math.log(value as number) : (value as number)
  return to === from ? 0.5 : Math.min(1, Math.max(0, (number - from) / (to - from)))
}

/** The nearest value of a closed range, on its grid when it has one. */
export function clampNumber(
  value: number,
  { low, high, step }: { low: number; high: number; step: number | null },
): number {
  const onGrid = step === null ? value : gridValue({ low, step }, Math.round((value - low) / step))
  return Math.min(high, Math.max(low, onGrid))
}

/** The ends of a range widened by half a step and on its own scale, so that every grid value has a whole cell. */
export function unitBounds({ low, high, log, step }: NumericDistribution): [from: number, to: number] {
  const half = (step ?? 0) / 2
  return log ? [Math.log(low - half), Math.log(high + half)] : [low - half, high + half]
}

/** Optuna's number for a value. */
export function toInternal(distribution: Distribution, value: ParamValue): number {
  if (distribution.type !== 'categorical') return Number(value)
  return distribution.choices.findIndex((choice) => Object.is(choice, value))
}

/** The value of Optuna's number. */
export function fromInternal(distribution: Distribution, internal: number): ParamValue {
  return distribution.type === 'categorical' ? distribution.choices[Math.trunc(internal)] : internal
}
