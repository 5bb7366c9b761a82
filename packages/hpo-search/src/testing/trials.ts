/**
 * Made-up finished trials for the contract suites.
 *
 * @module
 */
import { createRng } from '@leanvox/random'
import { checkSpace, type Space } from '../distribution.ts'
import { type FrozenTrial, type TrialState } from '../frozen-trial.ts'
import { randomSampler } from '../random-sampler.ts'
import { type SampleContext } from '../sampler.ts'

/** A space with every kind of distribution. */
export const everyKind: Space = checkSpace({
  plain: { type: 'float', low: -2, high: 3 },
  logarithmic: { type: 'float', low: 1e-5, high: 1e-1, log: true },
  stepped: { type: 'float', low: 0, high: 1, step: 0.25 },
  whole: { type: 'int', low: -3, high: 12, step: 3 },
  wholeLogarithmic: { type: 'int', low: 1, high: 256, log: true },
  choice: { type: 'categorical', choices: ['a', 2, true, null] },
})

/** Finished trials 0, 1, ... with random settings: mostly complete, every fifth pruned, every seventh failed. */
export function someTrials(count: number, { space = everyKind, seed = 1 } = {}): FrozenTrial[] {
  const sampler = randomSampler({ seed })
  return Array.from({ length: count }, (_, number) => {
    const state: TrialState = number % 7 === 6 ? 'fail' : number % 5 === 4 ? 'pruned' : 'complete'
    const value = createRng(seed).split('value', number).normal()
    const params = sampler.sample(contextWith({ number, space }))
    return trialWith({ number, state, params, distributions: space, value: state === 'fail' ? null : value })
  })
}

/** A trial with some fields set. */
export function trialWith(fields: Partial<FrozenTrial> & { readonly number: number }): FrozenTrial {
  return {
    state: 'complete',
    params: {},
    distributions: {},
    values: fields.value === undefined || fields.value === null ? null : [fields.value],
    value: null,
    intermediateValues: new Map(),
    userAttributes: {},
    systemAttributes: {},
    startedAt: null,
    completedAt: null,
    ...fields,
  }
}

/** What a sampler is shown, with some fields set. */
export function contextWith(fields: Partial<SampleContext> & { readonly number: number }): SampleContext {
  return {
    ordinal: fields.number,
    space: everyKind,
    trials: [],
    running: [],
    directions: ['minimize'],
    systemAttributes: {},
    independent: false,
    ...fields,
  }
}
