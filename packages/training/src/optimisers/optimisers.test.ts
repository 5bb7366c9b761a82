import { startEngine } from '@leanvox/engine'
import { tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { adam, adamW } from './adam.ts'
import { optimizerByName, type OptimizerName } from './optimiser-by-name.ts'
import { sgd } from './sgd.ts'

beforeAll(async () => {
  await startEngine({ backend: 'cpu' })
})

const one = (optimizer = sgd(), { learningRate = 0.1, step = 1 } = {}) =>
  tidy(() => {
    const weights = { 'conv.kernel': tensor([2, -1]) }
    const gradients = { 'conv.kernel': tensor([0.5, 4]) }
    const next = optimizer.update(gradients, optimizer.init(weights), { weights, learningRate, step })
    return { weights: [...next.weights['conv.kernel'].dataSync()], slots: Object.keys(next.state) }
  })

test('state slots are named after their weight', () => {
  expect(one(adam()).slots).toEqual(['conv.kernel/m', 'conv.kernel/v'])
  expect(one(adamW()).slots).toEqual(['conv.kernel/m', 'conv.kernel/v'])
  expect(one(sgd({ momentum: 0.9 })).slots).toEqual(['conv.kernel/momentum'])
  expect(one(sgd()).slots).toEqual([])
})

test('the first Adam step moves every weight by the learning rate against its gradient', () => {
  const [a, b] = one(adam()).weights
  expect(a).toBeCloseTo(1.9, 6)
  expect(b).toBeCloseTo(-1.1, 6)
})

test('AdamW shrinks a weight by rate x decay however large its gradient', () => {
  expect(one(adamW({ weightDecay: 0.5 })).weights[0]).toBeCloseTo(2 * (1 - 0.05) - 0.1, 6)
})

test('plain SGD subtracts rate x gradient', () => {
  const [a, b] = one(sgd()).weights
  expect(a).toBeCloseTo(1.95, 6)
  expect(b).toBeCloseTo(-1.4, 6)
})

test.each([
  [() => adam({ beta1: 1 }), 'adam: expected betas in [0, 1), got 1 and 0.999'],
  [() => adamW({ weightDecay: -1 }), 'adamW: expected epsilon and weightDecay of at least 0, got 1e-8 and -1'],
  [() => sgd({ momentum: 1 }), 'sgd: expected a momentum in [0, 1), got 1'],
  [() => sgd({ weightDecay: Number.NaN }), 'sgd: expected a weightDecay of at least 0, got NaN'],
  [() => sgd({ nesterov: true }), 'sgd: expected a positive momentum with nesterov, got 0'],
  [() => one(adam(), { step: 0 }), 'adam: expected a step of at least 1, got 0'],
  [() => one(sgd(), { learningRate: -1 }), 'sgd: expected a finite learning rate of at least 0, got -1'],
  [() => optimizerByName('lion' as OptimizerName), 'optimizerByName: expected one of adam, adamW, sgd, got lion'],
])('refuses what it cannot use: %s', (run, message) => {
  expect(run).toThrow(message)
})

test('names the weight that has no gradient', () => {
  const missing = () =>
    tidy(() => {
      const weights = { a: tensor([1]), b: tensor([2]) }
      return sgd().update({ a: tensor([1]) }, {}, { weights, learningRate: 1, step: 1 }).weights
    })
  expect(missing).toThrow('sgd: expected an entry for b, got 1 others')
})
