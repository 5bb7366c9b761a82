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
import { axisOf, type Axis } from './parzen-kernels.ts'
import { createParzenMixture, type ParzenMixture } from './parzen-mixture.ts'
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
  const settingOf = (trial: FrozenTrial) => coordinatesIn(trial, { space, names, axes })
  const rows = new Map<number, Float64Array>()
  const sides = createSides(axes, rows)
  const follow = createFollower({
    push(trial) {
      const row = trial.state === 'fail' ? null : settingOf(trial)
      if (row === null) return
      rows.set(trial.number, row)
      sides.putIn(trial.number, row)
    },
    pop({ number }) {
      sides.forget(number)
      rows.delete(number)
    },
  })
  return {
    follow,
    propose({ good, running, nEiCandidates, rampGood, rng }) {
      sides.sortOut(good)
      const goodModel = mixtureOf(good, { axes, rows, ramp: rampGood })
      const liars = running.flatMap((trial) => {
        const row = rows.has(trial.number) ? null : settingOf(trial)
        return row === null ? [] : [{ number: trial.number, row }]
      })
      for (const { number, row } of liars) sides.putIn(number, row)
      const candidates = drawSettings(goodModel, { axes, rng, count: nEiCandidates })
      const [forGood, forRest] = [goodModel.logDensities(candidates), sides.rest.logDensities(candidates)]
      for (const { number } of liars) sides.takeOut(number)
      const best = largestDifference(forGood, forRest)
      const internal = candidates.internal.subarray(best * names.length)
      return Object.fromEntries(names.map((name, dim) => [name, fromInternal(space[name], internal[dim])]))
    },
  }
}

function mixtureOf(
  numbers: ReadonlySet<number>,
  { axes, rows, ramp }: { axes: readonly Axis[]; rows: ReadonlyMap<number, Float64Array>; ramp: boolean },
): ParzenMixture {
  const mixture = createParzenMixture(axes, { ramp })
  for (const number of numbers) {
    const row = rows.get(number)
    if (row !== undefined) mixture.insert(number, row)
  }
  return mixture
}

/** The coordinates of a trial's setting; null when the space does not hold it. */
function coordinatesIn(
  { params, distributions }: FrozenTrial,
  { space, names, axes }: { space: Space; names: readonly string[]; axes: readonly Axis[] },
): Float64Array | null {
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

/** The estimator of those that are not good; `rows` holds the settings of all. */
function createSides(axes: readonly Axis[], rows: ReadonlyMap<number, Float64Array>) {
  const rest = createParzenMixture(axes)
  const inRest = new Set<number>()
  let lastGood = new Set<number>()
  const putIn = (number: number, row: Float64Array): void => {
    rest.insert(number, row)
    inRest.add(number)
  }
  const takeOut = (number: number): void => {
    if (inRest.delete(number)) rest.remove(number)
  }
  return {
    rest,
    putIn,
    takeOut,
    forget(number: number): void {
      takeOut(number)
      lastGood.delete(number)
    },
    sortOut(good: ReadonlySet<number>): void {
      for (const number of lastGood) {
        const row = rows.get(number)
        if (!good.has(number) && row !== undefined && !inRest.has(number)) putIn(number, row)
      }
      for (const number of good) takeOut(number)
      lastGood = new Set(good)
    },
  }
}

/** The first index of the largest difference. */
function largestDifference(one: Float64Array, other: Float64Array): number {
  let best = 0
  for (let index = 1; index < one.length; index++) {
    if (one[index] - other[index] > one[best] - other[best]) best = index
  }
  return best
}
