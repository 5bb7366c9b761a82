import { grad, mul, randomNormal, square, sub, sum, tidy, memory, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'

import { avgPool, conv, convTranspose, maxPool, normActivation, resizeLinear, resizeNearest, startEngine, valueAndGradients } from './index.ts'

const cases: Record<string, [(weights: Record<string, Tensor>) => Tensor, Record<string, number[]>]> = {
  conv3: [({ x, w }) => conv(x, w), { x: [2, 4, 5, 3, 2], w: [3, 3, 3, 2, 3] }],
  conv3s: [({ x, w }) => conv(x, w, { strides: 2 }), { x: [2, 4, 5, 3, 2], w: [3, 3, 3, 2, 3] }],
  conv3v: [({ x, w }) => conv(x, w, { padding: 'valid', dilation: 2 }), { x: [2, 6, 5, 7, 2], w: [3, 3, 3, 2, 3] }],
  conv2: [({ x, w }) => conv(x, w), { x: [2, 5, 3, 2], w: [3, 3, 2, 3] }],
  conv2s: [({ x, w }) => conv(x, w, { strides: 2 }), { x: [2, 5, 4, 2], w: [3, 3, 2, 3] }],
  up3: [({ x, w }) => convTranspose(x, w, { strides: 2 }), { x: [2, 3, 2, 1, 2], w: [2, 2, 2, 3, 2] }],
  up2: [({ x, w }) => convTranspose(x, w, { strides: 2 }), { x: [2, 3, 2, 2], w: [3, 3, 3, 2] }],
  max3: [({ x }) => maxPool(x, 2), { x: [1, 4, 5, 3, 2] }],
  max2: [({ x }) => maxPool(x, 2), { x: [2, 4, 5, 2] }],
  avg3: [({ x }) => avgPool(x, 2), { x: [1, 4, 5, 3, 2] }],
  avg2: [({ x }) => avgPool(x, 2), { x: [2, 4, 5, 2] }],
  lin3: [({ x }) => resizeLinear(x, [5, 3, 6]), { x: [2, 4, 5, 3, 2] }],
  near2: [({ x }) => resizeNearest(x, [5, 6]), { x: [2, 4, 3, 2] }],
  norm: [({ x, s, o }) => normActivation(x, { scale: s, offset: o }, { kind: 'instance' }), { x: [2, 3, 4, 2, 4], s: [4], o: [4] }],
  group: [({ x, s, o }) => normActivation(x, { scale: s, offset: o }, { kind: 'group', groups: 2 }), { x: [2, 3, 4, 4], s: [4], o: [4] }],
}

describe.each(['cpu', 'wasm'] as const)('%s', (backend) => {
  beforeAll(async () => {
    console.log((await startEngine({ backend })).why)
  })
  it.each(Object.keys(cases))('%s has the gradient of finite differences', (name) => {
    const [f, shapes] = cases[name]
    let seed = 1
    const weights = Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, randomNormal(shape, 0.3, 1, 'float32', seed++)]))
    const direction = Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, randomNormal(shape, 0, 1, 'float32', seed++)]))
    const target = tidy(() => randomNormal(f(weights).shape, 0, 1, 'float32', 99))
    const loss = (w: Record<string, Tensor>) => sum(mul(target, f(w))) as Scalar
    const before = memory().numTensors
    const { value, gradients } = valueAndGradients((w) => loss({ ...w }), weights)
    expect(memory().numTensors - before).toBe(1 + Object.keys(weights).length)
    for (const key of Object.keys(weights)) {
      const h = 1e-3
      const at = (t: number) => tidy(() => loss({ ...weights, [key]: sub(weights[key], mul(direction[key], -t)) }).dataSync()[0])
      const numeric = (at(h) - at(-h)) / (2 * h)
      const analytic = tidy(() => sum(mul(gradients[key], direction[key])).dataSync()[0])
      expect(Math.abs(numeric - analytic) / (1 + Math.abs(analytic)), `${name}.${key} ${numeric} ${analytic}`).toBeLessThan(2e-2)
    }
    void value
  })
})
void grad
void square
