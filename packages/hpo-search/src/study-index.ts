/**
 * What a study keeps at hand while its journal is replayed: finished trials, those in flight, counts, the best.
 *
 * Every change of a trial passes through `note`, which costs the same however many trials there are.
 *
 * @module
 */
import { isFinished, type FrozenTrial, type TrialState } from './frozen-trial.ts'

export interface StudyIndex {
  /** Finished trials, in order of number. A live array: it grows while the study goes on. */
  readonly finished: readonly FrozenTrial[]
  readonly counts: Readonly<Record<TrialState, number>>
  /** Changes with every change of a trial. */
  readonly revision: number
  /** The waiting trial of the lowest number, or null. */
  firstWaiting(): number | null
  /** Numbers of running trials, ascending. */
  running(): number[]
  /** The worker that started a trial. */
  ownerOf(number: number): string | undefined
  /** The worker that finished a trial. */
  finisherOf(number: number): string | undefined
  /** How many trials before this one took their settings from a sampler, not from a queue. */
  ordinalOf(number: number): number
  /** Takes up a new or changed trial. */
  note(trial: FrozenTrial, workerId: string): void
}

/** The index of a study without trials. */
export function createStudyIndex(): StudyIndex {
  const index: Entries = {
    finished: [],
    counts: { running: 0, complete: 0, pruned: 0, fail: 0, waiting: 0 },
    states: [],
    owners: [],
    finishers: [],
    waiting: new Set(),
    running: new Set(),
  }
  const enqueued: number[] = []
  let revision = 0
  return {
    finished: index.finished,
    counts: index.counts,
    get revision() {
      return revision
    },
    firstWaiting: () => (index.waiting.size === 0 ? null : Math.min(...index.waiting)),
    running: () => [...index.running].sort((one, other) => one - other),
    ownerOf: (number) => index.owners[number],
    finisherOf: (number) => index.finishers[number],
    ordinalOf: (number) => number - countBelow(enqueued, number),
    note(trial, workerId) {
      revision++
      const known = index.states[trial.number]
      if (known === undefined && 'fixed_params' in trial.systemAttributes) enqueued.push(trial.number)
      if (known !== trial.state) change(index, { trial, workerId })
    },
  }
}

interface Entries {
  readonly finished: FrozenTrial[]
  readonly counts: Record<TrialState, number>
  /** By number: state, who started the trial, who finished it. */
  readonly states: TrialState[]
  readonly owners: string[]
  readonly finishers: string[]
  readonly waiting: Set<number>
  readonly running: Set<number>
}

/** Takes up a new state of a trial. */
function change(index: Entries, { trial, workerId }: { trial: FrozenTrial; workerId: string }): void {
  const { finished, counts, states, owners, finishers, waiting, running } = index
  const { number, state } = trial
  if (states[number] !== undefined) counts[states[number]]--
  states[number] = state
  counts[state]++
  if (state === 'waiting') waiting.add(number)
  else waiting.delete(number)
  if (state === 'running') {
    running.add(number)
    owners[number] = workerId
  } else running.delete(number)
  if (!isFinished(trial)) return
  finishers[number] = workerId
  const place = placeOf(finished, number)
  if (place === finished.length) finished.push(trial)
  else finished.splice(place, 0, trial)
}

/** How many of some ascending numbers are lower. */
function countBelow(ascending: readonly number[], number: number): number {
  let low = 0
  for (let high = ascending.length; low < high;) {
    const middle = (low + high) >> 1
    if (ascending[middle] < number) low = middle + 1
    else high = middle
  }
  return low
}

/** How many of the trials, sorted by number, have a lower number. Late trials are near the end, so look from there. */
export function placeOf(sorted: readonly FrozenTrial[], number: number): number {
  if (sorted.length === 0 || sorted[sorted.length - 1].number < number) return sorted.length
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle].number < number) low = middle + 1
    else high = middle
  }
  return low
}
