import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRng } from '@leanvox/random'
import {
  budgetCount,
  localNormalizedCrossCorrelationMeasure,
  mutualInformation,
  selectProxyData,
  similarityMatrix,
  volumeScores,
  type Representation,
  type SimilarityMatrix,
} from './index.ts'

/** Volumes 0, 1 and 2 are near copies, 3 is unlike them, 4 is unlike everything. */
const matrix: SimilarityMatrix = {
  size: 5,
  values: Float64Array.from([
    ...[1.0, 0.9, 0.8, 0.3, 0.1],
    ...[0.9, 1.0, 0.7, 0.2, 0.1],
    ...[0.8, 0.7, 1.0, 0.3, 0.2],
    ...[0.3, 0.2, 0.3, 1.0, 0.0],
    ...[0.1, 0.1, 0.2, 0.0, 1.0],
  ]),
}
const noise = (seed: number): Representation => {
  const rng = createRng(seed)
  return { data: Float32Array.from({ length: 27 }, rng.uniform), shape: [3, 3, 3] }
}

describe('similarityMatrix', () => {
  const volumes = [1, 2, 3, 4].map(noise)

  test('holds the score of every pair, symmetric, and of each volume with itself', async () => {
    const { values, size } = await similarityMatrix(volumes, { measure: 'mi' })
    expect(size).toBe(4)
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        expect(values[i * 4 + j]).toBeCloseTo(mutualInformation({ a: volumes[i], b: volumes[j] }), 12)
        expect(values[i * 4 + j]).toBe(values[j * 4 + i])
      }
    }
  })

  test('prepares each volume once and compares each pair once', async () => {
    const calls = { prepare: 0, compare: 0 }
    const measure = {
      name: 'counting',
      prepare: (volume: Representation) => (calls.prepare++, volume.data[0]),
      compare: (a: number, b: number) => (calls.compare++, a * b),
    }
    const { values } = await similarityMatrix(volumes, { measure })
    expect(calls).toEqual({ prepare: 4, compare: 10 })
    expect(values[1]).toBe(volumes[0].data[0] * volumes[1].data[0])
  })

  test('takes measures by name or with options', async () => {
    const named = await similarityMatrix(volumes, { measure: 'lncc' })
    const given = await similarityMatrix(volumes, { measure: localNormalizedCrossCorrelationMeasure({ window: 3 }) })
    const wider = await similarityMatrix(volumes, { measure: localNormalizedCrossCorrelationMeasure({ window: 5 }) })
    expect(named).toEqual(given)
    expect(wider).not.toEqual(given)
    const normalised = await similarityMatrix(volumes, { measure: 'nmi' })
    expect(normalised.values[0]).toBe(2)
  })

  test('reports progress up to all pairs', async () => {
    const seen: number[][] = []
    await similarityMatrix(volumes, { measure: 'mi', onProgress: ({ done, total }) => seen.push([done, total]) })
    expect(seen).toEqual([
      [0, 6],
      [1, 6],
      [3, 6],
      [6, 6],
    ])
  })

  test('ends at a signal, also one given between rows', async () => {
    const controller = new AbortController()
    const rows: number[] = []
    const running = similarityMatrix(volumes, {
      measure: 'mi',
      signal: controller.signal,
      onProgress: ({ done }) => {
        rows.push(done)
        if (done === 1) controller.abort(new Error('enough'))
      },
    })
    await expect(running).rejects.toThrow('enough')
    expect(rows).toEqual([0, 1])
  })

  test('refuses volumes of unequal shape and data that do not fill it', async () => {
    const other: Representation = { data: new Float32Array(8), shape: [2, 2, 2] }
    await expect(similarityMatrix([noise(1), other], { measure: 'mi' })).rejects.toThrow(
      new RangeError('similarityMatrix: expected shape [3, 3, 3], got [2, 2, 2]'),
    )
    const short: Representation = { data: new Float32Array(3), shape: [2, 2, 2] }
    await expect(similarityMatrix([short], { measure: 'mi' })).rejects.toThrow(
      'similarityMatrix: expected data for shape [2, 2, 2], got 3 voxels',
    )
    expect((await similarityMatrix([], { measure: 'mi' })).size).toBe(0)
  })
})

test('volumeScores are means over the others', () => {
  expect([...volumeScores(matrix)].map((score) => score.toFixed(4))).toEqual([
    '0.5250',
    '0.4750',
    '0.5000',
    '0.2000',
    '0.1000',
  ])
})

describe('selectProxyData', () => {
  const select = (strategy: 'diverse' | 'representative' | 'greedy-cover', budget = 5) =>
    selectProxyData(matrix, { strategy, budget })

  test('orders by score, lowest first for diverse and highest first for representative', () => {
    expect(select('diverse')).toEqual([4, 3, 1, 2, 0])
    expect(select('representative')).toEqual([0, 2, 1, 3, 4])
  })

  test('covers greedily from the most representative volume', () => {
    // After 0 and 4 the nearest chosen one is 0.9 (1), 0.8 (2) and 0.3 (3) away in similarity.
    expect(select('greedy-cover')).toEqual([0, 4, 3, 2, 1])
  })

  test('spends a budget of one volume on the extreme one', () => {
    expect([select('diverse', 1), select('representative', 1), select('greedy-cover', 1)]).toEqual([[4], [0], [0]])
  })

  test('decides ties by the lower index', () => {
    const equal = { size: 4, values: new Float64Array(16).fill(0.5) }
    for (const strategy of ['diverse', 'representative', 'greedy-cover'] as const) {
      expect(selectProxyData(equal, { strategy, budget: 3 })).toEqual([0, 1, 2])
    }
  })

  test('draws random subsets that repeat with the seed and differ between seeds', () => {
    const draw = (seed: number) => selectProxyData(matrix, { strategy: 'random', budget: 3, rng: createRng(seed) })
    expect(draw(1)).toEqual(draw(1))
    expect(new Set(Array.from({ length: 20 }, (_, seed) => draw(seed).join())).size).toBeGreaterThan(10)
  })

  test('gives distinct volumes, and for a smaller budget the beginning of the same list', () => {
    const strategies = fc.constantFrom('diverse', 'representative', 'greedy-cover', 'random')
    const setups = fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer(), strategies)
    fc.assert(
      fc.property(setups, ([size, seed, strategy]) => {
        const rng = createRng(seed)
        const values = new Float64Array(size * size)
        for (let i = 0; i < size; i++) {
          for (let j = 0; j <= i; j++) values[i * size + j] = values[j * size + i] = rng.uniform()
        }
        const choose = (budget: number) =>
          selectProxyData({ size, values }, { strategy, budget, rng: createRng(seed).split('select') })
        const all = choose(size)
        expect([...all].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i))
        for (let budget = 1; budget < size; budget++) expect(choose(budget)).toEqual(all.slice(0, budget))
      }),
    )
  })

  test('reads budgets as counts or shares', () => {
    expect(budgetCount(3, 10)).toBe(3)
    expect(budgetCount(0.25, 10)).toBe(3)
    expect(budgetCount(0.01, 10)).toBe(1)
    expect(budgetCount(1, 10)).toBe(1)
    expect(select('diverse', 0.4)).toEqual([4, 3])
  })

  test('refuses budgets that no selection can meet', () => {
    for (const budget of [0, -1, 6, 1.5, NaN]) {
      expect(() => select('diverse', budget)).toThrow(
        new RangeError(`selectProxyData: expected a budget of 1 to 5 volumes or a share below 1, got ${budget}`),
      )
    }
  })

  test('refuses a NaN similarity, a single volume, values that do not fit, and random without rng', () => {
    const values = new Float64Array(9)
    values[5] = NaN
    const options = { budget: 1, strategy: 'diverse' } as const
    expect(() => selectProxyData({ size: 3, values }, options)).toThrow(
      new RangeError('selectProxyData: expected a similarity of volumes 1 and 2, got NaN'),
    )
    expect(() => volumeScores({ size: 1, values: new Float64Array(1) })).toThrow(
      new RangeError('volumeScores: expected at least 2 volumes, got 1'),
    )
    expect(() => selectProxyData({ size: 1, values: new Float64Array(1) }, options)).toThrow(
      new RangeError('selectProxyData: expected at least 2 volumes, got 1'),
    )
    expect(() => volumeScores({ size: 2, values: new Float64Array(3) })).toThrow(
      new RangeError('volumeScores: expected 4 values for 2 volumes, got 3'),
    )
    expect(() => selectProxyData(matrix, { budget: 1, strategy: 'random' })).toThrow(
      new TypeError('selectProxyData: expected an rng for strategy random, got none'),
    )
  })

  test('ignores the diagonal', () => {
    const values = Float64Array.from(matrix.values, (value, k) => (k % 6 === 0 ? NaN : value))
    expect(selectProxyData({ size: 5, values }, { budget: 5, strategy: 'greedy-cover' })).toEqual(
      select('greedy-cover'),
    )
  })
})
