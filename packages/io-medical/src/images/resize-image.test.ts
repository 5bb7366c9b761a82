import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { picturePlanes } from './picture-planes.ts'
import { resizeImage, resizeLabels, type Size2 } from './resize-image.ts'

interface Resized {
  readonly from: Size2
  readonly to: Size2
  readonly planes: readonly number[]
  readonly linear: readonly number[]
  readonly labels: readonly number[]
  readonly nearest: readonly number[]
}

interface Fixture {
  readonly resize: readonly Resized[]
  readonly luma: readonly number[]
  readonly pictures: Record<string, { pixels: readonly number[] }>
}

const file = new URL('../../fixtures/pictures.json', import.meta.url)
const { resize, luma, pictures } = JSON.parse(readFileSync(file, 'utf8')) as Fixture

describe('resizeImage', () => {
  test('interpolates between pixel centres where the picture grows', () => {
    const resized = resizeImage(Float32Array.of(0, 4), { from: [1, 2], to: [1, 4] })
    expect([...resized]).toEqual([0, 1, 3, 4])
  })

  test('averages with a triangle where it shrinks', () => {
    // Weights of pixels 0..3 for output 0, centre 1, radius 2: 0.75, 0.75, 0.25 at distances 0.5, 0.5, 1.5.
    const [first] = resizeImage(Float32Array.of(7, 0, 0, 0), { from: [1, 4], to: [1, 2] })
    expect(first).toBeCloseTo((7 * 0.75) / 1.75, 6)
  })

  test.each(resize)('$from to $to equals torch with antialiasing', ({ from, to, planes, linear }) => {
    const resized = resizeImage(Float32Array.from(planes), { from, to })
    expect(resized.length).toBe(linear.length)
    linear.forEach((value, i) => expect(resized[i]).toBeCloseTo(value, 5))
  })

  test('copies a picture that has the size already', () => {
    const planes = Float32Array.of(1, 2, 3)
    const same = resizeImage(planes, { from: [1, 3], to: [1, 3] })
    expect(same).toEqual(planes)
    expect(same).not.toBe(planes)
  })

  test('refuses sizes that do not fit', () => {
    expect(() => resizeImage(new Float32Array(5), { from: [2, 2], to: [1, 1] })).toThrow(
      new RangeError('resizeImage: expected planes of 2 x 2 values, got 5 in all'),
    )
    expect(() => resizeImage(new Float32Array(4), { from: [2, 2], to: [0, 1.5] })).toThrow(
      new RangeError('resizeImage: expected sizes of at least 1 pixel, got 2 x 2 to 0 x 1.5'),
    )
  })
})

describe('resizeLabels', () => {
  test.each(resize)('$from to $to equals torch, nearest-exact', ({ from, to, labels, nearest }) => {
    expect([...resizeLabels(Uint8Array.from(labels), { from, to })]).toEqual(nearest)
  })

  test('refuses a map of another size', () => {
    expect(() => resizeLabels(new Uint8Array(3), { from: [2, 2], to: [1, 1] })).toThrow(
      new RangeError('resizeLabels: expected 2 x 2 values, got 3'),
    )
  })
})

describe('picturePlanes', () => {
  const shape = { height: 1, width: 2 }

  test('turns colour to grey as Pillow does, which rounds', () => {
    const data = Uint8Array.from(pictures['colour.png'].pixels)
    const grey = picturePlanes({ data, height: 5, width: 7, channels: 3 }, 1)
    luma.forEach((value, i) => expect(Math.abs(grey[i] * 255 - value)).toBeLessThan(0.51))
  })

  test('leaves alpha out, repeats grey, and scales 16 bits by their range', () => {
    const words = Uint16Array.of(65535, 9, 13107, 9)
    expect([...picturePlanes({ data: words, ...shape, channels: 2 }, 3)]).toEqual(
      [1, 0.2, 1, 0.2, 1, 0.2].map(Math.fround),
    )
    const bytes = Uint8Array.of(255, 0, 51, 7, 0, 255, 102, 8)
    expect([...picturePlanes({ data: bytes, ...shape, channels: 4 }, 3)]).toEqual(
      [1, 0, 0, 1, 0.2, 0.4].map(Math.fround),
    )
  })
})
