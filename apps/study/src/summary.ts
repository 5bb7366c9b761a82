/**
 * Where a study stands, as a value and as a few lines.
 *
 * @module
 */
import type { FrozenTrial, Study } from '@leanvox/hpo-search'
import { formatNumber } from '@leanvox/report/format'
import { settingText } from './setting-text.ts'

const states = ['complete', 'pruned', 'fail', 'running', 'waiting'] as const

export type StudyStatus = ReturnType<typeof statusOf>

/** Counts by state and the best trials: one, or the front of several objectives. */
export function statusOf(study: Study) {
  const trials = study.trials
  const best = study.bestTrials.map(({ number, values, params }) => ({ number, values, params }))
  return {
    name: study.name,
    directions: study.directions,
    trials: trials.length,
    states: Object.fromEntries(states.map((state) => [state, study.counts[state]])),
    best: study.directions.length === 1 ? best.slice(0, 1) : best,
  }
}

/** The same in words: one line, and one a best trial (ten at most). */
export function summaryLines(study: Study): string[] {
  const counts = states.filter((state) => study.counts[state] > 0).map((state) => `${study.counts[state]} ${state}`)
  const best = study.directions.length === 1 ? [study.bestTrial].filter((trial) => trial !== null) : study.bestTrials
  const more = best.length > 10 ? [`  and ${best.length - 10} more on the front`] : []
  const word = study.directions.length === 1 ? 'best' : 'front'
  return [
    `${study.name}: ${counts.join(', ') || 'no trials'}`,
    ...best.slice(0, 10).map((trial) => `  ${word} ${bestText(trial)}`),
    ...more,
  ]
}

function bestText({ number, values, params }: FrozenTrial): string {
  return `${(values ?? []).map((value) => formatNumber(value)).join(', ')} (trial ${number}: ${settingText(params)})`
}
