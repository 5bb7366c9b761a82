import { expect, test } from 'vitest'
import { parseStudyConfig } from './config.ts'
import { prunerOf } from './pruners.ts'
import { samplerOf } from './samplers.ts'

const parse = (given: unknown) => parseStudyConfig(given, 'study.json')

test('nothing given is TPE without a pruner, to minimize one value', () => {
  expect(parse({})).toEqual({
    directions: ['minimize'],
    sampler: { kind: 'tpe', seed: 0 },
    pruner: { kind: 'none' },
    enqueue: [],
  })
})

test.each(['random', 'qmc', 'tpe', 'cma-es', 'gp', 'nsga2', 'reinforcement'])(
  'the sampler %s is the one of that name',
  (kind) => {
    expect(samplerOf(parse({ sampler: { kind, seed: 3 } }).sampler).name).toBe(kind)
  },
)

test('a grid names its values', () => {
  const { sampler } = parse({ sampler: { kind: 'grid', grid: { x: [1, 2], y: ['a', null, true] } } })
  expect(samplerOf(sampler)).toMatchObject({ name: 'grid', size: 6 })
})

test.each([
  [{ kind: 'none' }, 'none'],
  [{ kind: 'median', nStartupTrials: 2 }, 'median'],
  [{ kind: 'percentile', percentile: 25 }, 'percentile'],
  [{ kind: 'successive-halving', reductionFactor: 3 }, 'successive-halving'],
  [{ kind: 'hyperband', maxResource: 27, samplersSeeBracket: false }, 'hyperband'],
  [{ kind: 'threshold', upper: 2 }, 'threshold'],
  [{ kind: 'wilcoxon' }, 'wilcoxon'],
  [{ kind: 'patient', patience: 3, of: { kind: 'median' } }, 'patient median'],
  [{ kind: 'patient', patience: 3 }, 'patient'],
])('the pruner %j is %s', (pruner, name) => {
  expect(prunerOf(parse({ pruner }).pruner).name).toBe(name)
})

test.each([
  [{ sampler: { kind: 'tpe', seeds: 3 } }, 'unknown key "seeds"'],
  [{ space: { x: { type: 'float', low: 'a', high: 1 } } }, 'space.x.low'],
  [{ directions: [] }, 'directions'],
  [{ sampler: { kind: 'bayes' } }, 'sampler.kind'],
  [{ trials: 3 }, 'unknown key "trials"'],
])('%j is refused by name', (given, place) => {
  expect(() => parse(given)).toThrow(`study.json: `)
  expect(() => parse(given)).toThrow(place)
})
