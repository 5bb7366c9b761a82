/** One call for all weights against the rules written out in float64. */
import { beforeAll, expect, it } from 'vitest'

import { describeNative, draws, randomTensor, relativeError, startOnednn, tensorOf, valuesOf } from '../../testing.ts'
import { runFused, take } from './run-fused.ts'

// One weight longer than a thread's piece, one of a single value.
const lengths = [40_000, 1, 33]

describeNative('optimiser steps', () => {
  beforeAll(() => startOnednn())

  function inputs(roles: number) {
    const random = draws(3)
    const tensors = Array.from({ length: roles }, () => lengths.map((length) => randomTensor([length], random))).flat()
    const values = tensors.map((tensor) => Array.from(valuesOf(tensor)))
    return { named: Object.fromEntries(tensors.map((tensor, index) => [index, tensor])), values }
  }

  it('moves weights and moments as Adam with decay of both kinds does', () => {
    const { named, values } = inputs(4)
    // Second moments are not negative.
    const squares = values.slice(9).map((list) => list.map(Math.abs))
    squares.forEach((list, index) => {
      named[9 + index] = tensorOf([list.length], Float32Array.from(list))
    })
    const attrs = { beta1: 0.9, beta2: 0.99, epsilon: 1e-3, rate: 0.02, keep: 0.98, decay: 0.1 }
    const outputs = take(runFused('LeanvoxAdamStep', named, attrs))
    lengths.forEach((_, index) => {
      const [w, gradient, m, v] = [values[index], values[3 + index], values[6 + index], squares[index]]
      const g = gradient.map((value, i) => value + 0.1 * w[i])
      const first = m.map((value, i) => 0.9 * value + 0.1 * g[i])
      const second = v.map((value, i) => 0.99 * value + 0.01 * g[i] ** 2)
      const moved = w.map((value, i) => 0.98 * value - (0.02 * first[i]) / (Math.sqrt(second[i]) + 1e-3))
      expect(relativeError(outputs[index], moved)).toBeLessThan(1e-6)
      expect(relativeError(outputs[3 + index], first)).toBeLessThan(1e-6)
      expect(relativeError(outputs[6 + index], second)).toBeLessThan(1e-6)
    })
  })

  it.each([
    { momentum: 0, nesterov: false },
    { momentum: 0.8, nesterov: false },
    { momentum: 0.8, nesterov: true },
  ])('moves weights as SGD with momentum $momentum, nesterov $nesterov does', ({ momentum, nesterov }) => {
    const { named, values } = inputs(momentum === 0 ? 2 : 3)
    const outputs = take(runFused('LeanvoxSgdStep', named, { rate: 0.1, momentum, nesterov, decay: 0.05 }))
    lengths.forEach((_, index) => {
      const [w, gradient, buffer] = [values[index], values[3 + index], values[6 + index] ?? []]
      const g = gradient.map((value, i) => value + 0.05 * w[i])
      const u = g.map((value, i) => momentum * (buffer[i] ?? 0) + value)
      const moved = w.map((value, i) => value - 0.1 * (nesterov ? g[i] + momentum * u[i] : u[i]))
      expect(relativeError(outputs[index], moved)).toBeLessThan(1e-6)
      if (momentum > 0) expect(relativeError(outputs[3 + index], u)).toBeLessThan(1e-6)
    })
  })

  it('refuses lists that do not match', () => {
    const { named } = inputs(3)
    const attrs = { beta1: 0.9, beta2: 0.99, epsilon: 1e-3, rate: 0.02, keep: 1, decay: 0 }
    expect(() => runFused('LeanvoxAdamStep', named, attrs)).toThrow(/expected/)
  })
})
