import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { createRng } from '@leanvox/random'
import type { Shape3 } from '@leanvox/volume'
import { augmentationSettings } from '../augmentation/settings.ts'
import { toBatch } from './batch.ts'
import { foregroundIndex } from './foreground-index.ts'
import { foregroundBox, randomBox } from './patch-location.ts'
import { patchSampler } from './patch-sampler.ts'
import { patchShape } from './patch-size.ts'
import { extractPatch } from './patch.ts'
import { checkCases, type PreparedCase } from './prepared-case.ts'

/** Image values are voxel numbers (plus 1000 a channel); labels as given or zero. */
function numbered(
  id: string,
  shape: Shape3,
  { channels = 1, label }: { channels?: number; label?: number[] } = {},
): PreparedCase {
  const voxels = shape[0] * shape[1] * shape[2]
  const image = Float32Array.from({ length: voxels * channels }, (_, i) => (i % voxels) + 1000 * Math.floor(i / voxels))
  const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  return {
    id,
    image,
    label: label ? Uint8Array.from(label) : new Uint8Array(voxels),
    shape,
    spacing: [1, 1, 1],
    affine,
    channels,
  }
}

describe('extractPatch', () => {
  test('copies the box of every channel', () => {
    const patch = extractPatch(numbered('a', [2, 3, 4], { channels: 2 }), { start: [1, 1, 2], size: [1, 2, 2] })
    expect([...patch.image]).toEqual([18, 19, 22, 23, 1018, 1019, 1022, 1023])
  })

  test('is zero outside the image', () => {
    const source = numbered('a', [1, 2, 2], { label: [1, 2, 3, 4] })
    const patch = extractPatch(source, { start: [-1, -1, 1], size: [2, 3, 2] })
    expect([...patch.label]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 4, 0])
    expect([...patch.image]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 3, 0])
  })

  test('is all zero for a box that misses the image', () => {
    const patch = extractPatch(numbered('a', [2, 2, 2]), { start: [0, 5, -9], size: [2, 2, 2] })
    expect([...patch.image]).toEqual(new Array(8).fill(0))
  })
})

describe('locations', () => {
  test('random boxes reach every start with equal chance', () => {
    const rng = createRng(1)
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < 4000; i++) counts[randomBox([1, 1, 5], { size: [1, 1, 2], rng }).start[2]]++
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120) // 4 standard deviations
  })

  test('a foreground box lies inside the image and holds its voxel, for every shape', () => {
    const length = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(fc.tuple(length, length, length), fc.tuple(length, length, length), fc.nat(), (shape, size, pick) => {
        const voxels = shape[0] * shape[1] * shape[2]
        const label = new Uint8Array(voxels)
        label[pick % voxels] = 3
        const box = foregroundBox(shape, { foreground: foregroundIndex(label), size, rng: createRng(pick) })
        const source = numbered('a', shape, { label: [...label] })
        expect(extractPatch(source, box).label.filter((value) => value === 3)).toHaveLength(1)
        shape.forEach((extent, axis) => {
          const room = extent - size[axis]
          expect(box.start[axis]).toBeGreaterThanOrEqual(Math.min(0, room))
          expect(box.start[axis]).toBeLessThanOrEqual(Math.max(0, room))
        })
      }),
    )
  })

  test('a rare label is centred on as often as a common one', () => {
    const label = new Uint8Array(1000).fill(1)
    label[777] = 2
    const foreground = foregroundIndex(label)
    expect(foreground.labels).toEqual([1, 2])
    const rng = createRng(4)
    let rare = 0
    for (let i = 0; i < 2000; i++) {
      const { start } = foregroundBox([1, 1, 1000], { foreground, size: [1, 1, 1], rng })
      if (start[2] === 777) rare++
    }
    expect(Math.abs(rare - 1000)).toBeLessThan(90)
  })

  test('without foreground the box is anywhere', () => {
    const foreground = foregroundIndex(new Uint8Array(8))
    expect(foregroundBox([2, 2, 2], { foreground, size: [4, 2, 2], rng: createRng(1) }).start).toEqual([-1, 0, 0])
  })
})

describe('toBatch', () => {
  test('puts channels last', () => {
    const box = { start: [0, 0, 0], size: [1, 1, 2] } as const
    const patch = extractPatch(numbered('a', [1, 1, 2], { channels: 2, label: [0, 1] }), box)
    const batch = toBatch([patch, patch])
    expect([...batch.images]).toEqual([0, 1000, 1, 1001, 0, 1000, 1, 1001])
    expect([...batch.labels]).toEqual([0, 1, 0, 1])
  })

  test('refuses patches of different sizes', () => {
    const cut = (width: number) => extractPatch(numbered('a', [1, 1, 4]), { start: [0, 0, 0], size: [1, 1, width] })
    expect(() => toBatch([cut(2), cut(3)])).toThrow(
      'toBatch: expected patches of shape [1,1,2] with 1 channels, got [1,1,3]',
    )
  })
})

describe('patchSampler', () => {
  const cases = ['a', 'b', 'c'].map((id, i) => {
    const one = numbered(id, [4, 4, 4], { label: Array.from({ length: 64 }, (_, voxel) => (voxel === 21 ? 1 : 0)) })
    return { ...one, image: one.image.fill(i + 1) }
  })
  const sampler = (
    options: { batchSize?: number; patchesPerCase?: number; foregroundFraction?: number; seed?: number } = {},
  ) => patchSampler({ cases, patchSize: [1, 1, 1], rng: createRng(options.seed ?? 5), ...options })

  test('an epoch meets every case patchesPerCase times', () => {
    const { stepsPerEpoch, batch } = sampler({ batchSize: 3, patchesPerCase: 2 })
    expect(stepsPerEpoch).toBe(2)
    const seen = [...batch(0, 0).images, ...batch(0, 1).images]
    expect(seen.sort()).toEqual([1, 1, 2, 2, 3, 3])
  })

  test('the last batch is full', () => {
    const { stepsPerEpoch, batch } = sampler({ batchSize: 2 })
    expect(stepsPerEpoch).toBe(2)
    expect(batch(0, 1).size).toBe(2)
  })

  test.each([0, 0.25, 1 / 3, 0.5, 1])('a share of %f of the patches holds foreground, over any run', (fraction) => {
    const { batch } = sampler({ foregroundFraction: fraction, batchSize: 3 })
    let patches = 0
    for (let epoch = 0; epoch < 40; epoch++) patches += batch(epoch, 0).labels.filter((label) => label === 1).length
    // Random patches of one voxel meet the foreground once in 64 times.
    expect(patches).toBeGreaterThanOrEqual(Math.floor(120 * fraction))
    expect(patches).toBeLessThanOrEqual(120 * fraction + 8)
  })

  test('a batch depends on seed, epoch and step only, not on what was asked before', () => {
    const first = sampler({ batchSize: 2 })
    for (let i = 0; i < 5; i++) first.batch(i, 0)
    expect(first.batch(3, 1)).toEqual(sampler({ batchSize: 2 }).batch(3, 1))
    const many = { batchSize: 3, patchesPerCase: 4 }
    expect(sampler({ ...many, seed: 6 }).batch(0, 0).images).not.toEqual(
      sampler({ ...many, seed: 9 }).batch(0, 0).images,
    )
  })

  test('augmented batches repeat and keep the patch size, also when the patch is larger than the image', () => {
    const augmentation = augmentationSettings({ rotation: { probability: 1, range: [10, 10] } })
    const make = () => patchSampler({ cases, patchSize: [6, 5, 3], rng: createRng(2), augmentation })
    expect(make().batch(1, 2)).toEqual(make().batch(1, 2))
    expect(make().batch(1, 2).images).toHaveLength(90)
  })

  test('refuses what it cannot use', () => {
    expect(() => patchSampler({ cases: [], patchSize: [1, 1, 1], rng: createRng(1) })).toThrow(
      'patchSampler: expected at least one case, got 0',
    )
    expect(() => sampler({ foregroundFraction: 1.5 })).toThrow(
      'patchSampler: expected a foreground fraction in [0, 1], got 1.5',
    )
  })
})

test('patchShape reads 2D sizes as depth 1', () => {
  expect(patchShape([8, 9], 2)).toEqual([1, 8, 9])
  expect(patchShape([7, 8, 9], 3)).toEqual([7, 8, 9])
  expect(() => patchShape([7, 8, 9], 2)).toThrow('patchShape: expected 2 whole sizes of at least 1, got [7,8,9]')
  expect(() => patchShape([0, 8, 9], 3)).toThrow('patchShape: expected 3 whole sizes of at least 1, got [0,8,9]')
})

test.each([
  [{ hasLabel: false }, 'expected a label in case a, got none'],
  [{ channels: 2 }, 'expected 1 channels in case a, got 2'],
  [{ image: new Float32Array(7) }, 'expected 8 image values in case a, got 7'],
  [{ label: new Uint8Array(7) }, 'expected 8 label values in case a, got 7'],
  [{ label: new Uint8Array(8).fill(2) }, 'expected labels below 2 in case a, got 2'],
])('checkCases refuses %j', (change, message) => {
  const one = { ...numbered('a', [2, 2, 2]), ...change }
  expect(() => checkCases([one], { inChannels: 1, outChannels: 2 })).toThrow(`checkCases: ${message}`)
})

test('checkCases refuses an id used twice', () => {
  const one = numbered('a', [2, 2, 2])
  expect(() => checkCases([one, one], { inChannels: 1, outChannels: 2 })).toThrow(
    'checkCases: expected an id used once in case a, got a',
  )
})
