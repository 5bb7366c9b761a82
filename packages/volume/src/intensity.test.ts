import { expect, test } from 'vitest'
import fc from 'fast-check'
import { createVolume, windowIntensity, zScore } from './index.ts'

const line = (...values: number[]) => createVolume({ data: Float64Array.from(values), shape: [1, 1, values.length] })

test('the window is mapped to [0, 1] and clamped', () => {
  const out = windowIntensity(line(-1000, -160, 40, 240, 3000), { low: -160, high: 240 })
  expect([...out.data]).toEqual([0, 0, 0.5, 1, 1])
  expect(out.data).toBeInstanceOf(Float32Array)
})

test('a windowed infinity is an end of the range, NaN stays NaN', () => {
  expect([...windowIntensity(line(-Infinity, Infinity, NaN), { low: 0, high: 1 }).data]).toEqual([0, 1, NaN])
})

test('windowing keeps the geometry and the input', () => {
  const volume = createVolume({ data: Int16Array.of(1, 2), shape: [1, 1, 2], spacing: [3, 2, 1] })
  expect(windowIntensity(volume, { low: 0, high: 4 }).affine).toEqual(volume.affine)
  expect([...volume.data]).toEqual([1, 2])
})

test.each([
  [5, 5],
  [1, 0],
  [NaN, 1],
  [0, Infinity],
])('a window from %d to %d is refused', (low, high) => {
  expect(() => windowIntensity(line(1), { low, high })).toThrow(
    new RangeError(`windowIntensity: expected finite low < high, got low ${low} and high ${high}`),
  )
})

test('the z-score of 1, 2, 3, 4, 5 is (v - 3) / sqrt(2)', () => {
  const out = zScore(line(1, 2, 3, 4, 5)).data
  ;[-2, -1, 0, 1, 2].forEach((step, i) => expect(out[i]).toBeCloseTo(step / Math.SQRT2, 6))
})

test('a mask says where to measure, all voxels are transformed', () => {
  expect([...zScore(line(2, 4, 100), { mask: [1, 2, 0] }).data]).toEqual([-1, 1, 97])
})

test('a z-scored volume has mean 0 and deviation 1', () => {
  const value = fc.double({ min: -1000, max: 3000, noNaN: true })
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 50 }), (values) => {
      fc.pre(Math.max(...values) - Math.min(...values) > 1)
      const out = [...zScore(line(...values)).data]
      const mean = out.reduce((sum, v) => sum + v, 0) / out.length
      expect(Math.abs(mean)).toBeLessThan(1e-5)
      expect(out.reduce((sum, v) => sum + v * v, 0) / out.length).toBeCloseTo(1, 4)
    }),
  )
})

test('a constant image and an empty mask give zeros', () => {
  expect([...zScore(line(0.1, 0.1, 0.1)).data]).toEqual([0, 0, 0])
  expect([...zScore(line(1, 2), { mask: [0, 0] }).data]).toEqual([0, 0])
  expect([...zScore(line(7, 7, 9), { mask: [1, 1, 0] }).data]).toEqual([0, 0, 0])
})

test('non-finite voxels are left out of the statistics and left as they are', () => {
  expect([...zScore(line(NaN, 2, 4, Infinity, -Infinity)).data]).toEqual([NaN, -1, 1, Infinity, -Infinity])
  expect([...zScore(line(NaN, NaN)).data]).toEqual([NaN, NaN])
})

test('a mask of another length is named', () => {
  expect(() => zScore(line(1, 2), { mask: [1] })).toThrow(
    new RangeError('zScore: expected 2 voxels for shape [1, 1, 2], got 1'),
  )
})
