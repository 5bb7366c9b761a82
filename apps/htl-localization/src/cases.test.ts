import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitSubjects } from './cases.ts'
import { parseConfig } from './config.ts'
import type { Subject } from './subjects.ts'

const config = parseConfig({}, 'x')
const base: Subject = {
  id: '',
  age: null,
  sex: null,
  site: null,
  diagnosis: null,
  lesion: null,
  area: 0.1,
  contrast: 0.1,
}
const split = (subjects: Subject[]) => splitSubjects(subjects, { data: '/data', config })

describe('splitSubjects', () => {
  it('never has images of one lesion on two sides, whatever the lesions', () => {
    const lesion = fc.option(fc.integer({ min: 0, max: 8 }).map(String))
    const diagnosis = fc.option(fc.constantFrom('nv', 'mel'))
    fc.assert(
      fc.property(fc.array(fc.record({ lesion, diagnosis }), { minLength: 40, maxLength: 80 }), (rows) => {
        const subjects = rows.map((row, i) => ({ ...base, ...row, id: `i${i}` }))
        const { train, validation, test } = split(subjects).split
        const parts = [train, validation, test]
        const lesions = parts.map(
          (ids) => new Set(ids.flatMap((id) => subjects.find((one) => one.id === id)?.lesion ?? [])),
        )
        for (const [i, a] of lesions.entries()) {
          for (const b of lesions.slice(i + 1)) expect([...a].filter((name) => b.has(name))).toEqual([])
        }
        expect(parts.flat().sort()).toEqual(subjects.map(({ id }) => id).sort())
      }),
      { numRuns: 25 },
    )
  })

  it('tells of a diagnosis that is on one side only', () => {
    const subjects = Array.from({ length: 40 }, (_, i) => ({ ...base, id: `i${i}`, diagnosis: i === 0 ? 'df' : 'nv' }))
    expect(split(subjects).warnings).toEqual(['split: "df" has 1 group and is in train only'])
  })

  it('refuses a split that a large lesion makes impossible', () => {
    const subjects = Array.from({ length: 12 }, (_, i) => ({ ...base, id: `i${i}`, lesion: 'L' }))
    expect(() => split(subjects)).toThrow(
      new RangeError(
        '/data: expected enough images for at least 2 training, 1 validation and 1 test images, got 12 usable with a mask',
      ),
    )
  })
})
