import { describe, expect, it, test } from 'vitest'
import { ageBand, variablesOf } from './subgroups.ts'
import type { Subject } from './subjects.ts'

const base: Subject = {
  id: 'a',
  age: null,
  sex: null,
  site: null,
  diagnosis: null,
  lesion: null,
  area: null,
  contrast: null,
}

test.each([
  [null, 'missing'],
  [0, 'under 30'],
  [29.9, 'under 30'],
  [30, '30 to 44'],
  [45, '45 and over'],
])('age %j is in the band %s', (age, band) => {
  expect(ageBand(age, [30, 45])).toBe(band)
})

describe('variablesOf', () => {
  const subjects = [10, 20, 30, 40, 50, 60, 70, null].map((age, i) => ({
    ...base,
    id: String(i),
    age,
    sex: i % 2 ? 'female' : null,
    area: i / 10,
  }))
  const variables = variablesOf(subjects, { ageBands: [30, 60], quantiles: 4 })

  it('keeps missing as a category, last', () => {
    const age = variables.find(({ name }) => name === 'age')
    expect(age?.categories).toEqual(['under 30', '30 to 59', '60 and over', 'missing'])
    expect(variables.find(({ name }) => name === 'sex')?.categories).toEqual(['female', 'missing'])
  })

  it('cuts area into groups of equal size', () => {
    const area = variables.find(({ name }) => name === 'area')!
    expect(area.categories).toEqual(['1 of 4 (smallest)', '2 of 4', '3 of 4', '4 of 4 (largest)'])
    const counts = area.categories.map((name) => subjects.filter((one) => area.categoryOf(one) === name).length)
    expect(counts).toEqual([2, 2, 2, 2])
  })

  it('leaves out a variable that tells nothing', () => {
    expect(variables.map(({ name }) => name)).toEqual(['age', 'sex', 'area'])
  })
})
