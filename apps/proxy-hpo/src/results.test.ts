import { describe, expect, test } from 'vitest'
import type { TrainAttributes } from './jobs.ts'
import { armRows, bestTrial, correlationRows, searchCost, type FinishedTrial } from './results.ts'

const attributes = (given: Partial<TrainAttributes>): TrainAttributes => ({
  backend: 'wasm',
  seconds: 0,
  testSeconds: 1000,
  steps: 1,
  multiplyAdds: 0,
  validationDice: 0,
  diverged: false,
  test: null,
  ...given,
})
const trial = (number: number, given: Partial<FinishedTrial> = {}): FinishedTrial => ({
  number,
  setting: { learningRate: number },
  state: 'complete',
  value: 0,
  attributes: null,
  failure: null,
  ...given,
})
const failed = (number: number) => trial(number, { state: 'fail', value: null, failure: 'killed' })
const scores = (dice: number | null, hd95: number | null, missed = 0) => ({ dice, hd95, missed, cases: [] })

describe('bestTrial', () => {
  test('is the largest value of the complete trials, the earliest of equals', () => {
    const trials = [trial(0, { value: 0.2 }), trial(1, { value: 0.7 }), trial(2, { value: 0.7 })]
    expect(bestTrial(trials)?.number).toBe(1)
  })

  test('is never a pruned or failed one, and undefined when there is no other', () => {
    const pruned = trial(1, { state: 'pruned', value: 0.9 })
    expect(bestTrial([pruned, failed(2), trial(3, { value: 0.1 })])?.number).toBe(3)
    expect(bestTrial([pruned, failed(2)])).toBeUndefined()
  })

  test('takes a diverged trial, whose value is 0, before none', () => {
    expect(bestTrial([failed(0), trial(1, { attributes: attributes({ diverged: true }) })])?.number).toBe(1)
  })
})

test('the cost counts pruned and diverged trials, not the scoring, and nothing for a trial that failed', () => {
  const trials = [
    trial(0, { attributes: attributes({ seconds: 10, multiplyAdds: 100 }) }),
    trial(1, { state: 'pruned', attributes: attributes({ seconds: 2, multiplyAdds: 20 }) }),
    trial(2, { attributes: attributes({ seconds: 1, multiplyAdds: 5, diverged: true }) }),
    failed(3),
  ]
  expect(searchCost(trials)).toEqual({ seconds: 13, multiplyAdds: 125 })
})

describe('armRows', () => {
  const full = {
    arm: 'full-net/full-data',
    trials: [
      trial(0, { value: 0.8, attributes: attributes({ seconds: 30, multiplyAdds: 600 }) }),
      trial(1, { value: 0.6, attributes: attributes({ seconds: 10, multiplyAdds: 200 }) }),
    ],
    final: trial(0, { value: 0.85, attributes: attributes({ seconds: 99, test: scores(0.82, 3.5) }) }),
  }
  const both = {
    arm: 'proxy-net/proxy-data',
    trials: [trial(0, { value: 0.5, attributes: attributes({ seconds: 6, multiplyAdds: 80 }) }), failed(1)],
    final: trial(1, { attributes: attributes({ test: scores(0.8, 4, 2) }) }),
  }
  const net = { ...both, arm: 'proxy-net/full-data', final: null }

  test('hold hand-computed costs: choosing the data is added where proxy data are used', () => {
    const rows = armRows([full, net, both], { selectionSeconds: 2 })
    expect(rows.map(({ searchSeconds }) => searchSeconds)).toEqual([40, 6, 8])
    expect(rows.map(({ speedup }) => speedup)).toEqual([1, 40 / 6, 5])
    expect(rows.map(({ searchMultiplyAdds }) => searchMultiplyAdds)).toEqual([800, 80, 80])
    expect(rows.map(({ speedupMultiplyAdds }) => speedupMultiplyAdds)).toEqual([1, 10, 10])
  })

  test('hold the winner, its scores, and how many trials failed', () => {
    const [first, , last] = armRows([full, net, both], { selectionSeconds: 2 })
    expect(first).toMatchObject({
      trials: 2,
      failed: 0,
      best: { learningRate: 0 },
      validationDice: 0.8,
      finalDice: 0.82,
      finalHd95: 3.5,
      finalMissed: 0,
    })
    expect(last).toMatchObject({ trials: 2, failed: 1, validationDice: 0.5, finalDice: 0.8, finalMissed: 2 })
  })

  test('leave out what is not known: no final training, no full arm, no winner', () => {
    const [row] = armRows([{ arm: 'proxy-net/full-data', trials: [failed(0)], final: null }], { selectionSeconds: 2 })
    expect(row).toMatchObject({ speedup: NaN, validationDice: NaN, finalDice: NaN, finalHd95: NaN, best: {} })
  })
})

describe('correlationRows', () => {
  const trained = (validation: number[], test: (number | null)[] = validation) =>
    validation.map((validationDice, number) =>
      trial(number, { attributes: attributes({ validationDice, test: scores(test[number], null) }) }),
    )
  const rows = (given: Record<string, FinishedTrial[]>) => correlationRows(given, { seed: 1 })

  test('compare networks by validation and data by test scores', () => {
    const full = trained([0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1])
    const [net, data] = rows({
      full,
      'proxy-net': trained([1, 2, 4, 3], [9, 9, 9, 9]),
      'proxy-data': trained([9, 9, 9, 9], [4, 3, 2, 1]),
    })
    // Ranks 1 2 4 3 against 1 2 3 4: rho = 1 - 6 * 2 / (4 * 15), tau = (5 - 1) / 6.
    expect(net).toMatchObject({ condition: 'proxy-net', score: 'validation', settings: 4 })
    expect(net.spearman.estimate).toBeCloseTo(0.8, 12)
    expect(net.kendall).toBeCloseTo(4 / 6, 12)
    expect(net.pearson).toBeCloseTo(0.8, 12)
    expect(net.spearman.low).toBeLessThanOrEqual(0.8)
    expect(net.points[2]).toEqual({ full: 0.3, proxy: 4 })
    expect(data).toMatchObject({ condition: 'proxy-data', score: 'test', settings: 4 })
    expect(data.spearman.estimate).toBeCloseTo(1, 12)
  })

  test('use the settings that both finished, matched by number', () => {
    const full = [failed(0), ...trained([0.5, 0.1, 0.2, 0.3]).slice(1)]
    const [row] = rows({ full, 'proxy-net': trained([0.9, 0.1, 0.2, 0.3]).reverse() })
    expect(row.settings).toBe(3)
    expect(row.points.map(({ proxy }) => proxy)).toEqual([0.1, 0.2, 0.3])
    expect(row.spearman.estimate).toBe(1)
  })

  test('are undefined for fewer than three settings and for scores without spread', () => {
    const [few] = rows({ full: trained([0.1, 0.2]), 'proxy-net': trained([0.1, 0.2]) })
    expect(few).toMatchObject({
      settings: 2,
      pearson: NaN,
      kendall: NaN,
      spearman: { estimate: NaN, low: NaN, high: NaN },
    })
    const [flat] = rows({ full: trained([0.1, 0.2, 0.3]), 'proxy-net': trained([0, 0, 0]) })
    expect(flat).toMatchObject({ settings: 3, pearson: NaN, kendall: NaN, spearman: { estimate: NaN } })
  })

  test('give ties the mean rank', () => {
    const [row] = rows({ full: trained([0.1, 0.2, 0.3]), 'proxy-net': trained([0.5, 0.5, 0.9]) })
    // Ranks 1 2 3 and 1.5 1.5 3: Pearson of the ranks = 1.5 / sqrt(2 * 1.5).
    expect(row.spearman.estimate).toBeCloseTo(Math.sqrt(3) / 2, 12)
  })

  test('leave out a setting without a test score, and are none without conditions', () => {
    const [row] = rows({ full: trained([1, 2, 3, 4]), 'proxy-data': trained([1, 2, 3, 4], [1, null, 3, 4]) })
    expect(row.settings).toBe(3)
    expect(rows({ full: trained([1, 2, 3]) })).toEqual([])
    expect(rows({})).toEqual([])
  })
})
