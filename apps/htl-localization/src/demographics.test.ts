import { createRng } from '@leanvox/random'
import { describe, expect, it } from 'vitest'
import { parseConfig } from './config.ts'
import { corrected, demographicsOf } from './demographics.ts'
import { variablesOf } from './subgroups.ts'
import type { Subject } from './subjects.ts'

const { analysis } = parseConfig({ analysis: { resamples: 300 } }, 'x')

function subjectsOf(count: number): Subject[] {
  const rng = createRng(4)
  return Array.from({ length: count }, (_, i) => ({
    id: String(i),
    age: rng.uniform() < 0.1 ? null : 20 + rng.integer(60),
    sex: ['female', 'male'][rng.integer(2)],
    site: rng.uniform() < 0.1 ? 'acral' : ['back', 'face'][rng.integer(2)],
    diagnosis: rng.uniform() < 0.1 ? null : 'nv',
    lesion: null,
    area: rng.uniform(),
    contrast: rng.uniform(),
  }))
}

const run = (subjects: Subject[], isHard: boolean[]) =>
  demographicsOf({ subjects, isHard }, { variables: variablesOf(subjects, analysis), analysis })

describe('demographicsOf', () => {
  const subjects = subjectsOf(600)
  const rng = createRng(9)
  // Acral and small lesions are planted as hard; age, sex and diagnosis are not.
  const isHard = subjects.map(
    ({ site, area }) => rng.uniform() < (site === 'acral' ? 0.6 : 0.05) + (area! < 0.25 ? 0.3 : 0),
  )
  const found = run(subjects, isHard)
  const ratio = (variable: string, category: string) =>
    found.ratios.find((row) => row.variable === variable && row.category === category)!

  it('finds the planted groups over-represented, with small corrected p-values', () => {
    for (const row of [ratio('site', 'acral'), ratio('area', '1 of 4 (smallest)')]) {
      expect(row.ratio.low).toBeGreaterThan(1)
      expect(row.corrected).toBeLessThan(0.001)
    }
    expect(found.variables.find(({ variable }) => variable === 'sex')!.corrected).toBeGreaterThan(0.05)
  })

  it('is the share of the hard set over the share of the rest', () => {
    const row = ratio('site', 'acral')
    const hard = isHard.filter(Boolean).length
    expect(row.ratio.estimate).toBeCloseTo(row.hard / hard / (row.rest / (600 - hard)), 12)
    expect(row.hard + row.rest).toBe(subjects.filter(({ site }) => site === 'acral').length)
  })

  it('counts every image in every variable: missing is a category', () => {
    for (const { variable } of found.variables) {
      const rows = found.ratios.filter((row) => row.variable === variable)
      expect(rows.reduce((sum, { hard, rest }) => sum + hard + rest, 0)).toBe(600)
    }
    expect(ratio('age', 'missing').hard + ratio('age', 'missing').rest).toBe(
      subjects.filter(({ age }) => age === null).length,
    )
  })

  it('tells the planted groups apart in the regression too', () => {
    const odds = (term: string) => found.regression.find((row) => row.term === term)!
    expect(odds('site: acral').oddsRatio).toBeGreaterThan(5)
    expect(odds('area, one standard deviation').oddsRatio).toBeLessThan(0.8)
    expect(odds('site: acral').corrected).toBeLessThan(0.001)
    expect(odds('sex: male')?.p ?? odds('sex: female').p).toBeGreaterThan(0.01)
  })

  it('tests a small table exactly', () => {
    const few = subjects.map((one, i) => ({ ...one, site: i < 3 ? 'palm' : 'back' }))
    expect(run(few, isHard).ratios.find(({ category }) => category === 'palm')!.test).toBe('fisher')
  })

  it('leaves a column out that the others determine, and says so', () => {
    const doubled = subjects.map((one) => ({ ...one, diagnosis: one.sex }))
    const { regression, leftOut } = run(doubled, isHard)
    expect(leftOut).toHaveLength(1)
    expect(leftOut[0]).toMatch(/: the other columns determine it$/)
    expect(regression.length).toBeGreaterThan(4)
  })

  it('says why when there is nothing to fit', () => {
    const { regression, leftOut, ratios } = run(
      subjects.slice(0, 8),
      subjects.slice(0, 8).map((_, i) => i === 0),
    )
    expect(regression).toEqual([])
    expect(leftOut.at(-1)).toMatch(/^logisticRegression: expected/)
    expect(ratios.length).toBeGreaterThan(0)
  })
})

describe('corrected', () => {
  it('corrects the known p-values by Holm and leaves the others undefined', () => {
    expect(corrected([{ p: 0.01 }, { p: NaN }, { p: 0.04 }]).map((row) => row.corrected)).toEqual([0.02, NaN, 0.04])
  })
})
