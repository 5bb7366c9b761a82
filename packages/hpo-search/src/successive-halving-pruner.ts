/**
 * Asynchronous successive halving (Li et al., MLSys 2020): at steps r, r·eta, r·eta², ... only the best 1/eta go on.
 *
 * The rule of Optuna's SuccessiveHalvingPruner: a trial arriving at a rung competes with all values recorded at that
 * rung so far, and of the first eta - 1 arrivals only a new best goes on. Optuna records rung values as attributes; here
 * they are read off the reports (the first report at or past a rung's step), so nothing needs to be stored.
 *
 * @module
 */
import { lastStep, type FrozenTrial } from './frozen-trial.ts'
import { type Pruner } from './pruner.ts'
import { singleDirection } from './sampler.ts'

export interface SuccessiveHalvingOptions {
  /** Step of the first rung (r); at least 1. Default 1. */
  readonly minResource?: number
  /** One in so many goes on (eta); at least 2. Default 4. */
  readonly reductionFactor?: number
  /** Rungs left out at the beginning (s). Default 0. */
  readonly minEarlyStoppingRate?: number
}

/**
 * The successive halving rule. Steps count from 0 or 1 as the objective likes; r is compared with the reported step.
 *
 * @throws RangeError for options out of range
 */
export function successiveHalvingPruner(options: SuccessiveHalvingOptions = {}): Pruner {
  const { minResource = 1, reductionFactor = 4, minEarlyStoppingRate = 0 } = options
  check({ minResource }, 1)
  check({ reductionFactor }, 2)
  check({ minEarlyStoppingRate }, 0)
  const rungStep = (rung: number) => minResource * reductionFactor ** (minEarlyStoppingRate + rung)
  return {
    name: 'successive-halving',
    shouldPrune({ trial, trials, directions }) {
      const direction = singleDirection(directions, 'successiveHalvingPruner')
      const step = lastStep(trial)
      if (step === null) return false
      const others = trials.filter(({ number }) => number !== trial.number)
      for (let rung = rungsPassedBefore(trial, { step, rungStep }); step >= rungStep(rung); rung++) {
        const value = trial.intermediateValues.get(step) as number
        if (Number.isNaN(value)) return true
        const sign = direction === 'maximize' ? 1 : -1
        const competing = others.flatMap((other) => valueAtRung(other, rungStep(rung)) ?? [])
        if (!goesOn(sign * value, { scores: competing.map((other) => sign * other), reductionFactor })) return true
      }
      return false
    },
  }
}

function check(option: Record<string, number>, least: number): void {
  const [[name, value]] = Object.entries(option)
  if (!Number.isSafeInteger(value) || value < least) {
    const expected = `expected ${name} to be a whole number of at least ${least}`
    throw new RangeError(`successiveHalvingPruner: ${expected}, got ${value}`)
  }
}

/** How many rungs an earlier report already passed; those were decided then. */
function rungsPassedBefore(
  trial: FrozenTrial,
  { step, rungStep }: { step: number; rungStep: (rung: number) => number },
): number {
  const previous = Math.max(-1, ...[...trial.intermediateValues.keys()].filter((other) => other < step))
  let rung = 0
  while (rungStep(rung) <= previous) rung++
  return rung
}

/** The first report at or past a step; undefined when there is none or it is NaN. */
function valueAtRung(trial: FrozenTrial, rungStep: number): number | undefined {
  const steps = [...trial.intermediateValues.keys()].filter((step) => step >= rungStep)
  const value = trial.intermediateValues.get(Math.min(...steps))
  return Number.isNaN(value) ? undefined : value
}

function goesOn(score: number, { scores, reductionFactor }: { scores: number[]; reductionFactor: number }): boolean {
  const ranked = [...scores, score].sort((a, b) => b - a)
  const promoted = Math.max(1, Math.floor(ranked.length / reductionFactor))
  return score >= ranked[promoted - 1]
}
