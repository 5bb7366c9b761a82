import { describe, expect, test } from 'vitest'
import { bootstrapInterval, kendall, pearson, spearman } from '@leanvox/metrics'
import { chooseProxy, rankLadder } from './index.ts'

const fullScores = [0.1, 0.5, 0.3, 0.9, 0.7, 0.6]

describe('rankLadder', () => {
  const rungs = [
    { name: 'full', scores: fullScores },
    { name: 'same order', scores: fullScores.map((score) => score ** 3) },
    { name: 'one swap', scores: [0.1, 0.5, 0.3, 0.8, 0.6, 0.7] },
  ]

  test('gives 1 to a rung with the same order, whatever its scores, and keeps what the rung carries', () => {
    const [first, second] = rankLadder(rungs, { fullScores, seed: 1, resamples: 100 })
    expect(first).toMatchObject({ name: 'full', correlation: 1, settings: 6 })
    expect(second.correlation).toBeCloseTo(1, 12)
    expect(second.kendall.estimate).toBeCloseTo(1, 12)
    expect(second.pearson.estimate).toBeLessThan(1)
  })

  test('agrees with the metrics package, interval and all', () => {
    const pairs = { x: rungs[2].scores, y: fullScores }
    const ranked = rankLadder(rungs, { fullScores, seed: 1, resamples: 300, level: 0.9 })[2]
    const options = { statistic: 'spearman', seed: 1, resamples: 300, level: 0.9 } as const
    expect(ranked.spearman).toEqual(bootstrapInterval(pairs, options))
    expect([ranked.correlation, ranked.kendall.estimate, ranked.pearson.estimate]).toEqual([
      spearman(pairs),
      kendall(pairs),
      pearson(pairs),
    ])
    expect(ranked.correlationLow).toBe(ranked.spearman.low)
    expect(ranked.correlation).toBeCloseTo(1 - (6 * 2) / (6 * 35), 12)
  })

  test('leaves failed settings out and says how many were left', () => {
    const failed = [{ name: 'some failed', scores: [0.1, NaN, 0.3, 0.9, 0.7, Infinity] }]
    expect(rankLadder(failed, { fullScores, seed: 1, resamples: 50 })[0]).toMatchObject({ correlation: 1, settings: 4 })
    const nearlyAll = [{ name: 'nearly all failed', scores: [0.1, NaN, NaN, NaN, 0.7, NaN] }]
    expect(rankLadder(nearlyAll, { fullScores, seed: 1 })[0]).toMatchObject({ correlation: NaN, settings: 2 })
  })

  test('refuses another number of scores', () => {
    expect(() => rankLadder([{ name: 'a', scores: [1] }], { fullScores, seed: 1 })).toThrow(
      new RangeError('rankLadder: expected 6 scores for a, got 1'),
    )
  })
})

describe('chooseProxy', () => {
  const rungs = [
    { name: 'full', multiplyAdds: 1e9, stepSeconds: 1, correlation: 1, correlationLow: 1 },
    { name: 'levels-1', multiplyAdds: 8e8, stepSeconds: 0.5, correlation: 0.9, correlationLow: 0.7 },
    { name: 'channels/2', multiplyAdds: 3e8, stepSeconds: 0.6, correlation: 0.92, correlationLow: 0.85 },
    { name: 'joint/4', multiplyAdds: 1e7, stepSeconds: 0.1, correlation: 0.4, correlationLow: -0.1 },
    { name: 'unknown', multiplyAdds: 1, stepSeconds: 0.01, correlation: NaN, correlationLow: NaN },
  ]

  test('takes the cheapest rung in seconds that correlates well enough', () => {
    expect(chooseProxy(rungs, { minimumCorrelation: 0.9 })).toEqual({
      rung: rungs[1],
      explanation: 'levels-1: correlation 0.900 reaches 0.9, 0.500 s a step, cheapest of the 3 of 5 rungs that do',
    })
    expect(chooseProxy(rungs, { minimumCorrelation: 0.3 }).rung?.name).toBe('joint/4')
  })

  test('counts multiply-adds if a rung has no step time', () => {
    const untimed = rungs.map(({ stepSeconds, ...rung }) => (rung.name === 'full' ? rung : { ...rung, stepSeconds }))
    expect(chooseProxy(untimed, { minimumCorrelation: 0.9 })).toEqual({
      rung: untimed[2],
      explanation:
        'channels/2: correlation 0.920 reaches 0.9, 3.00e+8 multiply-adds a patch, cheapest of the 3 of 5 rungs that do',
    })
  })

  test('asks for the lower end of the interval on demand', () => {
    const choice = chooseProxy(rungs, { minimumCorrelation: 0.8, by: 'low' })
    expect(choice.rung?.name).toBe('channels/2')
    expect(choice.explanation).toMatch(/^channels\/2: lower bound of the correlation 0\.850 reaches 0\.8,/)
  })

  test('says so if no rung qualifies', () => {
    expect(chooseProxy(rungs.slice(3), { minimumCorrelation: 0.9 })).toEqual({
      rung: undefined,
      explanation: 'none of 2 rungs reaches a correlation of 0.9; the highest is 0.400 (joint/4)',
    })
    expect(chooseProxy(rungs.slice(4), { minimumCorrelation: -1 }).explanation).toBe(
      'none of 1 rungs reaches a correlation of -1; none is known',
    )
  })

  test('takes the first of equally cheap rungs', () => {
    const equal = [rungs[2], { ...rungs[2], name: 'again' }]
    expect(chooseProxy(equal, { minimumCorrelation: 0 }).rung?.name).toBe('channels/2')
  })

  test('refuses an empty ladder and an impossible minimum', () => {
    expect(() => chooseProxy([], { minimumCorrelation: 0.9 })).toThrow(
      new RangeError('chooseProxy: expected at least 1 rung, got 0'),
    )
    expect(() => chooseProxy(rungs, { minimumCorrelation: 90 })).toThrow(
      new RangeError('chooseProxy: expected a minimumCorrelation from -1 to 1, got 90'),
    )
  })
})
