import { createRng } from '@leanvox/random'
import { expect, test } from 'vitest'
import { drawBlob } from './blob.ts'
import { createCanvas, forEachPixel, mix, paintBlob, photograph, shade } from './canvas.ts'

test('pixel centres are measured from the middle in units of the shorter side', () => {
  const places: string[] = []
  forEachPixel([1, 2, 4], ([y, x], pixel) => places.push(`${pixel}: ${y} ${x}`))
  expect(places).toEqual([
    ...['0: -0.25 -0.75', '1: -0.25 -0.25', '2: -0.25 0.25', '3: -0.25 0.75'],
    ...['4: 0.25 -0.75', '5: 0.25 -0.25', '6: 0.25 0.25', '7: 0.25 0.75'],
  ])
})

test('a visit within a reach meets every pixel closer than it', () => {
  const met = new Set<number>()
  const centre = [0.2, -0.3] as const
  forEachPixel([1, 20, 30], (_, pixel) => met.add(pixel), { centre, reach: 0.2 })
  forEachPixel([1, 20, 30], ([y, x], pixel) => {
    if (Math.max(Math.abs(y - centre[0]), Math.abs(x - centre[1])) <= 0.2) expect(met.has(pixel)).toBe(true)
  })
  expect(met.size).toBeLessThan(120)
})

test('mixing moves a pixel by its share, shading multiplies all three colours', () => {
  const canvas = createCanvas([1, 16, 16], [1, 0.5, 0])
  mix(canvas, 3, { colour: [0, 0.5, 1], share: 0.25 })
  shade(canvas, (pixel) => (pixel === 3 ? 0.5 : 1))
  expect([canvas.planes[3], canvas.planes[256 + 3], canvas.planes[512 + 3]]).toEqual([0.375, 0.25, 0.125])
  expect([canvas.planes[4], canvas.planes[256 + 4], canvas.planes[512 + 4]]).toEqual([1, 0.5, 0])
})

test('a painted disc has its colour inside, none outside and half of it on the outline', () => {
  const canvas = createCanvas([1, 100, 100], [0, 0, 0])
  const disc = drawBlob(createRng(1), { centre: [0.005, 0.005], radii: [0.3, 0.3] })
  paintBlob(canvas, disc, { colour: [1, 1, 1], edge: 0.005 })
  expect(canvas.planes[50 * 100 + 50]).toBeCloseTo(1, 6)
  expect(canvas.planes[50 * 100 + 80]).toBeCloseTo(0.5, 6)
  expect(canvas.planes[50 * 100 + 95]).toBeLessThan(1e-6)
})

test('a photograph without blur and noise is the canvas in steps of 1/255', () => {
  const canvas = createCanvas([1, 16, 16], [0.2501, 1.7, -0.3])
  const image = photograph(canvas, { rng: createRng(1), noise: 0, blurPixels: 0 })
  expect([image[0], image[256], image[512]]).toEqual([Math.fround(64 / 255), 1, 0])
})
