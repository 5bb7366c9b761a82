/**
 * A trial as recorded: plain values, never changed in place; a later look at the study gives a newer object.
 *
 * @module
 */
import { type Distribution, type Params } from './distribution.ts'

/** Where a trial stands; `waiting` is enqueued and not yet asked for. */
export type TrialState = 'running' | 'complete' | 'pruned' | 'fail' | 'waiting'
export type Direction = 'minimize' | 'maximize'

/** What users and samplers may attach to studies and trials. */
export type Attributes = Readonly<Record<string, unknown>>

export interface FrozenTrial {
  /** 0, 1, 2, ... within the study. */
  readonly number: number
  readonly state: TrialState
  readonly params: Params
  readonly distributions: Readonly<Record<string, Distribution>>
  /** One number per direction; of a pruned trial the last reported value; null when there is none. */
  readonly values: readonly number[] | null
  /** The only value of a study with one direction; null when there is none. */
  readonly value: number | null
  /** Reported values by step. */
  readonly intermediateValues: ReadonlyMap<number, number>
  readonly userAttributes: Attributes
  readonly systemAttributes: Attributes
  readonly startedAt: Date | null
  readonly completedAt: Date | null
}

export function isFinished(trial: FrozenTrial): boolean {
  return trial.state === 'complete' || trial.state === 'pruned' || trial.state === 'fail'
}

/** The largest reported step, or null. */
export function lastStep(trial: FrozenTrial): number | null {
  let last: number | null = null
  for (const step of trial.intermediateValues.keys()) if (last === null || step > last) last = step
  return last
}

/** The only value among a trial's values. */
export function onlyValue(values: readonly number[] | null): number | null {
  return values !== null && values.length === 1 ? values[0] : null
}

const namedConstraint = 'constraints:'

/**
 * The constraint values told with a trial, each kept when at most 0; null when none were told. Optuna keeps them as a
 * list or, when they have names (`set_constraint` of Optuna 5), one by one; both are read.
 */
export function constraintsOf(trial: FrozenTrial): readonly number[] | null {
  const { constraints } = trial.systemAttributes
  const listed = Array.isArray(constraints) ? (constraints as number[]) : []
  const names = Object.keys(trial.systemAttributes).filter((key) => key.startsWith(namedConstraint))
  // A name that is a place in the list takes its place, as in Optuna.
  const values = new Map(listed.map((value, index) => [`${namedConstraint}${index}`, value]))
  for (const name of names) values.set(name, trial.systemAttributes[name] as number)
  return values.size === 0 && !Array.isArray(constraints) ? null : [...values.values()]
}

/** The sum of what a trial's constraints exceed 0 by; 0 when all are kept or none were told. */
export function violationOf(trial: FrozenTrial): number {
  const constraints = constraintsOf(trial)
  if (constraints === null) return 0
  let sum = 0
  // NaN is no way of keeping to a constraint.
  for (const constraint of constraints) sum += Number.isNaN(constraint) ? Infinity : Math.max(0, constraint)
  return sum
}

/** Whether a trial keeps to all its constraints; true without any. */
export function isFeasible(trial: FrozenTrial): boolean {
  return violationOf(trial) === 0
}
