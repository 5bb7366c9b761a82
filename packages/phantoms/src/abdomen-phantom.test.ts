import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { connectedComponents, foregroundBox, worldPosition } from '@leanvox/volume'
import { abdomenPhantom, sites, type AbdomenPhantom, type PhantomOptions, type SiteName } from './index.ts'

const names: SiteName[] = ['a', 'b', 'c']

function digest({ image, label }: AbdomenPhantom): string {
  // HU as 16-bit numbers, low byte first on any machine.
  const bytes = new DataView(new ArrayBuffer(2 * image.data.length))
  image.data.forEach((value, i) => bytes.setInt16(2 * i, value, true))
  return createHash('sha256').update(bytes).update(label.data).digest('hex')
}

test('the same options give the same bytes, today and on the day this hash was written', () => {
  const options: PhantomOptions = { seed: 7, case: 3, site: 'b', lesions: true }
  expect(digest(abdomenPhantom(options))).toBe(digest(abdomenPhantom({ ...options })))
  expect(digest(abdomenPhantom(options))).toBe('16274e6472b115bb24fd8f150093213bc95ab34e76e65e6ae99777c28dab25e5')
})

test('seed, case and site each give another patient', () => {
  const base = { seed: 1, case: 0, site: 'a' } as const
  const all = [base, { ...base, seed: 2 }, { ...base, case: 1 }, { ...base, site: 'c' } as const]
  const labels = all.map((options) => abdomenPhantom(options).label.data.join(''))
  expect(new Set(labels).size).toBe(4)
})

test('the default grid is 32 x 48 x 48 voxels of 3 x 2 x 2 mm, centred on the world origin', () => {
  const { image, label, id } = abdomenPhantom({ seed: 1 })
  expect(image.shape).toEqual([32, 48, 48])
  expect(image.spacing).toEqual([3, 2, 2])
  expect(worldPosition(image.affine, [15.5, 23.5, 23.5])).toEqual([0, 0, 0])
  expect(label.affine).toEqual(image.affine)
  expect(id).toBe('a-000')
})

test.each(names)('site %s shows air outside, bone and one organ on the left, in whole HU', (site) => {
  for (let number = 0; number < 4; number++) {
    const { image, label, difficulty } = abdomenPhantom({ seed: 5, case: number, site })
    expect(image.data.every((value) => Number.isInteger(value) && value >= -1024)).toBe(true)
    expect(image.data[0]).toBeLessThan(-800)
    expect(image.data.reduce((high, value) => Math.max(high, value), 0)).toBeGreaterThan(300)
    const parts = connectedComponents(label)
    expect(Math.max(...parts.sizes) / difficulty.organVoxels).toBeGreaterThan(0.95)
    const { start, size } = foregroundBox(label)
    expect(start[2] + size[2] / 2).toBeLessThan(24) // low x is the patient's left
    expect(new Set(label.data)).toEqual(new Set([0, 1]))
  }
})

/** Dice of the best interval of intensities, in steps of 4 HU. */
function bestThresholdDice({ image, label }: AbdomenPhantom): number {
  const bins = 800
  const all = new Float64Array(bins + 1)
  const organ = new Float64Array(bins + 1)
  image.data.forEach((value, i) => {
    const bin = Math.min(bins - 1, Math.floor((value + 1024) / 4))
    all[bin + 1]++
    organ[bin + 1] += label.data[i]
  })
  for (let bin = 1; bin <= bins; bin++) {
    all[bin] += all[bin - 1]
    organ[bin] += organ[bin - 1]
  }
  let best = 0
  for (let low = 200; low < 400; low++) {
    for (let high = low + 1; high < 400; high++) {
      const overlap = organ[high] - organ[low]
      best = Math.max(best, (2 * overlap) / (organ[bins] + all[high] - all[low]))
    }
  }
  return best
}

test.each(names)('no threshold finds the organ of site %s: the best interval stays below a Dice of 0.6', (site) => {
  const scores = Array.from({ length: 6 }, (_, number) =>
    bestThresholdDice(abdomenPhantom({ seed: 9, case: number, site })),
  )
  expect(Math.max(...scores)).toBeLessThan(0.6)
  expect(Math.min(...scores)).toBeGreaterThan(0.05) // the measure itself works
})

test("noise is the site's: two images that differ in noise only differ by its deviation", () => {
  const noisy = abdomenPhantom({ seed: 4, site: sites.b })
  const silent = abdomenPhantom({ seed: 4, site: { ...sites.b, noise: 0 } })
  const errors = [...noisy.image.data]
    .map((value, i) => value - silent.image.data[i])
    .filter((_, i) => silent.image.data[i] > -800)
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
  const deviation = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length)
  expect(Math.abs(mean)).toBeLessThan(0.5)
  expect(Math.abs(deviation - 24)).toBeLessThan(0.5)
  expect(noisy.label.data).toEqual(silent.label.data)
  expect(silent.difficulty.contrastToNoise).toBe(Infinity)
})

test('the organ shift, gain and offset of a site reach the organ', () => {
  const plain = { ...sites.a, noise: 0, blurMm: 0, sliceBlurMm: 0 }
  const organMean = (site: typeof plain) => {
    const { image, label } = abdomenPhantom({ seed: 4, site })
    const values = [...image.data].filter((_, i) => label.data[i] === 1)
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  const base = organMean(plain)
  expect(organMean({ ...plain, organShift: 30 })).toBeCloseTo(base + 30, 0)
  expect(organMean({ ...plain, gain: 1.5, offset: 10 })).toBeCloseTo(1.5 * base + 10, 0)
})

test('difficulty counts the label map and measures contrast on the noise-free image', () => {
  const site = { ...sites.a, noise: 0 }
  const { image, label, difficulty } = abdomenPhantom({ seed: 2, case: 1, site, lesions: true })
  const mean = (of: number) => {
    const values = [...image.data].filter((_, i) => label.data[i] === of)
    return { count: values.length, mean: values.reduce((sum, value) => sum + value, 0) / values.length }
  }
  expect(difficulty.organVoxels).toBe(mean(1).count)
  expect(difficulty.lesionVoxels).toBe(mean(2).count)
  expect(difficulty.organMm3).toBe(12 * mean(1).count)
  expect(difficulty.lesionContrast).toBeCloseTo(mean(2).mean - mean(1).mean, 0)
  expect(difficulty.contrast).toBeGreaterThan(0)
})

test('lesions take voxels from the organ and nothing else changes', () => {
  for (let number = 0; number < 8; number++) {
    const healthy = abdomenPhantom({ seed: 6, case: number })
    const ill = abdomenPhantom({ seed: 6, case: number, lesions: true })
    expect(ill.difficulty.lesionVoxels).toBeGreaterThan(0)
    expect(ill.difficulty.lesionContrast).toBeLessThan(0)
    expect(ill.label.data.map((value) => Math.min(value, 1))).toEqual(healthy.label.data)
    expect(healthy.difficulty.lesionVoxels).toBe(0)
    expect(healthy.difficulty.lesionContrast).toBe(NaN)
  }
})

test('the smallest grid and an anisotropic one hold an organ', () => {
  for (let number = 0; number < 8; number++) {
    expect(abdomenPhantom({ seed: 1, case: number, shape: [4, 16, 16] }).difficulty.organVoxels).toBeGreaterThan(0)
  }
  const flat = abdomenPhantom({ seed: 1, shape: [10, 40, 60], spacing: [8, 1.5, 1] })
  expect(flat.image.data.length).toBe(24_000)
  expect(flat.difficulty.organVoxels).toBeGreaterThan(100)
})

test.each<[string, Partial<PhantomOptions>]>([
  ["abdomenPhantom: expected site 'a', 'b' or 'c' or its settings, got 'z'", { site: 'z' as SiteName }],
  ['abdomenPhantom: expected shape of at least [4, 16, 16], got [1, 48, 48]', { shape: [1, 48, 48] }],
  ['abdomenPhantom: expected shape of at least [4, 16, 16], got [32, 48.5, 48]', { shape: [32, 48.5, 48] }],
  ['abdomenPhantom: expected case to be a whole number >= 0, got -1', { case: -1 }],
  ['createVolume: expected spacing of three positive finite numbers, got [0, 1, 1]', { spacing: [0, 1, 1] }],
  [
    'abdomenPhantom: expected a site with finite numbers, gain > 0 and no negative noise or blur, got ' +
      '{"name":"a","organShift":0,"noise":-1,"blurMm":1,"sliceBlurMm":1.5,"gain":1,"offset":0}',
    { site: { ...sites.a, noise: -1 } },
  ],
])('%s', (message, options) => {
  expect(() => abdomenPhantom({ seed: 1, ...options })).toThrow(new RangeError(message))
})
