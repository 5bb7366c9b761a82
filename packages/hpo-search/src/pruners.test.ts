import * as fs from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Attributes, type Direction, type FrozenTrial } from './frozen-trial.ts'
import {
  createStudy,
  hyperbandPruner,
  medianPruner,
  noPruner,
  patientPruner,
  percentilePruner,
  successiveHalvingPruner,
  thresholdPruner,
  wilcoxonPruner,
  type HyperbandPrunerOptions,
  type Pruner,
  type SampleContext,
} from './index.ts'
import { prunerContract } from './testing.ts'
import { trialWith } from './testing/trials.ts'

interface Case {
  name: string
  options: object
  direction: Direction
  trials: { curve: [step: number, value: number | 'NaN'][]; value: number; prunedAt: number | null }[]
}
const { cases } = JSON.parse(fs.readFileSync(new URL('../fixtures/pruners.json', import.meta.url), 'utf8')) as {
  cases: Case[]
}

const pruners: Record<string, (options: never, name: string) => Pruner> = {
  median: (options) => medianPruner(options),
  halving: (options) => successiveHalvingPruner(options),
  percentile: ({ percentile, ...options }: { percentile: number }) => percentilePruner(percentile, options),
  hyperband: (options) => hyperbandPruner(options),
  patient: (options: { patience: number }, name) =>
    patientPruner(name === 'patient' ? null : medianPruner({ nStartupTrials: 2 }), options),
  threshold: (options) => thresholdPruner(options),
  wilcoxon: (options) => wilcoxonPruner(options),
}

test.each(cases)('$name ($direction) stops the trials that Optuna stops, at the same steps', (each) => {
  const pruner = pruners[each.name.split(' ')[0]](each.options as never, each.name)
  const done: FrozenTrial[] = []
  const stoppedAt = each.trials.map(({ curve, value }, number) => {
    const { stopped, ...kept } = follow(curve, { pruner, done, direction: each.direction, number })
    const state = stopped === null ? 'complete' : 'pruned'
    done.push(trialWith({ number, state, value: stopped === null ? value : null, ...kept }))
    return stopped
  })
  expect(stoppedAt).toEqual(each.trials.map(({ prunedAt }) => prunedAt))
  // On these curves the signed-rank test stops trials in one direction only.
  const isQuiet = each.name === 'wilcoxon' && each.direction === 'minimize'
  if (!isQuiet) expect(stoppedAt.filter((step) => step !== null).length).toBeGreaterThan(3)
})

function follow(
  curve: Case['trials'][number]['curve'],
  { pruner, done, direction, number }: { pruner: Pruner; done: FrozenTrial[]; direction: Direction; number: number },
): { stopped: number | null; intermediateValues: Map<number, number>; systemAttributes: Attributes } {
  const intermediateValues = new Map<number, number>()
  let systemAttributes: Attributes = {}
  for (const [step, value] of curve) {
    intermediateValues.set(step, Number(value))
    const trial = trialWith({ number, state: 'running', intermediateValues: new Map(intermediateValues) })
    const decision = pruner.shouldPrune({
      studyName: 'curves',
      trial,
      trials: [...done, trial],
      finished: done,
      directions: [direction],
    })
    if (typeof decision !== 'boolean') systemAttributes = { ...systemAttributes, ...decision.systemAttributes }
    const prune = typeof decision === 'boolean' ? decision : decision.prune
    if (prune) return { stopped: step, intermediateValues, systemAttributes }
  }
  return { stopped: null, intermediateValues, systemAttributes }
}

const api = { describe, test, expect }
prunerContract(api, { create: noPruner })
prunerContract(api, { create: () => medianPruner({ nStartupTrials: 2 }) })
prunerContract(api, { create: () => percentilePruner(25, { nStartupTrials: 2, interval: 2 }) })
prunerContract(api, { create: () => successiveHalvingPruner({ reductionFactor: 2 }) })
prunerContract(api, { create: () => hyperbandPruner({ reductionFactor: 2 }) })
prunerContract(api, { create: () => hyperbandPruner({ reductionFactor: 2, maxResource: 9 }) })
prunerContract(api, { create: () => patientPruner(null, { patience: 2 }) })
prunerContract(api, { create: () => patientPruner(medianPruner({ nStartupTrials: 1 }), { patience: 1 }) })
prunerContract(api, { create: () => thresholdPruner({ upper: 1 }) })
prunerContract(api, { create: () => wilcoxonPruner() })

test('options out of range are named', () => {
  expect(() => medianPruner({ interval: 0 })).toThrow('expected interval to be a whole number of at least 1, got 0')
  expect(() => medianPruner({ nWarmupSteps: -1 })).toThrow('expected nWarmupSteps to be a whole number of at least 0')
  const message = 'successiveHalvingPruner: expected reductionFactor to be a whole number of at least 2, got 1'
  expect(() => successiveHalvingPruner({ reductionFactor: 1 })).toThrow(message)
  expect(() => percentilePruner(101)).toThrow('percentilePruner: expected a percentile in [0, 100], got 101')
  const least = 'hyperbandPruner: expected maxResource to be a whole number of at least 4, got 2'
  expect(() => hyperbandPruner({ minResource: 4, maxResource: 2 })).toThrow(least)
  expect(() => patientPruner(null, { patience: -1 })).toThrow('patientPruner: expected patience to be a whole number')
  expect(() => patientPruner(null, { patience: 1, minDelta: -1 })).toThrow('expected minDelta >= 0, got -1')
  expect(() => thresholdPruner({})).toThrow('thresholdPruner: expected lower, upper or both, got neither')
  expect(() => thresholdPruner({ lower: 2, upper: 1 })).toThrow('thresholdPruner: expected lower <= upper, got 2 and 1')
  expect(() => wilcoxonPruner({ pThreshold: 2 })).toThrow('wilcoxonPruner: expected pThreshold in [0, 1], got 2')
})

test('several directions cannot be pruned, but bounds do not ask for one', () => {
  const trial = trialWith({ number: 0, state: 'running', intermediateValues: new Map([[1, 1]]) })
  const context = {
    studyName: 's',
    trial,
    trials: [trial],
    finished: [],
    directions: ['minimize', 'minimize'] as const,
  }
  expect(() => medianPruner().shouldPrune(context)).toThrow('medianPruner: expected one direction, got 2')
  expect(thresholdPruner({ upper: 0.5 }).shouldPrune(context)).toBe(true)
})

test('hyperband without a known length stops nothing before a trial has completed', () => {
  const trial = trialWith({ number: 1, state: 'running', intermediateValues: new Map([[8, 1]]) })
  const shown = { studyName: 's', trial, trials: [trial], finished: [], directions: ['minimize'] as const }
  expect(hyperbandPruner().shouldPrune(shown)).toBe(false)
})

describe('under Hyperband a sampler', () => {
  interface Shown {
    number: number
    finished: number[]
    running: number[]
  }
  const sight = JSON.parse(fs.readFileSync(new URL('../fixtures/hyperband-sight.json', import.meta.url), 'utf8')) as {
    cases: { name: string; maxResource: number | 'auto'; shown: Shown[] }[]
  }
  const numbers = (trials: readonly FrozenTrial[]) => trials.map(({ number }) => number)

  /** Three trials at once; the oldest ends before the next is asked for. */
  async function watch(options: HyperbandPrunerOptions): Promise<Shown[]> {
    const shown: Shown[] = []
    const look = ({ number, trials, running }: SampleContext) =>
      void shown.push({ number, finished: numbers(trials), running: numbers(running) })
    const sampler = { name: 'watcher', sample: (context: SampleContext) => (look(context), { x: 0.5 }) }
    const space = { x: { type: 'float', low: 0, high: 1 } } as const
    const study = await createStudy({ name: 'sight', sampler, pruner: hyperbandPruner(options), space })
    const inFlight = []
    for (let number = 0; number < 24; number++) {
      inFlight.push(await study.ask())
      if (inFlight.length < 3) continue
      const ended = inFlight.shift()
      for (let step = 0; step < 9; step++) await ended?.report(1, step)
      await ended?.shouldPrune()
      await study.tell(ended?.number ?? -1, { state: 'complete', value: 1 })
    }
    return shown
  }

  test.each(sight.cases)('is shown the trials that Optuna shows it ($name)', async ({ maxResource, shown }) => {
    // Optuna takes a length from the first completed trial at the next prune question, which is after trial 3 was asked for.
    const from = maxResource === 'auto' ? 4 : 0
    expect((await watch({ maxResource })).slice(from)).toEqual(shown.slice(from))
    expect(shown.filter(({ number, finished }) => finished.length < number - 2).length).toBeGreaterThan(10)
  })

  test('is shown all trials when asked to be', async () => {
    const shown = await watch({ maxResource: 9, samplersSeeBracket: false })
    for (const { number, finished, running } of shown) expect(finished.length + running.length).toBe(number)
  })
})
