import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { createRng } from '@leanvox/random'
import type { Shape3 } from '@leanvox/volume'
import type { Patch } from '../patches/patch.ts'
import { affineMatrix, matrixReach } from './affine-matrix.ts'
import { affinePatch } from './affine-patch.ts'
import { applyAugmentation, augmentationMargin } from './apply-augmentation.ts'
import { drawAugmentation, type Augmentation } from './draw-augmentation.ts'
import { gaussianBlur } from './gaussian-blur.ts'
import { addNoise, changeBrightness, changeContrast, changeGamma, planeStatistics } from './intensity.ts'
import { augmentationSettings } from './settings.ts'

const scipy = JSON.parse(readFileSync(new URL('../../fixtures/scipy.json', import.meta.url), 'utf8')) as {
  shape: [number, number, number]
  image: number[]
  sigma: number
  blurred: number[]
  spacing: [number, number, number]
  rotation: number
  scale: number
  matrix: number[]
  transformed: number[]
}

const NOTHING: Augmentation = {
  flip: [false, false, false],
  affine: null,
  noise: null,
  blur: null,
  brightness: null,
  contrast: null,
  gamma: null,
}

function patchOf(shape: Shape3, value: (i: number) => number, channels = 1): Patch {
  const voxels = shape[0] * shape[1] * shape[2]
  const image = Float32Array.from({ length: voxels * channels }, (_, i) => value(i))
  return { image, label: Uint8Array.from({ length: voxels }, (_, i) => i % 3), shape, spacing: [1, 1, 1], channels }
}

const largestGap = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])))

describe('resampling', () => {
  const source = { ...patchOf(scipy.shape, (i) => scipy.image[i]), spacing: scipy.spacing }

  test('agrees with scipy on a rotated, zoomed, anisotropic patch', () => {
    const affine = { rotation: [scipy.rotation, 0, 0] as const, scale: scipy.scale }
    const matrix = affineMatrix(affine, { size: scipy.shape, spacing: scipy.spacing })
    expect(largestGap(matrix, scipy.matrix)).toBeLessThan(1e-12)
    const { image } = affinePatch(source, { matrix, size: scipy.shape })
    expect(largestGap(image, scipy.transformed)).toBeLessThan(1e-6)
  })

  test('the identity gives the patch back', () => {
    const same = applyAugmentation(source, { ...NOTHING, affine: { rotation: [0, 0, 0], scale: 1 } })
    expect(same.image).toEqual(source.image)
    expect(same.label).toEqual(source.label)
  })

  test('a quarter turn moves labels and image alike and makes no new label', () => {
    const patch = patchOf([1, 3, 3], (i) => i % 3)
    const turned = applyAugmentation(patch, { ...NOTHING, affine: { rotation: [Math.PI / 2, 0, 0], scale: 1 } })
    expect([...turned.label]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2])
    expect(largestGap(turned.image, turned.label)).toBeLessThan(1e-6)
  })

  test('a patch of depth 1 ignores turns out of its plane', () => {
    const patch = patchOf([1, 4, 4], (i) => i)
    const turned = applyAugmentation(patch, { ...NOTHING, affine: { rotation: [0, 1, 1], scale: 1 } })
    expect(turned.image).toEqual(patch.image)
  })

  test('with its margin a ramp stays a ramp up to the corners', () => {
    const size: Shape3 = [4, 5, 6]
    const affine = { rotation: [0.4, -0.2, 0.3] as const, scale: 0.8 }
    const augmentation = { ...NOTHING, affine }
    const margin = augmentationMargin(augmentation, { size, spacing: [1, 1, 1] })
    const [, h, w] = size.map((length, axis) => length + 2 * margin[axis])
    const shape: Shape3 = [size[0] + 2 * margin[0], h, w]
    const ramp = patchOf(shape, (i) => (i % w) - (w - 1) / 2)
    const { image } = applyAugmentation(ramp, augmentation, { size })
    const matrix = affineMatrix(affine, { size, spacing: [1, 1, 1] })
    const expected = Array.from(image, (_, i) => {
      const offset = [Math.floor(i / 30) - 1.5, (Math.floor(i / 6) % 5) - 2, (i % 6) - 2.5]
      return matrix[6] * offset[0] + matrix[7] * offset[1] + matrix[8] * offset[2]
    })
    expect(largestGap(image, expected)).toBeLessThan(1e-5)
  })

  test('reach counts the voxels that a zoom out reads beyond the box', () => {
    const matrix = affineMatrix({ rotation: [0, 0, 0], scale: 0.5 }, { size: [1, 5, 9], spacing: [1, 1, 1] })
    expect(matrixReach(matrix, [1, 5, 9])).toEqual([0, 2, 4])
  })
})

describe('flips', () => {
  test('mirror the chosen axis of every channel and of the label', () => {
    const patch = patchOf([1, 2, 3], (i) => i, 2)
    const flipped = applyAugmentation(patch, { ...NOTHING, flip: [false, false, true] })
    expect([...flipped.image]).toEqual([2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9])
    expect([...flipped.label]).toEqual([2, 1, 0, 2, 1, 0])
  })

  test('twice is nothing', () => {
    fc.assert(
      fc.property(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), (flip) => {
        const patch = patchOf([3, 4, 5], (i) => i, 2)
        const twice = applyAugmentation(applyAugmentation(patch, { ...NOTHING, flip }), { ...NOTHING, flip })
        expect(twice.image).toEqual(patch.image)
        expect(twice.label).toEqual(patch.label)
      }),
    )
  })
})

describe('blur', () => {
  test('agrees with scipy', () => {
    const blurred = gaussianBlur(Float32Array.from(scipy.image), { shape: scipy.shape, sigma: scipy.sigma })
    expect(largestGap(blurred, scipy.blurred)).toBeLessThan(1e-6)
  })

  test('keeps a constant, and with sigma 0 everything', () => {
    const shape: Shape3 = [3, 4, 5]
    expect(
      largestGap(gaussianBlur(new Float32Array(60).fill(2), { shape, sigma: 1 }), new Float32Array(60).fill(2)),
    ).toBeLessThan(1e-6)
    const { image } = patchOf(shape, (i) => i)
    expect(gaussianBlur(image, { shape, sigma: 0 })).toEqual(image)
  })
})

describe('intensity', () => {
  const plane = () => Float32Array.of(0, 1, 2, 5)

  test.each([
    ['brightness multiplies', (p: Float32Array) => changeBrightness(p, 2), [0, 2, 4, 10]],
    ['contrast stretches about the mean and keeps the range', (p: Float32Array) => changeContrast(p, 2), [0, 0, 2, 5]],
    ['gamma bends within the range', (p: Float32Array) => changeGamma(p, 2), [0, 0.2, 0.8, 5]],
  ])('%s', (_, change, expected) => {
    const changed = plane()
    change(changed)
    expect(largestGap(changed, expected)).toBeLessThan(1e-6)
  })

  test('gamma leaves a constant alone', () => {
    const constant = new Float32Array(4).fill(3)
    changeGamma(constant, 0.5)
    expect([...constant]).toEqual([3, 3, 3, 3])
  })

  test('noise has the asked deviation, mean 0, and repeats with its seed', () => {
    const base = Float32Array.from({ length: 40_001 }, (_, i) => (i % 2) * 2) // deviation 1
    const noisy = base.slice()
    addNoise(noisy, { sigma: 0.5, seed: 3 })
    const { mean, deviation } = planeStatistics(noisy.map((value, i) => value - base[i]))
    expect(Math.abs(mean)).toBeLessThan(0.01)
    expect(deviation).toBeCloseTo(0.5, 2)
    const again = base.slice()
    addNoise(again, { sigma: 0.5, seed: 3 })
    expect(again).toEqual(noisy)
  })
})

describe('drawing', () => {
  const always = augmentationSettings({
    flip: { probability: 1, axes: [true, false, true] },
    rotation: { probability: 1, range: [-15, 15] },
    scaling: { probability: 1, range: [0.7, 1.4] },
    noise: { probability: 1, range: [0, 0.3] },
    blur: { probability: 1, range: [0.5, 1] },
    brightness: { probability: 1, range: [0.75, 1.25] },
    contrast: { probability: 1, range: [0.75, 1.25] },
    gamma: { probability: 1, range: [0.7, 1.5] },
  })!

  test('the same stream draws the same, and every value lies in its range', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const drawn = drawAugmentation(always, { rng: createRng(seed) })
        expect(drawAugmentation(always, { rng: createRng(seed) })).toEqual(drawn)
        expect(drawn.flip).toEqual([true, false, true])
        for (const angle of drawn.affine!.rotation) expect(Math.abs(angle)).toBeLessThanOrEqual(Math.PI / 12)
        expect(drawn.affine!.scale).toBeGreaterThanOrEqual(0.7)
        expect(drawn.affine!.scale).toBeLessThan(1.4)
        expect(drawn.gamma).toBeGreaterThanOrEqual(0.7)
        expect(drawn.gamma).toBeLessThan(1.5)
      }),
    )
  })

  test('a change happens as often as its probability says', () => {
    const settings = augmentationSettings('default')!
    const draws = Array.from({ length: 4000 }, (_, i) => drawAugmentation(settings, { rng: createRng(i) }))
    const share = (happened: (draw: Augmentation) => boolean) => draws.filter(happened).length / draws.length
    expect(share((draw) => draw.gamma !== null)).toBeCloseTo(0.3, 1)
    expect(share((draw) => draw.affine !== null)).toBeCloseTo(1 - 0.8 * 0.8, 1)
    expect(share((draw) => draw.flip[1])).toBeCloseTo(0.5, 1)
  })

  test('the same draw on the same patch gives the same numbers and leaves the patch alone', () => {
    const patch = patchOf([4, 6, 5], (i) => Math.sin(i), 2)
    const before = patch.image.slice()
    const augmentation = drawAugmentation(always, { rng: createRng(1) })
    const first = applyAugmentation(patch, augmentation)
    expect(applyAugmentation(patch, augmentation)).toEqual(first)
    expect(patch.image).toEqual(before)
    expect(first.image).not.toEqual(before)
    expect(first.image.every(Number.isFinite)).toBe(true)
  })
})

describe('settings', () => {
  test('an object replaces entries of the default', () => {
    const settings = augmentationSettings({ gamma: { probability: 1, range: [2, 2] } })!
    expect(settings.gamma.range).toEqual([2, 2])
    expect(settings.blur).toEqual(augmentationSettings('default')!.blur)
    expect(augmentationSettings('none')).toBeNull()
  })

  test.each([
    [
      { gama: { probability: 1, range: [1, 2] } },
      'expected one of flip, rotation, scaling, noise, blur, brightness, contrast, gamma, got gama',
    ],
    [{ blur: { probability: 2, range: [0, 1] } }, 'expected a probability in [0, 1] for blur, got 2'],
    [{ blur: { probability: 1, range: [1, 0] } }, 'expected a range low <= high from 0 for blur, got [1,0]'],
    [
      { scaling: { probability: 1, range: [0, 1] } },
      'expected a range low <= high from above 0 for scaling, got [0,1]',
    ],
    ['heavy', "expected 'none', 'light', 'default' or settings, got heavy"],
  ])('refuses %j', (choice, message) => {
    expect(() => augmentationSettings(choice as 'none')).toThrow(`augmentationSettings: ${message}`)
  })
})
