import { expect, test } from 'vitest'
import { adoptedPlan } from './epoch-plan.ts'
import type { EpochPlan } from './hooks.ts'

test('keeps what JSON keeps, so that a checkpoint gives back the same', () => {
  const plan = { drawWeights: [0.1, 2], note: { score: NaN, list: [1 / 3], gone: undefined } }
  const kept = adoptedPlan(plan, 2)
  expect(kept).toStrictEqual({ drawWeights: [0.1, 2], note: { score: null, list: [1 / 3] } })
  expect(adoptedPlan(kept, 2)).toStrictEqual(kept)
})

test.each<[EpochPlan, string]>([
  [{ drawWeights: [1, 2] }, 'an array of 3 drawWeights, one a case, got 2'],
  [{ lossWeights: new Float64Array(3) as never }, 'an array of 3 lossWeights, one a case, got [object Float64Array]'],
  [{ drawWeights: [1, 0, 1] }, 'finite drawWeights above 0, got 0 for case 1'],
  [{ drawWeights: [1, 1, Infinity] }, 'finite drawWeights above 0, got Infinity for case 2'],
  [{ lossWeights: [NaN, 1, 1] }, 'finite lossWeights of at least 0, got NaN for case 0'],
  [{ lossWeights: [1, -1, 1] }, 'finite lossWeights of at least 0, got -1 for case 1'],
  [{ extra: { cases: [3], perBatch: 1 } }, 'whole case indices from 0 to 2 in extra, got 3'],
  [{ extra: { cases: [], perBatch: 1 } }, 'at least one case in extra, got 0'],
])('refuses %j', (plan, message) => {
  expect(() => adoptedPlan(plan, 3)).toThrow(`train: expected ${message}`)
})
