/**
 * The axes that figures of parameters share: range, scale and choices of each parameter of a study.
 *
 * @module
 */
import { isSingle, type Distribution, type ParamValue } from '../distribution.ts'
import { type FrozenTrial } from '../frozen-trial.ts'
import { toUnit, unitBounds } from '../units.ts'
import { widestDistributions } from './study-source.ts'

/** An axis: a range, or choices by name in their order. */
export interface ParameterAxis {
  readonly name: string
  readonly kind: 'number' | 'choice'
  readonly log: boolean
  /** Ends of a range, half a step beyond the first and last value of a grid; 0 and the last index for choices. */
  readonly low: number
  readonly high: number
  /** Distance of neighbouring values; null for a continuous range and for choices. */
  readonly step: number | null
  readonly choices: readonly string[]
}

/** The axes of all parameters of the trials that have more than one value, in the order in which they first appear. */
export function parameterAxes(trials: readonly FrozenTrial[]): ParameterAxis[] {
  return [...widestDistributions(trials)]
    .filter(([, distribution]) => !isSingle(distribution))
    .map(([name, distribution]) => axisOf(name, distribution))
}

function axisOf(name: string, distribution: Distribution): ParameterAxis {
  if (distribution.type === 'categorical') {
    const choices = distribution.choices.map(String)
    return { name, kind: 'choice', log: false, low: 0, high: choices.length - 1, step: null, choices }
  }
  const { log, step } = distribution
  const bounds = unitBounds(distribution).map((bound) => (log ? Math.exp(bound) : bound))
  // A logarithm and back is not quite the number it was.
  const [low, high] = step === null ? [distribution.low, distribution.high] : bounds
  return { name, kind: 'number', log, low, high, step, choices: [] }
}

/** A value as figures draw it: the number, or the name of the choice. */
export function drawnValue(value: ParamValue, axis: ParameterAxis): number | string {
  return axis.kind === 'choice' ? String(value) : Number(value)
}

/** The place of a trial's parameter on its axis, from 0 to 1; null when the trial has no such parameter. */
export function positionOn(
  trial: FrozenTrial,
  { name, distribution }: { name: string; distribution: Distribution },
): number | null {
  return name in trial.params ? toUnit(distribution, trial.params[name]) : null
}
