/** Comparisons, logic and tests of values against the cpu backend's. */
import { beforeAll, it } from 'vitest'

import { describeNative, draws, expectAgreement, startOnednn, tensorOf } from '../../testing.ts'
import { comparisonNames, testNames } from '../elementwise/functions.ts'

type Draws = ReturnType<typeof draws>

const shapes = [
  [[], []],
  [[5], [5]],
  [
    [4, 1, 3],
    [7, 1],
  ],
  [[30, 40], [1]],
  [[2, 3, 500, 3], [3]],
  [
    [2, 1, 1, 4],
    [2, 9, 9, 4],
  ],
] as const

function length(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

const make = {
  float32: (shape: readonly number[], random: Draws) =>
    Float32Array.from({ length: length(shape) }, () => random.pick([NaN, Infinity, -Infinity, 0, -0, 1, 2, 0.5])),
  int32: (shape: readonly number[], random: Draws) =>
    Int32Array.from({ length: length(shape) }, () => random.integer(-2, 2)),
  bool: (shape: readonly number[], random: Draws) =>
    Uint8Array.from({ length: length(shape) }, () => random.integer(0, 1)),
} as const

describeNative('comparisons', () => {
  beforeAll(startOnednn)

  it.each(comparisonNames.slice(0, 6))('%s agrees with the cpu backend on every dtype', (name) => {
    const random = draws(21)
    for (const [a, b] of shapes) {
      for (const values of Object.values(make)) {
        expectAgreement(
          { name, inputs: { a: tensorOf(a, values(a, random)), b: tensorOf(b, values(b, random)) } },
          { tolerance: 1e-12 },
        )
      }
    }
  })

  it.each(comparisonNames.slice(6))('%s agrees with the cpu backend', (name) => {
    const random = draws(22)
    for (const [a, b] of shapes) {
      expectAgreement(
        { name, inputs: { a: tensorOf(a, make.bool(a, random)), b: tensorOf(b, make.bool(b, random)) } },
        { tolerance: 1e-12 },
      )
    }
  })

  it.each(testNames)('%s agrees with the cpu backend on every dtype', (name) => {
    const random = draws(23)
    for (const values of Object.values(make)) {
      expectAgreement({ name, inputs: { x: tensorOf([77], values([77], random)) } }, { tolerance: 1e-12 })
    }
  })
})
