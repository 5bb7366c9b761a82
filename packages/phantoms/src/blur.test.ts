import { expect, test } from 'vitest'
import { blur } from './blur.ts'

test('a constant image stays, and zero deviations copy', () => {
  const data = new Float32Array(60).fill(7)
  for (const value of blur(data, [3, 4, 5], [1, 0.5, 2])) expect(value).toBeCloseTo(7, 5)
  const copy = blur(data, [3, 4, 5], [0, 0, 0])
  expect(copy).toEqual(data)
  expect(copy).not.toBe(data)
})

test.each([0, 1, 2])('a point spreads along axis %d as the Gaussian of the asked deviation', (axis) => {
  const extents = [1, 1, 1].map((one, a) => (a === axis ? 31 : one))
  const shape = [extents[0], extents[1], extents[2]] as const
  const deviations = [axis === 0 ? 2 : 0, axis === 1 ? 2 : 0, axis === 2 ? 2 : 0] as const
  const point = new Float32Array(31)
  point[15] = 1
  const out = blur(point, shape, deviations)
  let [sum, variance] = [0, 0]
  out.forEach((value, i) => {
    sum += value
    variance += value * (i - 15) ** 2
  })
  expect(sum).toBeCloseTo(1, 6)
  expect(Math.sqrt(variance)).toBeCloseTo(2, 1) // cut at three deviations: a little less
  expect(out[13] / out[15]).toBeCloseTo(Math.exp(-0.5), 6)
})
