import * as fs from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Attributes, type Direction, type FrozenTrial } from './frozen-trial.ts'
import {
  hyperbandPruner,
  medianPruner,
  noPruner,
  patientPruner,
  percentilePruner,
  successiveHalvingPruner,
  thresholdPruner,
  wilcoxonPruner,
  type Pruner,
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
