/** Reductions against the cpu backend's, and sums against exact ones. */
import { beforeAll, expect, it } from 'vitest'

import {
  describeNative,
  draws,
  expectAgreement,
  randomTensor,
  runOn,
  startOnednn,
  tensorOf,
  valuesOf,
} from '../../testing.ts'
import { sizeOf } from '../kernel.ts'
import { reductionNames } from './functions.ts'

type Draws = ReturnType<typeof draws>

function drawReduction(random: Draws): { shape: number[]; axes: number[]; keepDims: boolean } {
  const shape = Array.from({ length: random.integer(1, 5) }, () => random.pick([1, 2, 3, 5, 11]))
  const axes = shape.map((_, axis) => axis).filter(() => random.next() < 0.5)
  return {
    shape,
    axes: axes.map((axis) => (random.next() < 0.3 ? axis - shape.length : axis)),
    keepDims: random.next() < 0.5,
  }
}

function attrsOf(name: string, axes: number[] | undefined, keepDims = false) {
  return name === 'Max' ? { reductionIndices: axes, keepDims } : { axis: axes, keepDims }
}

const make = {
  int32: (shape: readonly number[], random: Draws) =>
    Int32Array.from({ length: sizeOf({ shape }) }, () => random.integer(-3, 9)),
  bool: (shape: readonly number[], random: Draws) =>
    Uint8Array.from({ length: sizeOf({ shape }) }, () => random.integer(0, 1)),
} as const

describeNative('reductions', () => {
  beforeAll(startOnednn)

  it.each(reductionNames)('%s agrees with the cpu backend over any axes of float32', (name) => {
    const random = draws(31)
    for (let round = 0; round < 50; round++) {
      const { shape, axes, keepDims } = drawReduction(random)
      const x = randomTensor(shape, random)
      // The cpu backend's mean rounds every quotient, so that its sums of opposite numbers differ.
      expectAgreement({ name, inputs: { x }, attrs: attrsOf(name, axes, keepDims) }, { tolerance: 1e-5 })
    }
  })

  it.each(['int32', 'bool'] as const)('agrees with the cpu backend over any axes of %s', (dtype) => {
    const random = draws(32)
    for (let round = 0; round < 40; round++) {
      const { shape, axes, keepDims } = drawReduction(random)
      const x = tensorOf(shape, make[dtype](shape, random))
      for (const name of dtype === 'bool' ? [...reductionNames, 'All', 'Any'] : reductionNames) {
        expectAgreement({ name, inputs: { x }, attrs: attrsOf(name, axes, keepDims) }, { tolerance: 1e-6 })
      }
    }
  })

  it.each([
    ['rows', [100, 1000], [1]],
    ['short rows', [40_000, 3], [1]],
    ['columns', [700, 129], [0]],
    ['channels', [7, 20, 50, 5], [0, 1, 2]],
    ['channels of each item', [3, 20, 21, 16], [1, 2]],
    ['everything, in segments', [700_001], [0]],
    ['wide columns, in segments', [260, 1100], [0]],
    ['alternating axes', [5, 6, 7, 8, 9], [0, 2, 4]],
  ])('agrees with the cpu backend on many elements: %s', (_, shape, axes) => {
    const x = randomTensor(shape, draws(33))
    for (const name of ['Sum', 'Max', 'Min'])
      expectAgreement({ name, inputs: { x }, attrs: attrsOf(name, axes) }, { tolerance: 1e-6 })
  })

  it('sums to the nearest float32 where a running float32 total loses digits', () => {
    const values = draws(34)
      .floats(500_000)
      .map((value) => value + 1000)
    const exact = values.reduce((total, value) => total + value, 0)
    const x = tensorOf([values.length], values)
    expect(valuesOf(runOn('onednn', { name: 'Sum', inputs: { x }, attrs: { axis: null, keepDims: false } }))).toEqual(
      Float32Array.of(exact),
    )
    expect(valuesOf(runOn('onednn', { name: 'Mean', inputs: { x }, attrs: { axis: null, keepDims: false } }))).toEqual(
      Float32Array.of(exact / values.length),
    )
  })

  it.each(['Max', 'Min', 'Sum', 'Mean'])('%s takes NaN and infinities as the cpu backend does', (name) => {
    const random = draws(35)
    for (const shape of [
      [8, 5],
      [8, 100],
      [100, 8],
      [3, 30, 70],
    ]) {
      const values = random
        .floats(sizeOf({ shape }))
        .map((value) => (random.next() < 0.03 ? random.pick([NaN, Infinity, -Infinity]) : value))
      for (const axes of [[0], [1]])
        expectAgreement(
          { name, inputs: { x: tensorOf(shape, values) }, attrs: attrsOf(name, axes) },
          { tolerance: 1e-6 },
        )
    }
  })

  it('keeps a tensor whose reduced axes have size 1', () => {
    const x = randomTensor([3, 1, 4, 1], draws(36))
    for (const name of reductionNames)
      expectAgreement({ name, inputs: { x }, attrs: attrsOf(name, [1, 3], true) }, { tolerance: 1e-7 })
  })

  it('leaves an empty tensor to the cpu backend', () => {
    const run = {
      name: 'Sum',
      inputs: { x: tensorOf([2, 0], new Float32Array(0)) },
      attrs: { axis: [1], keepDims: false },
    }
    expect(valuesOf(runOn('onednn', run))).toEqual(Float32Array.of(0, 0))
  })

  it.each(['ArgMax', 'ArgMin'])('%s agrees with the cpu backend along any axis of any dtype', (name) => {
    const random = draws(37)
    for (let round = 0; round < 30; round++) {
      const shape = Array.from({ length: random.integer(1, 4) }, () => random.pick([1, 2, 5, 17]))
      const attrs = { axis: random.integer(-shape.length, shape.length - 1) }
      for (const values of Object.values(make))
        expectAgreement({ name, inputs: { x: tensorOf(shape, values(shape, random)) }, attrs }, { tolerance: 1e-12 })
      const floats = random
        .floats(sizeOf({ shape }))
        .map((value) => (random.next() < 0.1 ? NaN : Math.round(value * 4)))
      expectAgreement({ name, inputs: { x: tensorOf(shape, floats) }, attrs }, { tolerance: 1e-12 })
    }
    expectAgreement(
      { name, inputs: { x: randomTensor([1, 9, 1100], random) }, attrs: { axis: 1 } },
      { tolerance: 1e-12 },
    )
    expectAgreement(
      { name, inputs: { x: randomTensor([20_000, 4], random) }, attrs: { axis: -1 } },
      { tolerance: 1e-12 },
    )
  })

  it('refuses an axis that is not there with tfjs’s own error', () => {
    const run = { name: 'Sum', inputs: { x: tensorOf([2], new Float32Array(2)) }, attrs: { axis: 1, keepDims: false } }
    expect(() => runOn('onednn', run)).toThrow('All values in axis param must be in range [-1, 1)')
  })
})
