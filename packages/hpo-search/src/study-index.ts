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
  const finished: FrozenTrial[] = []
  const counts: Record<TrialState, number> = { running: 0, complete: 0, pruned: 0, fail: 0, waiting: 0 }
  const states: TrialState[] = []
  const owners: string[] = []
  const finishers: string[] = []
  const [waiting, running] = [new Set<number>(), new Set<number>()]
  const enqueued: number[] = []
  let revision = 0

  function change(trial: FrozenTrial, workerId: string): void {
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

  return {
    finished,
    counts,
    get revision() {
      return revision
    },
    firstWaiting: () => (waiting.size === 0 ? null : Math.min(...waiting)),
    running: () => [...running].sort((one, other) => one - other),
    ownerOf: (number) => owners[number],
    finisherOf: (number) => finishers[number],
    ordinalOf(number) {
      let low = 0
      for (let high = enqueued.length; low < high;) {
        const middle = (low + high) >> 1
        if (enqueued[middle] < number) low = middle + 1
        else high = middle
      }
      return number - low
    },
    note(trial, workerId) {
      revision++
      const { number, state } = trial
      if (states[number] === undefined && 'fixed_params' in trial.systemAttributes) enqueued.push(number)
      if (states[number] !== state) change(trial, workerId)
    },
  }
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
