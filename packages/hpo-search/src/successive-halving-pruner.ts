/**
 * Asynchronous successive halving (Li et al., MLSys 2020): at steps r, r·eta, r·eta², ... only the best 1/eta go on.
 *
 * The rule of Optuna's SuccessiveHalvingPruner: a trial arriving at a rung competes with all values recorded at that
 * rung so far, and of the first eta - 1 arrivals only a new best goes on. Rung values are kept where Optuna keeps them, in
 * the system attributes `completed_rung_<k>`; a trial's own are not read, so that a resumed trial is judged afresh.
 *
 * @module
 */
import { lastStep, type FrozenTrial } from './frozen-trial.ts'
import { checkPrunerCounts, type Pruner } from './pruner.ts'
import { singleDirection } from './sampler.ts'

export interface SuccessiveHalvingOptions {
  /** Step of the first rung (r); at least 1. Default 1. */
  readonly minResource?: number
  /** One in so many goes on (eta); at least 2. Default 4. */
  readonly reductionFactor?: number
  /** Rungs left out at the beginning (s). Default 0. */
  readonly minEarlyStoppingRate?: number
  /** Values a rung needs before any trial goes on from it. Default 0. */
  readonly bootstrapCount?: number
}

/**
 * The successive halving rule. Steps count from 0 or 1 as the objective likes; r is compared with the reported step.
 *
 * @throws RangeError for options out of range
 */
export function successiveHalvingPruner(options: SuccessiveHalvingOptions = {}): Pruner {
  const { minResource = 1, reductionFactor = 4, minEarlyStoppingRate = 0, bootstrapCount = 0 } = options
  checkPrunerCounts('successiveHalvingPruner', { minResource }, 1)
  checkPrunerCounts('successiveHalvingPruner', { reductionFactor }, 2)
  checkPrunerCounts('successiveHalvingPruner', { minEarlyStoppingRate, bootstrapCount }, 0)
  const rungStep = (rung: number) => minResource * reductionFactor ** (minEarlyStoppingRate + rung)
  return {
    name: 'successive-halving',
    shouldPrune({ trial, trials, directions }) {
      const direction = singleDirection(directions, 'successiveHalvingPruner')
      const sign = direction === 'maximize' ? 1 : -1
      const step = lastStep(trial)
      if (step === null) return false
      const value = trial.intermediateValues.get(step) as number
      const others = trials.filter(({ number }) => number !== trial.number)
      const systemAttributes: Record<string, number> = {}
      for (let rung = rungsPassedBefore(trial, { step, rungStep }); step >= rungStep(rung); rung++) {
        if (Number.isNaN(value)) return true
        const key = `completed_rung_${rung}`
        systemAttributes[key] = value
        const competing = others.flatMap((other) => (other.systemAttributes[key] as number | undefined) ?? [])
        if (competing.length + 1 <= bootstrapCount) return { prune: true, systemAttributes }
        const scores = competing.map((other) => sign * other)
        if (!goesOn(sign * value, { scores, reductionFactor })) return { prune: true, systemAttributes }
      }
      return { prune: false, systemAttributes }
    },
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

function goesOn(score: number, { scores, reductionFactor }: { scores: number[]; reductionFactor: number }): boolean {
  const ranked = [...scores, score].sort((a, b) => b - a)
  const promoted = Math.max(1, Math.floor(ranked.length / reductionFactor))
  return score >= ranked[promoted - 1]
}
