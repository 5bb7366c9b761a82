import { createRng } from '@leanvox/random'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blobReach, drawBlob, placeInBlob, relativeRadius } from './blob.ts'

const rng = createRng(1)

test('the relative radius of an ellipse is 1 on its outline and grows in proportion', () => {
  const blob = drawBlob(rng, { centre: [0.1, -0.2], radii: [0.4, 0.2] })
  expect(relativeRadius(blob, [0.1, -0.2])).toBe(0)
  expect(relativeRadius(blob, [0.5, -0.2])).toBeCloseTo(1, 12)
  expect(relativeRadius(blob, [0.1, 0.2])).toBeCloseTo(2, 12)
})

test('a quarter turn swaps the radii', () => {
  const blob = drawBlob(rng, { centre: [0, 0], radii: [0.4, 0.2], angle: Math.PI / 2 })
  expect(relativeRadius(blob, [0, 0.4])).toBeCloseTo(1, 12)
  expect(relativeRadius(blob, [0.2, 0])).toBeCloseTo(1, 12)
})

const number = fc.double({ min: -1, max: 1, noNaN: true })

test('a place in the frame of a plain blob lies as far out as its coordinates say', () => {
  fc.assert(
    fc.property(number, number, fc.double({ min: -3, max: 3, noNaN: true }), (y, x, angle) => {
      const blob = drawBlob(rng, { centre: [0.3, 0.1], radii: [0.5, 0.2], angle })
      expect(relativeRadius(blob, placeInBlob(blob, [y, x]))).toBeCloseTo(Math.hypot(y, x), 9)
    }),
  )
})

test('nothing inside lies farther than the reach', () => {
  fc.assert(
    fc.property(fc.integer(), number, number, (seed, y, x) => {
      const blob = drawBlob(createRng(seed), { centre: [0, 0], radii: [0.4, 0.3], bumpiness: 0.3 })
      if (relativeRadius(blob, [y, x]) < 1) expect(Math.max(Math.abs(y), Math.abs(x))).toBeLessThan(blobReach(blob))
    }),
  )
})
