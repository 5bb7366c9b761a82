import { describe, expect, test } from 'vitest'
import { EXAMPLE_ILLUSTRATION, EXAMPLE_INPUT, EXAMPLE_RESULTS } from '../test/example-results.ts'
import { runReport } from './page.ts'
import { resultsFile, resultsMarkdown } from './results-page.ts'
import { collectResults, overSeeds } from './results.ts'

const results = EXAMPLE_RESULTS

describe('collectResults', () => {
  test('has a row for every trained network and factor', () => {
    expect(results.rows).toHaveLength(10)
    expect(results.rows[0]).toEqual({
      ...{ method: 'sshn', phi: 0.25, seed: 0, dice: 0.9, validationDice: 0.89, multiplyAdds: 25e6, trainSeconds: 30 },
      ...{ trainMultiplyAdds: 1e12, milliseconds: 2.5, peakBytes: 2 ** 20 },
    })
  })

  test('averages over seeds and marks what is outside the training range', () => {
    const own = results.curve.filter(({ method }) => method === 'sshn')
    expect(own.map(({ phi, outOfRange }) => [phi, outOfRange])).toEqual([
      [0.25, false],
      [0.5, false],
      [1, true],
    ])
    expect(own[1].dice.mean).toBeCloseTo(0.96, 12)
    expect(own[1].dice.std).toBeCloseTo(Math.SQRT1_2 * 0.02, 12)
  })

  test('sums the networks that a curve needs, for each seed', () => {
    expect(results.costs.map(({ method, networks, seconds }) => [method, networks, seconds.mean])).toEqual([
      ['sshn', 1, 30],
      ['fixed', 2, 40],
    ])
  })

  test('leaves a seed out of the cost whose set is not complete', () => {
    const part = collectResults({ ...EXAMPLE_INPUT, results: EXAMPLE_INPUT.results.slice(0, 5) })
    const [, cost] = part.costs
    expect([cost.seconds.mean, cost.seconds.seeds]).toEqual([40, 1])
  })
})

test('overSeeds leaves undefined values out', () => {
  expect(overSeeds([0.5, null, 0.7])).toEqual({ mean: 0.6, std: expect.closeTo(0.1414, 4), seeds: 2 })
  expect(overSeeds([0.5])).toEqual({ mean: 0.5, std: null, seeds: 1 })
  expect(overSeeds([null])).toEqual({ mean: null, std: null, seeds: 0 })
})

describe('the results page', () => {
  const lines = resultsMarkdown(results).split('\n')

  test('tells Dice with deviation, the difference to Fixed, and cost ratios', () => {
    expect(lines).toContain('| 0.5 | 50.0 M | 0.960 (0.014) | 0.940 (0.000) |')
    expect(lines).toContain('| 0.5 | +0.0200 |')
    expect(lines).toContain('| sshn | 1 | 100 | 10 | 30.0 | 1.00e+12 | 0.75× | 0.50× | 1.50× | 1.00× |')
  })

  test('puts the paper’s figures beside the factors outside the range', () => {
    expect(lines).toContain('| φ | sshn | SSHN, paper |')
    expect(lines).toContain('| 1 | 0.710 (0.014) | 0.71 (0.09) |')
  })

  test('shows how the loss fell where it was kept, and nothing elsewhere', () => {
    expect(lines.join('\n')).not.toContain('Training loss')
    const kept = EXAMPLE_INPUT.results.map((result) => ({ ...result, losses: [0.8, 0.4, 0.3, 0.25, 0.2] }))
    const told = collectResults({ ...EXAMPLE_INPUT, results: kept })
    expect(told.losses).toHaveLength(kept.length)
    expect(resultsMarkdown(told)).toContain('| sshn | 0 | 0.800 | 0.400 | 0.300 | 0.250 | 0.200 |')
    const figures = (from: typeof told) =>
      runReport({ results: from, illustrations: {}, warnings: [], setAside: [] }).sections.flatMap(
        ({ figures = [] }) => figures,
      )
    expect(figures(told)).toHaveLength(figures(results).length + 1)
  })

  test('goes with a file that has the settings and every row', () => {
    const file = resultsFile(results, EXAMPLE_INPUT.config)
    expect(file.rows).toEqual(results.rows)
    expect(file.config).toEqual(EXAMPLE_INPUT.config)
  })
})

describe('the page', () => {
  test('leads with the main numbers', () => {
    const { highlights, title } = runReport({ results, illustrations: {}, warnings: ['one oddity'], setAside: [] })
    expect(title).toBe('One training, every cost: White blood cells, set 1')
    expect(highlights).toEqual([
      { label: 'SSHN Dice at φ = 0.5', value: '0.960' },
      { label: 'Training time against one U-Net', value: '1.50×', note: 'the paper reports about 1.8×' },
      { label: '… against the set of 2 Fixed', value: '0.75×' },
      { label: 'SSHN minus Fixed, worst φ', value: '0.000', note: 'Dice' },
    ])
  })

  test('has a slider with a stop for every factor when there are pictures', () => {
    const { sections } = runReport({
      results,
      illustrations: { sshn: EXAMPLE_ILLUSTRATION },
      warnings: [],
      setAside: [],
    })
    const [slider] = sections.flatMap(({ explorers = [] }) => explorers)
    expect(slider.stops).toEqual(['0.25', '0.5', '1 (outside the training range)'])
    expect(slider.start).toBe(1)
    expect(slider.facts[2].values).toEqual(['0.910', '0.960', '0.710'])
    expect(slider.pictures[0].notes).toEqual(['Dice –', 'Dice 1.000', 'Dice 0.750'])
  })
})
