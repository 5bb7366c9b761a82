/**
 * The results of a run as plain rows: what each arm cost and found, and how well each proxy ranks settings.
 *
 * Pure functions of the finished trials, so that the page, the printed table and `docs/results` cannot disagree.
 *
 * @module
 */
import { bootstrapInterval, kendall, pearson, spearman, type BootstrapInterval } from '@leanvox/metrics'
import type { TrainAttributes } from './jobs.ts'
import type { Setting } from './plan.ts'

/** A trial as the results need it; `value` and `attributes` are null unless it finished. */
export interface FinishedTrial {
  readonly number: number
  readonly setting: Setting
  readonly state: 'complete' | 'pruned' | 'fail'
  readonly value: number | null
  readonly attributes: TrainAttributes | null
  /** Why it failed; null when it did not. */
  readonly failure: string | null
}

/** One search arm. Costs are of the whole search, choosing the proxy data included. */
export interface ArmRow {
  readonly arm: string
  readonly trials: number
  readonly failed: number
  readonly searchSeconds: number
  readonly searchMultiplyAdds: number
  /** Cost of the full/full arm over this arm's cost, in seconds. */
  readonly speedup: number
  /** The same in multiply-adds, which do not depend on the machine. */
  readonly speedupMultiplyAdds: number
  readonly best: Setting
  readonly validationDice: number
  readonly finalDice: number
  readonly finalHd95: number
  /** Labels of cases that only one of prediction and reference has. */
  readonly finalMissed: number
}

/** How well one condition ranks the settings that the full network on all data ranks. */
export interface CorrelationRow {
  readonly condition: string
  readonly settings: number
  /** Which score is compared: validation Dice for networks, test (external) Dice for data, as the paper's claims. */
  readonly score: 'validation' | 'test'
  readonly spearman: BootstrapInterval
  readonly pearson: number
  readonly kendall: number
  readonly points: readonly { readonly full: number; readonly proxy: number }[]
}

/** One training: which study, which setting, what it scored and what it cost. */
export interface TrialRow {
  readonly study: string
  readonly number: number
  readonly setting: Setting
  readonly state: FinishedTrial['state']
  readonly validationDice: number | null
  readonly testDice: number | null
  readonly seconds: number
  readonly multiplyAdds: number
}

/** A row for every trial of every study. */
export function trialRows(studies: Readonly<Record<string, readonly FinishedTrial[]>>): TrialRow[] {
  return Object.entries(studies).flatMap(([study, trials]) =>
    trials.map(({ number, setting, state, attributes }) => ({
      study,
      number,
      setting,
      state,
      validationDice: attributes?.validationDice ?? null,
      testDice: attributes?.test?.dice ?? null,
      seconds: attributes?.seconds ?? 0,
      multiplyAdds: attributes?.multiplyAdds ?? 0,
    })),
  )
}

/** The best finished trial; the earliest of equals. */
export function bestTrial(trials: readonly FinishedTrial[]): FinishedTrial | undefined {
  return trials
    .filter(({ state, value }) => state === 'complete' && value !== null)
    .reduce<FinishedTrial | undefined>(
      (best, trial) => (best === undefined || trial.value! > best.value! ? trial : best),
      undefined,
    )
}

/** Training and validation time of a trial; 0 when it left none. */
export function trainSeconds({ attributes }: FinishedTrial): number {
  return attributes?.seconds ?? 0
}

/** Seconds and multiply-adds of a list of trials, the pruned ones included. */
export function searchCost(trials: readonly FinishedTrial[]): { seconds: number; multiplyAdds: number } {
  return {
    seconds: trials.reduce((sum, trial) => sum + trainSeconds(trial), 0),
    multiplyAdds: trials.reduce((sum, { attributes }) => sum + (attributes?.multiplyAdds ?? 0), 0),
  }
}

/**
 * One row per arm.
 *
 * @param arms the trials of each arm, and the final training with its winner (null when the arm found none)
 * @param selectionSeconds what choosing the proxy data took; added to the arms that use them
 */
export function armRows(
  arms: readonly {
    readonly arm: string
    readonly trials: readonly FinishedTrial[]
    readonly final: FinishedTrial | null
  }[],
  { selectionSeconds }: { selectionSeconds: number },
): ArmRow[] {
  const costs = arms.map(({ arm, trials }) => {
    const cost = searchCost(trials)
    return { ...cost, seconds: cost.seconds + (arm.endsWith('/proxy-data') ? selectionSeconds : 0) }
  })
  const reference = costs[arms.findIndex(({ arm }) => arm === 'full-net/full-data')]
  return arms.map(({ arm, trials, final }, index) => {
    const best = bestTrial(trials)
    const test = final?.attributes?.test ?? null
    return {
      arm,
      trials: trials.length,
      failed: trials.filter(({ state }) => state === 'fail').length,
      searchSeconds: costs[index].seconds,
      searchMultiplyAdds: costs[index].multiplyAdds,
      speedup: reference === undefined ? NaN : reference.seconds / costs[index].seconds,
      speedupMultiplyAdds: reference === undefined ? NaN : reference.multiplyAdds / costs[index].multiplyAdds,
      best: best?.setting ?? {},
      validationDice: best?.value ?? NaN,
      finalDice: test?.dice ?? NaN,
      finalHd95: test?.hd95 ?? NaN,
      finalMissed: test?.missed ?? 0,
    }
  })
}

/**
 * Rank correlation of every condition with the full one, over the settings that both finished.
 *
 * @param trials the finished trials of each condition by name; `full` is the reference
 */
export function correlationRows(
  trials: Readonly<Record<string, readonly FinishedTrial[]>>,
  { seed }: { seed: number },
): CorrelationRow[] {
  const full = trials['full'] ?? []
  return Object.entries(trials)
    .filter(([condition]) => condition !== 'full')
    .map(([condition, others]) => correlationRow({ condition, full, others }, { seed }))
}

function correlationRow(
  { condition, full, others }: { condition: string; full: readonly FinishedTrial[]; others: readonly FinishedTrial[] },
  { seed }: { seed: number },
): CorrelationRow {
  const score = condition.includes('data') ? 'test' : 'validation'
  const read = (trial: FinishedTrial | undefined) =>
    (score === 'test' ? trial?.attributes?.test?.dice : trial?.attributes?.validationDice) ?? NaN
  const points = full
    .map((trial) => ({ full: read(trial), proxy: read(others.find(({ number }) => number === trial.number)) }))
    .filter((point) => Number.isFinite(point.full) && Number.isFinite(point.proxy))
  const pair = { x: points.map((point) => point.full), y: points.map((point) => point.proxy) }
  const enough = points.length >= 3
  return {
    condition,
    settings: points.length,
    score,
    spearman: enough
      ? bootstrapInterval(pair, { statistic: spearman, seed })
      : { estimate: NaN, low: NaN, high: NaN, degenerate: 0 },
    pearson: enough ? pearson(pair) : NaN,
    kendall: enough ? kendall(pair) : NaN,
    points,
  }
}
