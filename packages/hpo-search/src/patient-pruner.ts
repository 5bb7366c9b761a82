/**
 * Letting another pruner stop a trial only once it has not improved for a while.
 *
 * The rule of Optuna's PatientPruner: the best of the last `patience + 1` reports is worse than the best before them by
 * more than `minDelta`. NaN reports are ignored; without numbers on both sides the trial goes on.
 *
 * @module
 */
import { type FrozenTrial } from './frozen-trial.ts'
import { checkPrunerCounts, type Pruner } from './pruner.ts'
import { singleDirection } from './sampler.ts'

export interface PatientPrunerOptions {
  /** Reports without improvement that are put up with; at least 0. */
  readonly patience: number
  /** Improvements smaller than this count as none. Default 0. */
  readonly minDelta?: number
}

/**
 * Patience before `wrapped`; with null the lack of improvement alone stops a trial (early stopping). One direction only.
 *
 * @throws RangeError for a negative patience or tolerance
 */
export function patientPruner(wrapped: Pruner | null, { patience, minDelta = 0 }: PatientPrunerOptions): Pruner {
  checkPrunerCounts('patientPruner', { patience }, 0)
  if (!(minDelta >= 0)) throw new RangeError(`patientPruner: expected minDelta >= 0, got ${minDelta}`)
  return {
    name: wrapped === null ? 'patient' : `patient ${wrapped.name}`,
    shouldPrune(context) {
      const sign = singleDirection(context.directions, 'patientPruner') === 'maximize' ? -1 : 1
      const { before, after } = splitReports(context.trial, { patience, sign })
      if (!(Math.min(...before) + minDelta < Math.min(...after))) return false
      if (before.length === 0 || after.length === 0) return false
      return wrapped === null ? true : wrapped.shouldPrune(context)
    },
  }
}

/** Reports as losses, those of the last `patience + 1` steps apart; NaN left out. */
function splitReports(
  { intermediateValues }: FrozenTrial,
  { patience, sign }: { patience: number; sign: number },
): { before: number[]; after: number[] } {
  const steps = [...intermediateValues.keys()].sort((one, other) => one - other)
  const lossesAt = (part: readonly number[]) =>
    part.map((step) => sign * (intermediateValues.get(step) as number)).filter((loss) => !Number.isNaN(loss))
  const cut = Math.max(0, steps.length - patience - 1)
  return { before: lossesAt(steps.slice(0, cut)), after: lossesAt(steps.slice(cut)) }
}
