/** Softmax against the cpu backend's, log-softmax against its definition. */
import { beforeAll, expect, it } from 'vitest'

import {
  describeNative,
  draws,
  expectAgreement,
  relativeError,
  runOn,
  startOnednn,
  tensorOf,
  valuesOf,
} from '../../testing.ts'
import { sizeOf } from '../kernel.ts'

const shapes = [
  [1],
  [7],
  [5, 1],
  [3, 2],
  [50, 3],
  [2, 3, 4],
  [4, 5],
  [9, 31],
  [3, 33],
  [2, 200],
  [3, 5000],
  [20_000, 2],
]

function logits(shape: readonly number[], scale: number): Float32Array {
  return draws(shape.length)
    .floats(sizeOf({ shape }))
    .map((value) => value * scale)
}

/** In double precision. */
function logSoftmax(values: Float32Array, columns: number): Float64Array {
  const out = new Float64Array(values.length)
  for (let row = 0; row < values.length; row += columns) {
    const part = values.subarray(row, row + columns)
    const best = Math.max(...part)
    const logSum = Math.log(part.reduce((sum, value) => sum + Math.exp(value - best), 0))
    part.forEach((value, i) => (out[row + i] = value - best - logSum))
  }
  return out
}

describeNative('softmax', () => {
  beforeAll(startOnednn)

  it.each(shapes.map((shape) => [shape]))('agrees with the cpu backend on %o', (shape) => {
    for (const scale of [1, 50, 1000]) {
      for (const dim of [-1, shape.length - 1]) {
        expectAgreement(
          { name: 'Softmax', inputs: { logits: tensorOf(shape, logits(shape, scale)) }, attrs: { dim } },
          { tolerance: 1e-6 },
        )
      }
    }
  })

  it.each(shapes.map((shape) => [shape]))('has the logarithm of its definition on %o', (shape) => {
    for (const scale of [1, 50, 1000]) {
      const values = logits(shape, scale)
      const y = runOn('onednn', {
        name: 'LogSoftmax',
        inputs: { logits: tensorOf(shape, values) },
        attrs: { axis: -1 },
      })
      const exact = logSoftmax(values, shape[shape.length - 1])
      const native = valuesOf(y)
      const largest = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
      const worst = exact.reduce((most, value, i) => Math.max(most, Math.abs(native[i] - value)), 0)
      expect(worst).toBeLessThan(3e-7 * largest)
    }
  })

  it('takes NaN and infinities as the cpu backend does', () => {
    const values = Float32Array.of(NaN, 1, 2, Infinity, 1, 2, -Infinity, 1, 2, -Infinity, -Infinity, -Infinity)
    for (const shape of [
      [4, 3],
      [3, 4],
      [6, 2],
      [1, 12],
    ]) {
      expectAgreement(
        { name: 'Softmax', inputs: { logits: tensorOf(shape, values) }, attrs: { dim: -1 } },
        { tolerance: 1e-6 },
      )
    }
  })

  it('refuses another axis than the last, as the cpu backend does', () => {
    const run = { name: 'Softmax', inputs: { logits: tensorOf([2, 2], new Float32Array(4)) }, attrs: { dim: 0 } }
    expect(() => runOn('onednn', run)).toThrow('Softmax along a non-last dimension is not yet supported')
  })

  it('rows sum to 1', () => {
    const y = valuesOf(
      runOn('onednn', {
        name: 'Softmax',
        inputs: { logits: tensorOf([1000, 4], logits([1000, 4], 20)) },
        attrs: { dim: -1 },
      }),
    )
    const sums = Array.from({ length: 1000 }, (_, row) => y[4 * row] + y[4 * row + 1] + y[4 * row + 2] + y[4 * row + 3])
    expect(
      relativeError(
        sums,
        sums.map(() => 1),
      ),
    ).toBeLessThan(1e-6)
  })
})
