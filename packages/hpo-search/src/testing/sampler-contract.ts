/**
 * What every sampler must do: fill the space with values it contains, and be a function of its context.
 *
 * @module
 */
import { contains, isSingle, type Space } from '../distribution.ts'
import { type Direction } from '../frozen-trial.ts'
import { type Sampler } from '../sampler.ts'
import { type TestApi } from './test-api.ts'
import { contextWith, everyKind, someTrials } from './trials.ts'

export interface SamplerContractOptions {
  /** A new sampler with the same settings each time. */
  readonly create: () => Sampler
  /** The space to try; one with every kind of distribution unless given. */
  readonly space?: Space
}

/** Runs the suite for a sampler. */
export function samplerContract(api: TestApi, { create, space = everyKind }: SamplerContractOptions): void {
  const { describe, test, expect } = api
  const open = Object.fromEntries(Object.entries(space).filter(([, distribution]) => !isSingle(distribution)))
  const ask = (count: number, { sampler = create(), direction = 'minimize' as Direction } = {}) =>
    sampler.sample(
      contextWith({ number: count, space: open, trials: someTrials(count, { space }), directions: [direction] }),
    )
  describe('sampler contract', () => {
    for (const count of [0, 1, 9, 10, 11, 40]) {
      for (const direction of ['minimize', 'maximize'] as const) {
        test(`proposes a contained value for every parameter after ${count} trials (${direction})`, () => {
          const params = ask(count, { direction })
          expect(Object.keys(params).sort()).toEqual(Object.keys(open).sort())
          const outside = Object.entries(params).filter(([name, value]) => !contains(open[name], value))
          expect(outside).toEqual([])
        })
      }
    }
    test('the same context gives the same values, in a new sampler and in a used one', () => {
      const used = create()
      const expected = ask(30)
      ask(12, { sampler: used })
      ask(40, { sampler: used })
      expect(ask(30, { sampler: used })).toEqual(expected)
      expect(ask(30, { sampler: used })).toEqual(expected)
    })
    test('does not change the trials it is shown', () => {
      const trials = someTrials(20, { space })
      create().sample(contextWith({ number: 20, space: open, trials }))
      expect(trials).toEqual(someTrials(20, { space }))
    })
    test('one parameter alone can be asked for', () => {
      for (const [name, distribution] of Object.entries(open)) {
        const question = { number: 15, space: { [name]: distribution }, trials: someTrials(15, { space }) }
        const params = create().sample(contextWith({ ...question, independent: true }))
        expect(contains(distribution, params[name])).toEqual(true)
      }
    })
  })
}
