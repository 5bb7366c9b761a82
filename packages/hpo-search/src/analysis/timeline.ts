/**
 * When each trial ran: Optuna's timeline.
 *
 * @module
 */
import { type TrialState } from '../frozen-trial.ts'
import { type StudySource } from './study-source.ts'

export interface TimelineBar {
  readonly number: number
  readonly state: TrialState
  /** Seconds from the first start of the study. */
  readonly start: number
  readonly end: number
}

/** Bars of all trials that were started, in order of number; a running one ends with the last time known. */
export function timeline({ trials }: Pick<StudySource, 'trials'>): TimelineBar[] {
  const started = trials.filter(({ startedAt }) => startedAt !== null)
  const times = started.flatMap(({ startedAt, completedAt }) => [Number(startedAt), Number(completedAt ?? startedAt)])
  const first = times.reduce((least, time) => Math.min(least, time), Infinity)
  const last = times.reduce((most, time) => Math.max(most, time), -Infinity)
  return started.map(({ number, state, startedAt, completedAt }) => ({
    number,
    state,
    start: (Number(startedAt) - first) / 1000,
    end: (Number(completedAt ?? last) - first) / 1000,
  }))
}
