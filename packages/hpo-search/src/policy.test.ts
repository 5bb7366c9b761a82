import { expect, test } from 'vitest'
import { createRng } from '@leanvox/random'
import { checkSpace } from './distribution.ts'
import { runLstm } from './lstm.ts'
import { createPolicy } from './policy.ts'

const space = checkSpace({
  x: { type: 'float', low: -1, high: 1 },
  c: { type: 'categorical', choices: ['a', 'b', 'c'] },
  n: { type: 'int', low: 1, high: 100, log: true },
})

test('one LSTM step with hand-set weights gives the hand-computed state', () => {
  // One input, one cell; rows i, f, g, o of (input, hidden), then biases.
  const weights = Float64Array.of(1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1)
  const { hidden, steps } = runLstm(weights, [Float64Array.of(0.5)], { inputSize: 1, hiddenSize: 1 })
  const sigmoid = (value: number) => 1 / (1 + Math.exp(-value))
  const cell = sigmoid(0.5) * Math.tanh(1)
  expect(steps[0].cell[0]).toBeCloseTo(cell, 15)
  expect(hidden[0]).toBeCloseTo(sigmoid(1) * Math.tanh(cell), 15)
})

test('the gradient of the log-probability is that of finite differences, through four steps of memory', () => {
  const policy = createPolicy(space, { hiddenSize: 5 })
  const rng = createRng(2)
  const weights = policy.init(rng).map((value) => 3 * value)
  const settings = [
    { x: 0.3, c: 'b', n: 10 },
    { x: -0.9, c: 'a', n: 99 },
    { x: 0, c: 'c', n: 1 },
  ]
  const history = settings.map((setting) => policy.encode(setting))
  const options = { action: policy.encode({ x: 0.7, c: 'c', n: 7 }), sigma: 0.2 }
  const { gradient } = policy.logProbability(weights, history, options)
  expect(gradient.length).toBe(policy.weightCount)
  const at = (index: number, shift: number) => {
    const shifted = weights.with(index, weights[index] + shift)
    return policy.logProbability(shifted, history, options).value
  }
  for (let index = 0; index < policy.weightCount; index++) {
    const numeric = (at(index, 1e-5) - at(index, -1e-5)) / 2e-5
    expect(Math.abs(gradient[index] - numeric)).toBeLessThan(1e-6 * Math.max(1, Math.abs(numeric)))
  }
  expect(gradient.filter((slope) => Math.abs(slope) > 1e-6).length).toBeGreaterThan(0.9 * policy.weightCount)
})

test('settings are encoded as positions and one-hot choices', () => {
  const encoding = createPolicy(space, { hiddenSize: 1 }).encode({ x: 0, c: 'b', n: 1 })
  expect([...encoding.slice(0, 4)]).toEqual([0.5, 0, 1, 0])
})

test('draws follow the policy: mean one half and the given spread at the start, choices about equally often', () => {
  const policy = createPolicy(space, { hiddenSize: 8 })
  const weights = policy.init(createRng(0))
  const rng = createRng(1)
  const draws = Array.from({ length: 2000 }, () => policy.draw(weights, [], { rng, sigma: 0.1 }))
  const x = draws.map((params) => params['x'] as number)
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length
  const spread = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length)
  expect(Math.abs(mean)).toBeLessThan(0.1)
  expect(spread).toBeCloseTo(0.2, 1) // 0.1 of a range of 2
  for (const choice of ['a', 'b', 'c']) {
    const share = draws.filter(({ c }) => c === choice).length / draws.length
    expect(Math.abs(share - 1 / 3)).toBeLessThan(0.06)
  }
})
