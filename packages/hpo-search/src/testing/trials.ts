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

interface SomeTrials {
  readonly space?: Space
  readonly seed?: number
  /** Values per trial. */
  readonly objectives?: number
  /** What becomes of the first value of a trial. */
  readonly values?: (value: number, number: number) => number
}

/** Finished trials 0, 1, ... with random settings: mostly complete, every fifth pruned, every seventh failed. */
export function someTrials(count: number, options: SomeTrials = {}): FrozenTrial[] {
  const { space = everyKind, seed = 1, objectives = 1, values = (value: number) => value } = options
  const sampler = randomSampler({ seed })
  return Array.from({ length: count }, (_, number) => {
    const state: TrialState = number % 7 === 6 ? 'fail' : number % 5 === 4 ? 'pruned' : 'complete'
    const rng = createRng(seed).split('value', number)
    const all = [values(rng.normal(), number), ...Array.from({ length: objectives - 1 }, () => rng.normal())]
    const params = sampler.sample(contextWith({ number, space }))
    const value = state === 'fail' || objectives > 1 ? null : all[0]
    const told = state === 'fail' || (state === 'pruned' && objectives > 1) ? null : all
    return { ...trialWith({ number, state, params, distributions: space, value }), values: told }
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
