/**
 * Which case each item of a batch comes from, and whether its patch is centred on foreground: a function of seed, epoch
 * and step alone.
 *
 * The first group counts the epoch: it gives `patchesPerCase` patches of every case in random order, the last batch
 * filled up from the start of that order. Every other group goes through its cases in random order again and again, on
 * from where the epoch before stopped. With weights, cases are drawn with replacement in proportion instead.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'
import type { BatchGroup, DrawPlan } from './batch-group.ts'

export interface CaseDraw {
  /** Index into the sampler's cases. */
  readonly at: number
  readonly foreground: boolean
}

export interface CaseDrawsOptions {
  /** At least one; the groups' items follow one another in the batch. */
  readonly groups: readonly BatchGroup[]
  readonly patchesPerCase: number
  readonly foregroundFraction: number
  readonly rng: Rng
}

export interface CaseDraws {
  readonly stepsPerEpoch: number
  /** The items of a batch; epochs and steps count from 0. */
  draw(place: { epoch: number; step: number }, plan: DrawPlan): CaseDraw[]
}

/** Draws for groups whose cases and sizes have been checked. */
export function caseDraws({ groups, patchesPerCase, foregroundFraction, rng }: CaseDrawsOptions): CaseDraws {
  const [first] = groups
  const stepsPerEpoch = Math.ceil((first.cases.length * patchesPerCase) / first.perBatch)
  const epochCases = Array.from({ length: first.cases.length * patchesPerCase }, (_, i) => i % first.cases.length)
  const epochOrder = remembered((epoch) => rng.split('epoch', epoch, 'order').shuffle(epochCases))
  const passOrders = new Map<string, (pass: number, cases: readonly number[]) => readonly number[]>()

  function inPass(name: string, cases: readonly number[], running: number): number {
    let order = passOrders.get(name)
    if (!order) {
      order = remembered((pass, all) => rng.split('group', name, 'pass', pass).shuffle(all))
      passOrders.set(name, order)
    }
    return order(Math.floor(running / cases.length), cases)[running % cases.length]
  }

  function drawGroup({ cases, perBatch }: BatchGroup, place: Place): CaseDraw[] {
    const { epoch, step, name, weights } = place
    const pick = weights && weightedPick(cases, weights)
    return Array.from({ length: perBatch }, (_, i) => {
      const position = step * perBatch + i
      const running = epoch * stepsPerEpoch * perBatch + position
      const foreground = isForeground(running, foregroundFraction)
      if (pick) return { at: pick(rng.split('epoch', epoch, 'step', step, 'draw', name, i).uniform()), foreground }
      if (name === FIRST) return { at: cases[epochOrder(epoch, cases)[position % epochCases.length]], foreground }
      return { at: inPass(name, cases, running), foreground }
    })
  }

  return {
    stepsPerEpoch,
    draw: (place, { drawWeights: weights, extra }) => [
      ...groups.flatMap((group, index) => drawGroup(group, { ...place, name: `${index}`, weights })),
      ...(extra ? drawGroup(extra, { ...place, name: 'extra', weights: undefined }) : []),
    ],
  }
}

const FIRST = '0'

interface Place {
  readonly epoch: number
  readonly step: number
  readonly name: string
  readonly weights: readonly number[] | undefined
}

/** The case whose share of [0, 1) holds a number. */
function weightedPick(cases: readonly number[], weights: readonly number[]): (uniform: number) => number {
  let total = 0
  const ends = cases.map((at) => (total += weights[at]))
  return (uniform) => cases[ends.findIndex((end) => uniform * total < end)] ?? cases[cases.length - 1]
}

/** Spreads the foreground patches evenly over the run: patch k is one when the running share passes a whole number. */
function isForeground(patch: number, fraction: number): boolean {
  return Math.floor((patch + 1) * fraction) > Math.floor(patch * fraction)
}

/** Remembers the last order asked for, as batches come one after the other. */
function remembered(make: (pass: number, cases: readonly number[]) => readonly number[]) {
  let last: { pass: number; cases: readonly number[]; order: readonly number[] } | undefined
  return (pass: number, cases: readonly number[]): readonly number[] => {
    if (last?.pass !== pass || last.cases !== cases) last = { pass, cases, order: make(pass, cases) }
    return last.order
  }
}
