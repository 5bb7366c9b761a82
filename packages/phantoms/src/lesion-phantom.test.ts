import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { lesionPhantom, type LesionPhantom, type LesionPhantomOptions } from './index.ts'

const shape = [1, 32, 32] as const
const many = (count: number, options: Omit<LesionPhantomOptions, 'seed' | 'case'> = {}) =>
  Array.from({ length: count }, (_, number) => lesionPhantom({ seed: 4, case: number, shape, ...options }))
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function digest({ image, label, metadata }: LesionPhantom): string {
  const bytes = Uint8Array.from(image, (value) => Math.round(255 * value))
  return createHash('sha256').update(bytes).update(label).update(JSON.stringify(metadata)).digest('hex')
}

test('the same options give the same bytes, today and on the day this hash was written', () => {
  const shares = { small: 1, rareSite: 1, hair: 1, vignette: 1 }
  expect(digest(lesionPhantom({ seed: 7, case: 3, shares }))).toBe(
    '71d7164097f955d8e549ef903a235599e8c00e47a5e5c46600cd53c72ea6f743',
  )
})

test('shares are shares: 400 cases come within three standard errors of them', () => {
  const shares = { small: 0.2, lowContrast: 0.3, rareSite: 0.1, hair: 0.5, vignette: 0.25 }
  const cases = many(400, { shares, shape: [1, 16, 16] })
  const off = (share: number, belongs: (one: LesionPhantom) => boolean) =>
    Math.abs(mean(cases.map((one) => Number(belongs(one)))) - share) / Math.sqrt((share * (1 - share)) / 400)
  expect(off(0.2, ({ hard }) => hard.small)).toBeLessThan(3)
  expect(off(0.3, ({ hard }) => hard.lowContrast)).toBeLessThan(3)
  expect(off(0.1, ({ hard }) => hard.rareSite)).toBeLessThan(3)
  expect(off(0.5, ({ hair }) => hair)).toBeLessThan(3)
  expect(off(0.25, ({ vignette }) => vignette)).toBeLessThan(3)
})

test('a larger share of one group turns cases over and leaves the other facts alone', () => {
  const [few, more] = [0.2, 0.6].map((small) => many(60, { shares: { small } }))
  expect(few.every(({ hard }, i) => !hard.small || more[i].hard.small)).toBe(true)
  expect(few.filter(({ hard }) => hard.small).length).toBeLessThan(more.filter(({ hard }) => hard.small).length)
  few.forEach((one, i) => {
    const { hard, ...facts } = more[i]
    expect(facts.metadata).toEqual(one.metadata)
    expect({ ...hard, small: one.hard.small }).toEqual(one.hard)
    if (hard.small === one.hard.small) expect(more[i]).toEqual(one)
  })
})

test('small lesions have about a tenth of the area, low contrast about a third of the contrast', () => {
  const plain = { small: 0, lowContrast: 0, rareSite: 0 }
  const usual = many(30, { shares: plain })
  const small = many(30, { shares: { ...plain, small: 1 } })
  const pale = many(30, { shares: { ...plain, lowContrast: 1 } })
  const area = mean(small.map(({ difficulty }, i) => difficulty.lesionPixels / usual[i].difficulty.lesionPixels))
  const contrast = mean(pale.map(({ difficulty }, i) => difficulty.contrast / usual[i].difficulty.contrast))
  expect(Math.abs(area - 0.32 ** 2)).toBeLessThan(0.01)
  expect(Math.abs(contrast - 0.28)).toBeLessThan(0.06)
  expect(small.every(({ label }) => label.includes(1))).toBe(true)
  expect(pale.map(({ label }) => label)).toEqual(usual.map(({ label }) => label))
})

test('acral is the site of exactly the rare cases, and its skin has ridges', () => {
  const cases = many(20, { shares: { rareSite: 0.5, hair: 0, vignette: 0 }, shape: [1, 64, 64] })
  expect(cases.every(({ metadata, hard }) => (metadata.site === 'acral') === hard.rareSite)).toBe(true)
  // Ridges show as larger differences between green neighbours on skin.
  const roughness = ({ image, label }: LesionPhantom) => {
    const skin = [...label.keys()].filter((i) => i % 64 && !label[i] && !label[i - 1])
    return mean(skin.map((i) => (image[64 * 64 + i] - image[64 * 64 + i - 1]) ** 2))
  }
  const roughnessWhere = (rare: boolean) => mean(cases.filter(({ hard }) => hard.rareSite === rare).map(roughness))
  expect(roughnessWhere(true)).toBeGreaterThan(1.3 * roughnessWhere(false))
})

test('hair and vignette change the image and nothing else', () => {
  const shares = { hair: 0, vignette: 0 }
  const clean = lesionPhantom({ seed: 5, shares })
  for (const distractor of [{ hair: 1 }, { vignette: 1 }]) {
    const disturbed = lesionPhantom({ seed: 5, shares: { ...shares, ...distractor } })
    expect(disturbed.label).toEqual(clean.label)
    expect(disturbed.difficulty).toEqual(clean.difficulty)
    expect(mean([...disturbed.image])).toBeLessThan(mean([...clean.image]))
  }
})

test('metadata is complete by default and null where missing, in each column by itself', () => {
  const complete = many(50, { shape: [1, 16, 16] })
  const partial = many(50, { shape: [1, 16, 16], shares: { missing: 0.5 } })
  for (const column of ['age', 'sex', 'site', 'diagnosis'] as const) {
    expect(complete.every(({ metadata }) => metadata[column] !== null)).toBe(true)
    const missing = partial.filter(({ metadata }) => metadata[column] === null).length
    expect(Math.abs(missing - 25)).toBeLessThan(11)
    partial.forEach(({ metadata }, i) => expect([null, complete[i].metadata[column]]).toContain(metadata[column]))
  }
  expect(new Set(complete.map(({ metadata }) => metadata.sex))).toEqual(new Set(['female', 'male']))
  expect(complete.every(({ metadata }) => Number(metadata.age) % 5 === 0 && Number(metadata.age) >= 15)).toBe(true)
})

test.each([
  ['lesionPhantom: expected a share of small between 0 and 1, got 1.5', { shares: { small: 1.5 } }],
  ['lesionPhantom: expected a share of missing between 0 and 1, got NaN', { shares: { missing: NaN } }],
  ['lesionPhantom: expected case to be a whole number >= 0, got -1', { case: -1 }],
])('%s', (message, options) => {
  expect(() => lesionPhantom({ seed: 1, ...options })).toThrow(new RangeError(message))
})
