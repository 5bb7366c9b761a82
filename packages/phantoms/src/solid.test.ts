import { createRng } from '@leanvox/random'
import { expect, test } from 'vitest'
import fc from 'fast-check'
import { drawSolid, isInside, reachOf, type PlaceYZ } from './solid.ts'

const rng = createRng(1)

test('an ellipsoid without bumps ends at its radii', () => {
  const solid = drawSolid(rng, { centre: [0.1, 0.2, 0.3], radii: [0.5, 0.25, 0.2] })
  const along = (share: number): [number, PlaceYZ][] => [
    [0.1 + share * 0.5, [0.2, 0.3]],
    [0.1, [0.2 - share * 0.25, 0.3]],
    [0.1, [0.2, 0.3 + share * 0.2]],
  ]
  for (const [x, place] of along(0.99)) expect(isInside(solid, x, place)).toBe(true)
  for (const [x, place] of along(1.01)) expect(isInside(solid, x, place)).toBe(false)
})

test('a quarter turn about z swaps the x and y radii', () => {
  const solid = drawSolid(rng, { centre: [0, 0, 0], radii: [0.5, 0.25, 0.2], angle: Math.PI / 2 })
  expect([isInside(solid, 0, [0.49, 0]), isInside(solid, 0, [0.51, 0])]).toEqual([true, false])
  expect([isInside(solid, 0.24, [0, 0]), isInside(solid, 0.26, [0, 0])]).toEqual([true, false])
})

test('nothing inside lies farther than the reach', () => {
  const number = fc.double({ min: -1, max: 1, noNaN: true })
  const angle = fc.double({ min: -3, max: 3, noNaN: true })
  fc.assert(
    fc.property(fc.integer(), angle, fc.tuple(number, number, number), (seed, turn, [x, y, z]) => {
      const radii = [0.3, 0.2, 0.4] as const
      const solid = drawSolid(createRng(seed), { centre: [0, 0, 0], radii, angle: turn, bumpiness: 0.5 })
      if (!isInside(solid, x, [y, z])) return
      ;[x, y, z].forEach((value, axis) => expect(Math.abs(value)).toBeLessThanOrEqual(reachOf(solid)[axis]))
    }),
  )
})

test('bumps raise the surface in some directions and lower it in others', () => {
  const bumpy = drawSolid(createRng(5), { centre: [0, 0, 0], radii: [1, 1, 1], bumpiness: 0.4 })
  const directions = Array.from({ length: 200 }, (_, i): [number, number, number] => {
    const z = (i + 0.5) / 100 - 1
    const round = Math.sqrt(1 - z * z)
    return [round * Math.cos(2.4 * i), round * Math.sin(2.4 * i), z]
  })
  const inside = (share: number) =>
    directions.filter(([x, y, z]) => isInside(bumpy, share * x, [share * y, share * z])).length
  expect(inside(0.59)).toBe(200)
  expect(inside(0.95)).toBeLessThan(200)
  expect(inside(1.05)).toBeGreaterThan(0)
  expect(inside(1.41)).toBe(0)
})
