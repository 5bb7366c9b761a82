/**
 * What TPE knows about one joint space: settings of finished trials, and the estimator of those that were not good.
 *
 * From one question to the next only a trial or two change sides, so the estimator of the rest is kept and changed; that
 * of the good ones, 25 at most, is made anew.
 *
 * @module
 */
import { type Rng } from '@leanvox/random'
import { areCompatible, contains, type Params, type Space } from './distribution.ts'
import { type FrozenTrial } from './frozen-trial.ts'
import { coordinatesOf, drawSettings } from './parzen-estimator.ts'
import { axisOf } from './parzen-kernels.ts'
import { createParzenMixture } from './parzen-mixture.ts'
import { createFollower } from './trial-follower.ts'
import { fromInternal, toInternal } from './units.ts'

export interface TpeModel {
  follow(trials: readonly FrozenTrial[]): void
  propose(question: TpeQuestion): Params
}

export interface TpeQuestion {
  /** Numbers of the trials that count as good. */
  readonly good: ReadonlySet<number>
  /** Trials in flight, taken for bad ones so that others look elsewhere. */
  readonly running: readonly FrozenTrial[]
  readonly nEiCandidates: number
  /** Whether old good trials weigh less; they do not with several objectives. */
  readonly rampGood: boolean
  readonly rng: Rng
}

/** A model of trials with every parameter of the space. */
export function createTpeModel(space: Space): TpeModel {
  const names = Object.keys(space)
  const axes = names.map((name) => axisOf(space[name]))
  const rest = createParzenMixture(axes)
  const rows = new Map<number, Float64Array>()
  const inRest = new Set<number>()

  const settingOf = ({ params, distributions }: FrozenTrial): Float64Array | null => {
    const internal = new Float64Array(names.length)
    for (let dim = 0; dim < names.length; dim++) {
      const name = names[dim]
      // A range that moved since drops what lies outside.
      if (!(name in params) || !areCompatible(distributions[name], space[name])) return null
      if (!contains(space[name], params[name])) return null
      internal[dim] = toInternal(space[name], params[name])
    }
    return coordinatesOf(axes, internal)
  }
  const putIn = (number: number, row: Float64Array) => {
    rest.insert(number, row)
    inRest.add(number)
  }
  const takeOut = (number: number) => {
    if (inRest.delete(number)) rest.remove(number)
  }
  const follow = createFollower({
    push(trial) {
      const row = trial.state === 'fail' ? null : settingOf(trial)
      if (row === null) return
      rows.set(trial.number, row)
      putIn(trial.number, row)
    },
    pop({ number }) {
      takeOut(number)
      rows.delete(number)
      lastGood.delete(number)
    },
  })
  let lastGood = new Set<number>()

  function sortOut(good: ReadonlySet<number>): void {
    for (const number of lastGood) {
      const row = rows.get(number)
      if (!good.has(number) && row !== undefined && !inRest.has(number)) putIn(number, row)
    }
    for (const number of good) takeOut(number)
    lastGood = new Set(good)
  }

  return {
    follow,
    propose({ good, running, nEiCandidates, rampGood, rng }) {
      sortOut(good)
      const goodModel = createParzenMixture(axes, { ramp: rampGood })
      for (const number of good) {
        const row = rows.get(number)
        if (row !== undefined) goodModel.insert(number, row)
      }
      const liars = running.flatMap((trial) => {
        const row = settingOf(trial)
        return row === null ? [] : [{ number: trial.number, row }]
      })
      for (const { number, row } of liars) if (!rows.has(number)) putIn(number, row)
      const candidates = drawSettings(goodModel, { axes, rng, count: nEiCandidates })
      const [forGood, forRest] = [goodModel.logDensities(candidates), rest.logDensities(candidates)]
      for (const { number } of liars) if (!rows.has(number)) takeOut(number)
      let best = 0
      for (let index = 1; index < nEiCandidates; index++) {
        if (forGood[index] - forRest[index] > forGood[best] - forRest[best]) best = index
      }
      const internal = candidates.internal.subarray(best * names.length)
      return Object.fromEntries(names.map((name, dim) => [name, fromInternal(space[name], internal[dim])]))
    },
  }
}
