import { describe, expect, it } from 'vitest'
import { appearance, subjectOf } from './subjects.ts'

const grid = { shape: [1, 2, 2], spacing: [1, 1, 1], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] } as const
const planes = (red: number[], green: number[], blue: number[]) => Float32Array.of(...red, ...green, ...blue)

describe('appearance', () => {
  it('is the share of the lesion and the luminance outside minus inside', () => {
    const image = planes([0.5, 1, 1, 1], [0.5, 1, 1, 1], [0.5, 1, 1, 1])
    const { area, contrast } = appearance({ id: 'a', image, label: Uint8Array.of(1, 0, 0, 0), channels: 3, ...grid })
    expect(area).toBe(0.25)
    expect(contrast).toBeCloseTo(0.5, 6)
  })

  it('weighs red, green and blue as BT.601 does', () => {
    const image = planes([0, 1, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0])
    const label = Uint8Array.of(1, 0, 0, 0)
    expect(appearance({ id: 'a', image, label, channels: 3, ...grid }).contrast).toBeCloseTo(0.299, 6)
  })

  it('has no contrast where one side is empty, and nothing without a mask', () => {
    const image = new Float32Array(4)
    const one = { id: 'a', image, label: new Uint8Array(4), channels: 1, ...grid }
    expect(appearance(one)).toEqual({ area: 0, contrast: null })
    expect(appearance({ ...one, label: new Uint8Array(4).fill(1) })).toEqual({ area: 1, contrast: null })
    expect(appearance({ ...one, hasLabel: false })).toEqual({ area: null, contrast: null })
  })
})

describe('subjectOf', () => {
  const usual = { age: null, sex: null, site: null, diagnosis: null, lesion: null }
  const metadata = { age: '45', sex: null, site: 'back', diagnosis: 'nv', lesion: 'L1', other_site: 'face' }
  const one = { id: 'a', image: new Float32Array(4), label: new Uint8Array(4), channels: 1, ...grid, metadata }

  it('reads the usual names; what is missing stays missing', () => {
    expect(subjectOf(one, usual)).toMatchObject({ age: 45, sex: null, site: 'back', diagnosis: 'nv', lesion: 'L1' })
  })

  it('reads a configured column instead', () => {
    expect(subjectOf(one, { ...usual, site: 'other_site' }).site).toBe('face')
  })
})
