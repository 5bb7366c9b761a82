import { createRng } from '@leanvox/random'
import { expect, test } from 'vitest'
import { smoothField, standardise } from './texture.ts'

test('a field has mean 0 and deviation 1 and changes slowly', () => {
  const field = smoothField(createRng(1), { shape: [12, 40, 40], spacing: [2, 1, 1], scaleMm: 8 })
  let [sum, squares, steps] = [0, 0, 0]
  field.forEach((value, i) => {
    sum += value
    squares += value * value
    if (i > 0 && i % 40) steps += (value - field[i - 1]) ** 2
  })
  expect(Math.abs(sum / field.length)).toBeLessThan(1e-4)
  expect(squares / field.length).toBeCloseTo(1, 4)
  expect(steps / field.length).toBeLessThan(0.1) // independent neighbours would differ by 2
})

test('a constant becomes zeros', () => {
  expect([...standardise(Float32Array.of(5, 5, 5))]).toEqual([0, 0, 0])
})
