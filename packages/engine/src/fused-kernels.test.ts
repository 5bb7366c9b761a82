/** The operations on the fused kernels of the onednn backend against the composed forms on cpu, gradients included. */
import { concat, memory, mul, sin, sum, range, reshape, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'

import { conv } from './conv.ts'
import { convTranspose } from './conv-transpose.ts'
import type { NamedTensors } from './named-tensors.ts'
import { normActivation } from './norm-activation.ts'
import { maxPool } from './pool.ts'
import { resizeLinear, resizeNearest } from './resize.ts'
import { selfCheck } from './self-check.ts'
import { startEngine } from './start-engine.ts'
import { valueAndGradients } from './value-and-gradients.ts'

interface Case {
  readonly shapes: Readonly<Record<string, readonly number[]>>
  readonly run: (weights: NamedTensors) => Tensor
}

const joined = { a: [2, 5, 4, 6, 3], b: [2, 5, 4, 6, 16], filter: [3, 3, 3, 19, 8] }

const cases: Readonly<Record<string, Case>> = {
  'conv of two inputs': { shapes: joined, run: ({ a, b, filter }) => conv([a, b], filter) },
  'strided conv of two inputs': { shapes: joined, run: ({ a, b, filter }) => conv([a, b], filter, { strides: 2 }) },
  'conv of a joined input': { shapes: joined, run: ({ a, b, filter }) => conv(concat([a, b], -1), filter) },
  'dilated conv 2D': {
    shapes: { x: [2, 9, 8, 3], filter: [3, 3, 3, 5] },
    run: ({ x, filter }) => conv(x, filter, { dilation: 2 }),
  },
  'conv with a stride above its kernel': {
    shapes: { x: [1, 5, 4, 7, 2], filter: [1, 1, 1, 2, 3] },
    run: ({ x, filter }) => conv(x, filter, { strides: 2 }),
  },
  'transposed conv 3D': {
    shapes: { x: [1, 2, 3, 2, 3], filter: [2, 2, 2, 4, 3] },
    run: ({ x, filter }) => convTranspose(x, filter, { strides: 2, outputShape: [3, 6, 4] }),
  },
  'linear resize 3D': { shapes: { x: [2, 3, 2, 5, 3] }, run: ({ x }) => resizeLinear(x, [5, 4, 3]) },
  'linear resize 2D': { shapes: { x: [2, 3, 5, 17] }, run: ({ x }) => resizeLinear(x, [7, 2]) },
  'nearest resize 3D': { shapes: { x: [2, 3, 2, 5, 3] }, run: ({ x }) => resizeNearest(x, [5, 4, 3]) },
  'max pool': { shapes: { x: [2, 5, 4, 3, 17] }, run: ({ x }) => maxPool(x, 2) },
  'group norm + leaky ReLU': {
    shapes: { x: [2, 5, 4, 3, 6], scale: [6], offset: [6] },
    run: ({ x, scale, offset }) => normActivation(x, { scale, offset }, { kind: 'group', groups: 3 }),
  },
  'affine + leaky ReLU': {
    shapes: { x: [2, 5, 4, 6], offset: [6] },
    run: ({ x, offset }) => normActivation(x, { offset }, { kind: 'none', leakiness: 0.2 }),
  },
}

// Fixed values without a pattern that an index mistake could leave unchanged.
function waves(shape: readonly number[], phase: number): Tensor {
  const size = shape.reduce((product, length) => product * length, 1)
  return reshape(sin(mul(range(0, size), 1.7 + phase * 0.31)), [...shape])
}

function measure({ shapes, run }: Case): Record<string, number[]> {
  return tidy(() => {
    const weights = Object.fromEntries(Object.entries(shapes).map(([name, shape], i) => [name, waves(shape, i)]))
    const value = run(weights)
    const loss = (values: NamedTensors) => sum(mul(run(values), waves(value.shape, 9))) as Scalar
    const { gradients } = valueAndGradients(loss, weights)
    return Object.fromEntries(Object.entries({ value, ...gradients }).map(([name, t]) => [name, [...t.dataSync()]]))
  })
}

function relativeError(a: readonly number[], b: readonly number[]): number {
  const difference = Math.hypot(...a.map((value, i) => value - b[i]))
  return difference / (Math.hypot(...b) || 1)
}

const available = await startEngine({ backend: 'onednn' }).then(
  () => true,
  () => false,
)

// Where the addon is not built, its own package says so.
describe.skipIf(!available)(available ? 'on onednn' : 'on onednn (its addon does not load here)', () => {
  const expected: Record<string, Record<string, number[]>> = {}

  beforeAll(async () => {
    await startEngine({ backend: 'cpu' })
    for (const [name, test] of Object.entries(cases)) expected[name] = measure(test)
    await startEngine({ backend: 'onednn' })
  })

  it.each(Object.keys(cases))('%s and its gradients agree with the composed form on cpu', (name) => {
    const before = memory().numTensors
    const found = measure(cases[name])
    expect(memory().numTensors).toBe(before)
    for (const [part, values] of Object.entries(found))
      expect(relativeError(values, expected[name][part]), part).toBeLessThan(1e-5)
  })

  it('passes the check of a new machine', () => {
    expect(selfCheck().filter(({ passed }) => !passed)).toEqual([])
  })

  it('refuses inputs of different places', () => {
    const [a, b, filter] = [waves([1, 4, 4, 2], 1), waves([1, 4, 3, 2], 2), waves([3, 3, 4, 2], 3)]
    expect(() => conv([a, b], filter)).toThrow(
      'conv: expected inputs that differ in channels only, got shapes [1,4,4,2], [1,4,3,2]',
    )
    expect(() => conv([], filter)).toThrow('conv: expected inputs that differ in channels only, got shapes none')
  })
})
