/**
 * What the analysis reads of a study, and the trials it may use for one objective.
 *
 * @module
 */
import { type Distribution } from '../distribution.ts'
import { type Direction, type FrozenTrial } from '../frozen-trial.ts'

/** A study, or as much of it as is looked at here. */
export interface StudySource {
  readonly name: string
  readonly directions: readonly Direction[]
  readonly trials: readonly FrozenTrial[]
}

/** Which objective a question is about; 0 unless given. */
export interface ObjectiveOption {
  readonly objective?: number
}

/** A completed trial with a finite value of the objective. */
export interface ScoredTrial {
  readonly trial: FrozenTrial
  readonly value: number
}

/** Completed trials with a finite value, in order of number. */
export function scoredTrials({ trials, directions }: StudySource, objective = 0): ScoredTrial[] {
  if (!(objective in directions)) {
    throw new RangeError(`objective: expected an index below ${directions.length}, got ${objective}`)
  }
  return trials.flatMap((trial) => {
    const value = trial.state === 'complete' ? trial.values?.[objective] : undefined
    return value !== undefined && Number.isFinite(value) ? [{ trial, value }] : []
  })
}

/** Every parameter of the trials with a distribution that holds all it had: ranges may move while a study runs. */
export function widestDistributions(trials: readonly FrozenTrial[]): Map<string, Distribution> {
  const widest = new Map<string, Distribution>()
  for (const { distributions } of trials) {
    for (const [name, distribution] of Object.entries(distributions)) {
      const known = widest.get(name)
      if (known !== distribution) widest.set(name, known === undefined ? distribution : wider(known, distribution))
    }
  }
  return widest
}

function wider(one: Distribution, other: Distribution): Distribution {
  if (one.type === 'categorical' || other.type === 'categorical') return one
  return { ...one, low: Math.min(one.low, other.low), high: Math.max(one.high, other.high) } as Distribution
}
