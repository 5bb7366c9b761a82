import { createRng } from '@leanvox/random'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkGroup, type BatchGroup, type DrawPlan } from './batch-group.ts'
import { caseDraws, type CaseDrawsOptions } from './case-draws.ts'

const rng = createRng(3)

function draws(groups: readonly BatchGroup[], changes: Partial<CaseDrawsOptions> = {}) {
  return caseDraws({ groups, patchesPerCase: 1, foregroundFraction: 0, rng, ...changes })
}

/** The cases of some epochs, batch by batch. */
function batches(groups: readonly BatchGroup[], { epochs = 1, plan = {} as DrawPlan, patchesPerCase = 1 } = {}) {
  const { stepsPerEpoch, draw } = draws(groups, { patchesPerCase })
  return Array.from({ length: epochs * stepsPerEpoch }, (_, i) =>
    draw({ epoch: Math.floor(i / stepsPerEpoch), step: i % stepsPerEpoch }, plan).map(({ at }) => at),
  )
}

const counted = (all: readonly number[], cases: number) =>
  Array.from({ length: cases }, (_, at) => all.filter((one) => one === at).length)

describe('draw weights', () => {
  test('draw cases in proportion: chi-square over 20,000 draws', () => {
    const drawWeights = [1, 2, 3, 0.5, 3.5]
    const seen = batches([{ cases: [0, 1, 2, 3, 4], perBatch: 5 }], { epochs: 4000, plan: { drawWeights } }).flat()
    const counts = counted(seen, 5)
    const chiSquare = counts.reduce((sum, count, at) => {
      const expected = (seen.length * drawWeights[at]) / 10
      return sum + (count - expected) ** 2 / expected
    }, 0)
    expect(seen).toHaveLength(20_000)
    expect(chiSquare).toBeLessThan(18.5) // 0.999 quantile at 4 degrees of freedom
    expect(chiSquare).toBeGreaterThan(0.09) // 0.001 quantile: draws are draws, not rounded shares
  })

  test('hold within each group', () => {
    const groups = [
      { cases: [0, 1], perBatch: 1 },
      { cases: [2, 3], perBatch: 2 },
    ]
    const seen = batches(groups, { epochs: 2000, plan: { drawWeights: [1, 1e-9, 1, 3] } })
    const counts = counted(seen.flat(), 4)
    expect(counts.slice(0, 2)).toEqual([seen.length, 0])
    expect(counts[3] / counts[2]).toBeCloseTo(3, 0)
  })
})

describe('groups', () => {
  test('compose every batch exactly, in order', () => {
    const length = fc.integer({ min: 1, max: 4 })
    fc.assert(
      fc.property(fc.tuple(length, length, length, length), ([a, b, perA, perB]) => {
        const first = Array.from({ length: a }, (_, i) => i)
        const second = Array.from({ length: b }, (_, i) => a + i)
        const groups = [
          { cases: first, perBatch: perA },
          { cases: second, perBatch: perB },
        ]
        const { stepsPerEpoch } = draws(groups)
        expect(stepsPerEpoch).toBe(Math.ceil(a / perA))
        for (const batch of batches(groups, { epochs: 3 })) {
          expect(batch).toHaveLength(perA + perB)
          expect(batch.slice(0, perA).every((at) => at < a)).toBe(true)
          expect(batch.slice(perA).every((at) => at >= a)).toBe(true)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('the first gives every case patchesPerCase times an epoch; another goes on through its cases over epochs', () => {
    const groups = [
      { cases: [3, 1], perBatch: 2 },
      { cases: [0, 2, 4], perBatch: 1 },
    ]
    const seen = batches(groups, { epochs: 3, patchesPerCase: 2 }) // two steps an epoch
    expect(seen).toHaveLength(6)
    for (const epoch of [0, 1, 2]) {
      const first = seen.slice(2 * epoch, 2 * epoch + 2).flatMap((batch) => batch.slice(0, 2))
      expect(first.sort()).toEqual([1, 1, 3, 3])
    }
    const others = seen.map((batch) => batch[2])
    expect(others.slice(0, 3).sort()).toEqual([0, 2, 4])
    expect(others.slice(3).sort()).toEqual([0, 2, 4])
  })

  test('extra items come last, each case equally often, and change no other item', () => {
    const groups = [{ cases: [0, 1, 2, 3], perBatch: 2 }]
    const plain = batches(groups, { epochs: 3 })
    const more = batches(groups, { epochs: 3, plan: { extra: { cases: [3, 2, 0], perBatch: 2 } } })
    expect(more.map((batch) => batch.slice(0, 2))).toEqual(plain)
    expect(
      counted(
        more.flatMap((batch) => batch.slice(2)),
        4,
      ),
    ).toEqual([4, 0, 4, 4])
  })
})

test('a batch depends on its place only, whatever was drawn before', () => {
  const groups = [
    { cases: [0, 1, 2], perBatch: 2 },
    { cases: [3, 4, 5], perBatch: 2 },
  ]
  const plan = { extra: { cases: [1, 5], perBatch: 1 } }
  const used = draws(groups)
  for (let epoch = 0; epoch < 5; epoch++) used.draw({ epoch, step: 0 }, {})
  expect(used.draw({ epoch: 2, step: 1 }, plan)).toEqual(draws(groups).draw({ epoch: 2, step: 1 }, plan))
  const weighted = { drawWeights: [1, 2, 3, 4, 5, 6] }
  expect(used.draw({ epoch: 2, step: 1 }, weighted)).toEqual(draws(groups).draw({ epoch: 2, step: 1 }, weighted))
})

test('the foreground share holds for each group and for extra items', () => {
  const { draw } = draws(
    [
      { cases: [0], perBatch: 1 },
      { cases: [1], perBatch: 3 },
    ],
    { foregroundFraction: 0.25 },
  )
  const plan = { extra: { cases: [0], perBatch: 2 } }
  const all = Array.from({ length: 8 }, (_, epoch) => draw({ epoch, step: 0 }, plan))
  const share = (from: number, to: number) => all.flatMap((one) => one.slice(from, to)).filter((one) => one.foreground)
  expect(share(0, 1)).toHaveLength(2)
  expect(share(1, 4)).toHaveLength(6)
  expect(share(4, 6)).toHaveLength(4)
})

test.each([
  [{ cases: [], perBatch: 1 }, 'at least one case in group 1, got 0'],
  [{ cases: [0, 4], perBatch: 1 }, 'whole case indices from 0 to 3 in group 1, got 4'],
  [{ cases: [-1], perBatch: 1 }, 'whole case indices from 0 to 3 in group 1, got -1'],
  [{ cases: [0.5], perBatch: 1 }, 'whole case indices from 0 to 3 in group 1, got 0.5'],
  [{ cases: [0], perBatch: 0 }, 'perBatch of group 1 to be a whole number of at least 1, got 0'],
])('refuses the group %j', (group, message) => {
  expect(() => checkGroup(group, { name: 'group 1', count: 4 })).toThrow(`train: expected ${message}`)
})
