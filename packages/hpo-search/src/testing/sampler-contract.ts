/**
 * What every sampler must do: fill the space with values it contains, be a function of its context, and go on from the
 * journal as if nothing had happened.
 *
 * @module
 */
import { contains, isSingle, type Space } from '../distribution.ts'
import { type Direction } from '../frozen-trial.ts'
import { type Sampler } from '../sampler.ts'
import { contractRuns } from './sampler-runs.ts'
import { type TestApi } from './test-api.ts'
import { contextWith, everyKind, someTrials } from './trials.ts'

export interface SamplerContractOptions {
  /** A new sampler with the same settings each time. */
  readonly create: () => Sampler
  /** The space to try; one with every kind of distribution unless given. */
  readonly space?: Space
  /** What the sampler can be asked to do; each of one direction unless given. */
  readonly directions?: readonly (readonly Direction[])[]
  /** Length of the studies it is run in. Default 20; choose it so that the sampler has left its start behind. */
  readonly trials?: number
}

/** Runs the suite for a sampler. */
export function samplerContract(api: TestApi, options: SamplerContractOptions): void {
  api.describe(`sampler contract (${options.create().name})`, () => {
    contextTests(api, options)
    contractRuns(api, options)
  })
}

/** Asks for a setting after some made-up trials. */
function createAsking({
  create,
  space = everyKind,
  directions = [['minimize'], ['maximize']],
}: SamplerContractOptions) {
  const open = Object.fromEntries(Object.entries(space).filter(([, distribution]) => !isSingle(distribution)))
  const ask = (count: number, { sampler = create(), towards = directions[0], values = finite } = {}) => {
    const trials = someTrials(count, { space, objectives: towards.length, values })
    return sampler.sample(contextWith({ number: count, space: open, trials, directions: towards }))
  }
  const outside = (params: ReturnType<typeof ask>) =>
    Object.entries(params).filter(([name, value]) => !contains(open[name], value))
  const trialsOf = (count: number) => someTrials(count, { space, objectives: directions[0].length })
  return { open, ask, outside, trialsOf, directions }
}

function contextTests({ test, expect }: TestApi, options: SamplerContractOptions): void {
  const { create } = options
  const { open, ask, outside, trialsOf, directions } = createAsking(options)
  for (const towards of directions) {
    for (const count of [0, 1, 11, 40]) {
      test(`proposes a contained value for every parameter after ${count} trials (${towards.join()})`, () => {
        const params = ask(count, { towards })
        expect(Object.keys(params).sort()).toEqual(Object.keys(open).sort())
        expect(outside(params)).toEqual([])
      })
    }
  }
  test('infinite values do not keep it from proposing', () => {
    for (const values of [allInfinite, someInfinite]) expect(outside(ask(25, { values }))).toEqual([])
  })
  test('the same context gives the same values, in a new sampler and in a used one', () => {
    const used = create()
    const expected = ask(30)
    ask(12, { sampler: used })
    ask(40, { sampler: used })
    expect(ask(30, { sampler: used })).toEqual(expected)
    expect(ask(30, { sampler: used })).toEqual(expected)
  })
  test('does not change the trials it is shown', () => {
    const trials = trialsOf(20)
    create().sample(contextWith({ number: 20, space: open, trials, directions: directions[0] }))
    expect(trials).toEqual(trialsOf(20))
  })
  test('one parameter alone can be asked for', () => {
    const trials = trialsOf(15)
    for (const [name, distribution] of Object.entries(open)) {
      const question = { number: 15, space: { [name]: distribution }, trials, directions: directions[0] }
      const params = create().sample(contextWith({ ...question, independent: true }))
      expect(contains(distribution, params[name])).toEqual(true)
    }
  })
}

type Values = (value: number, number: number) => number
const finite: Values = (value) => value
const allInfinite: Values = () => Infinity
const someInfinite: Values = (value, number) => [Infinity, -Infinity, value][number % 3]
