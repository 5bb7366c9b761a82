import { createRng } from '@leanvox/random'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import fixture from '../fixtures/statistics.json' with { type: 'json' }
import { indicatorColumns, logisticRegression } from './index.ts'

const columnsOf = (rows: readonly (readonly number[])[]) =>
  Object.fromEntries(rows[0].map((_, j) => [`column ${j}`, rows.map((row) => row[j])]))

describe('logisticRegression', () => {
  test.each(fixture.logistic)('agrees with the maximum that scipy.optimize finds: $name', ({ x, y, ...expected }) => {
    const { terms, separated, logLikelihood, likelihoodRatio } = logisticRegression({ x: columnsOf(x), y })
    expect(separated).toEqual([])
    expect(terms.map(({ name }) => name)).toEqual(['intercept', ...Object.keys(columnsOf(x))])
    const close = (value: number, wanted: number) => expect(value / wanted).toBeCloseTo(1, 5)
    terms.forEach((term, j) => {
      close(term.coefficient, expected.coefficients[j])
      close(term.standardError, expected.standardErrors[j])
      close(term.p, expected.p[j])
      close(Math.log(term.oddsRatio), Math.log(expected.oddsRatios[j]))
      close(Math.log(term.low), Math.log(expected.low[j]))
      close(Math.log(term.high), Math.log(expected.high[j]))
    })
    expect(logLikelihood).toBeCloseTo(expected.logLikelihood, 8)
    close(likelihoodRatio.p, expected.likelihoodRatioP)
  })

  test('of one 0/1 column is the odds ratio of the table, with the errors of Woolf', () => {
    const [a, b, c, d] = [12, 5, 7, 19] // with: 12 hard, 5 not; without: 7 hard, 19 not
    const repeat = (count: number, value: number) => Array.from({ length: count }, () => value)
    const x = { exposed: [...repeat(a + b, 1), ...repeat(c + d, 0)] }
    const y = [...repeat(a, 1), ...repeat(b, 0), ...repeat(c, 1), ...repeat(d, 0)]
    const [intercept, exposed] = logisticRegression({ x, y }).terms
    expect(exposed.oddsRatio).toBeCloseTo((a * d) / (b * c), 9)
    expect(exposed.standardError).toBeCloseTo(Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d), 9)
    expect(intercept.oddsRatio).toBeCloseTo(c / d, 9)
  })

  test('changing the unit of a column changes its coefficient and nothing else', () => {
    const rng = createRng(2)
    const age = Array.from({ length: 80 }, () => 20 + rng.integer(60))
    const y = age.map((value) => (rng.uniform() < value / 100 ? 1 : 0))
    const years = logisticRegression({ x: { age }, y })
    const days = logisticRegression({ x: { age: age.map((value) => 365 * value) }, y })
    expect(days.terms[1].coefficient * 365).toBeCloseTo(years.terms[1].coefficient, 9)
    expect(days.terms[1].p).toBeCloseTo(years.terms[1].p, 9)
    expect(days.terms[0].coefficient).toBeCloseTo(years.terms[0].coefficient, 7)
    expect(days.logLikelihood).toBeCloseTo(years.logLikelihood, 9)
  })

  test('the score is zero at the fit: residuals are orthogonal to every column', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rng = createRng(seed)
        const a = Array.from({ length: 60 }, rng.normal)
        const y = a.map((value) => (rng.uniform() < 1 / (1 + Math.exp(-0.5 * value)) ? 1 : 0))
        if (new Set(y).size < 2) return
        const { terms, separated } = logisticRegression({ x: { a }, y })
        if (separated.length > 0) return
        const residuals = a.map(
          (value, i) => y[i] - 1 / (1 + Math.exp(-terms[0].coefficient - terms[1].coefficient * value)),
        )
        expect(residuals.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 4)
        expect(residuals.reduce((sum, one, i) => sum + one * a[i], 0)).toBeCloseTo(0, 4)
      }),
      { numRuns: 30 },
    )
  })

  test('a level that is always hard is flagged, and the others are as without its rows', () => {
    const rng = createRng(9)
    const age = Array.from({ length: 200 }, () => 20 + rng.integer(60))
    const acral = age.map((_, i) => (i < 4 ? 1 : 0))
    const y = age.map((value, i) => (i < 4 || rng.uniform() < value / 150 ? 1 : 0))
    const fit = logisticRegression({ x: { age, acral }, y })
    expect(fit.separated).toEqual(['acral'])
    expect(fit.terms[2]).toMatchObject({ name: 'acral', coefficient: Infinity, oddsRatio: Infinity, p: NaN, low: NaN })
    const rest = logisticRegression({ x: { age: age.slice(4) }, y: y.slice(4) })
    for (const j of [0, 1]) {
      expect(fit.terms[j].coefficient).toBeCloseTo(rest.terms[j].coefficient, 5)
      expect(fit.terms[j].standardError).toBeCloseTo(rest.terms[j].standardError, 5)
    }
    expect(fit.logLikelihood).toBeCloseTo(rest.logLikelihood, 6)
    const never = logisticRegression({ x: { age, acral }, y: y.map((value, i) => (i < 4 ? 0 : value)) })
    expect(never.terms[2]).toMatchObject({ coefficient: -Infinity, oddsRatio: 0 })
  })

  test('a threshold that tells the classes apart is flagged as complete separation', () => {
    const size = Array.from({ length: 30 }, (_, i) => i)
    const fit = logisticRegression({ x: { size }, y: size.map((value) => (value > 14 ? 1 : 0)) })
    expect(fit.separated).toEqual(['intercept', 'size'])
    expect(fit.terms[1].oddsRatio).toBe(Infinity)
    expect(fit.logLikelihood).toBeCloseTo(0, 6)
  })

  test('a strong but finite effect is not flagged', () => {
    const size = Array.from({ length: 200 }, (_, i) => i)
    const y = size.map((value) => Number(value > 99))
    ;[y[99], y[100]] = [y[100], y[99]]
    expect(logisticRegression({ x: { size }, y }).separated).toEqual([])
  })

  test.each([
    ['logisticRegression: expected outcomes 0 or 1, got 2 at 3', { a: [1, 2, 3, 4] }, [0, 1, 0, 2]],
    ['logisticRegression: expected outcomes of both kinds, got only 1', { a: [1, 2, 3, 4] }, [1, 1, 1, 1]],
    ['logisticRegression: expected at least one column, got none', {}, [1, 0]],
    ['logisticRegression: expected more observations than the 2 coefficients, got 2', { a: [1, 2] }, [1, 0]],
    ['logisticRegression: expected 4 values in column a, got 3', { a: [1, 2, 3] }, [1, 0, 1, 0]],
    ['logisticRegression: expected finite values in column a, got NaN at 1', { a: [1, NaN, 3, 2] }, [1, 0, 1, 0]],
    ['logisticRegression: expected column a to vary, got only 7', { a: [7, 7, 7, 7] }, [1, 0, 1, 0]],
    [
      'logisticRegression: expected independent columns, got b that others determine',
      { a: [1, 0, 0, 1, 0], b: [0, 1, 1, 0, 1] },
      [1, 0, 1, 0, 0],
    ],
  ])('%s', (message, x, y) => {
    expect(() => logisticRegression({ x: x as Record<string, number[]>, y })).toThrow(new RangeError(message))
  })
})

describe('indicatorColumns', () => {
  test('makes a column of each level but the most frequent, missing values included', () => {
    const columns = indicatorColumns(['back', 'acral', null, 'back', '', 'face'], { name: 'site' })
    expect(columns).toEqual({
      'site: acral': Float64Array.of(0, 1, 0, 0, 0, 0),
      'site: face': Float64Array.of(0, 0, 0, 0, 0, 1),
      'site: missing': Float64Array.of(0, 0, 1, 0, 1, 0),
    })
  })

  test('compares with the level it is told', () => {
    expect(indicatorColumns(['a', 'b', 'b'], { name: 'x', reference: 'a' })).toEqual({
      'x: b': Float64Array.of(0, 1, 1),
    })
  })

  test('rows add up to 1 with the reference left out', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', null), { minLength: 1 }), (values) => {
        if (new Set(values).size < 2) return
        const columns = Object.values(indicatorColumns(values, { name: 'x' }))
        expect(columns.length).toBe(new Set(values).size - 1)
        values.forEach((_, i) => expect([0, 1]).toContain(columns.reduce((sum, column) => sum + column[i], 0)))
      }),
    )
  })

  test('refuses a single level and an unknown reference', () => {
    expect(() => indicatorColumns(['a', 'a'], { name: 'sex' })).toThrow(
      'indicatorColumns: expected at least 2 levels of sex, got 1',
    )
    expect(() => indicatorColumns(['a', 'b'], { name: 'sex', reference: 'c' })).toThrow(
      'indicatorColumns: expected a reference among a, b, got c',
    )
  })
})
