/**
 * A quick check that the active backend differentiates the operations of this package correctly.
 *
 * Small fixed inputs, finite differences, a fraction of a second: what `leanvox doctor` runs on a new machine.
 *
 * @module
 */
import { mul, sin, sum, range, reshape, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core'

import { conv } from './conv.ts'
import { convTranspose } from './conv-transpose.ts'
import { directionalSlopes } from './finite-differences.ts'
import type { NamedTensors } from './named-tensors.ts'
import { normActivation } from './norm-activation.ts'
import { avgPool, maxPool } from './pool.ts'
import { resizeLinear } from './resize.ts'

/** The largest relative difference between gradient and finite differences of one operation. */
export interface CheckResult {
  readonly operation: string
  readonly error: number
  readonly passed: boolean
}

const tolerance = 0.005

interface Case {
  readonly shapes: Readonly<Record<string, readonly number[]>>
  readonly run: (weights: NamedTensors) => Tensor
}

const cases: Readonly<Record<string, Case>> = {
  'conv 2D': { shapes: { x: [2, 5, 4, 3], filter: [3, 3, 3, 4] }, run: ({ x, filter }) => conv(x, filter) },
  'conv 3D': { shapes: { x: [1, 4, 5, 3, 3], filter: [3, 3, 3, 3, 4] }, run: ({ x, filter }) => conv(x, filter) },
  'conv 3D, stride 2': {
    shapes: { x: [1, 4, 5, 3, 3], filter: [3, 3, 3, 3, 4] },
    run: ({ x, filter }) => conv(x, filter, { strides: 2 }),
  },
  'transposed conv 3D': {
    shapes: { x: [1, 2, 3, 2, 3], filter: [2, 2, 2, 4, 3] },
    run: ({ x, filter }) => convTranspose(x, filter, { strides: 2 }),
  },
  'max pool': { shapes: { x: [1, 4, 5, 3, 3] }, run: ({ x }) => maxPool(x, 2) },
  'average pool': { shapes: { x: [1, 4, 5, 3, 3] }, run: ({ x }) => avgPool(x, 2) },
  'linear resize': { shapes: { x: [1, 3, 2, 4, 3] }, run: ({ x }) => resizeLinear(x, [5, 4, 3]) },
  'instance norm + leaky ReLU': {
    shapes: { x: [2, 3, 4, 3, 4], scale: [4], offset: [4] },
    run: ({ x, scale, offset }) => normActivation(x, { scale, offset }, { kind: 'instance' }),
  },
}

/** Checks every operation on the active backend. */
export function selfCheck(): CheckResult[] {
  return Object.entries(cases).map(([operation, { shapes, run }]) => {
    const error = tidy(() => largestError({ shapes, run }))
    return { operation, error, passed: error < tolerance }
  })
}

function largestError({ shapes, run }: Case): number {
  const names = Object.keys(shapes)
  const weights = Object.fromEntries(names.map((name, index) => [name, waves(shapes[name], index + 1)]))
  const directions = Object.fromEntries(names.map((name, index) => [name, waves(shapes[name], index + 7)]))
  const target = waves(run(weights).shape, 13)
  const slopes = directionalSlopes({
    f: (values) => sum(mul(run(values), target)) as Scalar,
    weights,
    directions,
    step: 5e-3,
  })
  return Math.max(
    ...Object.values(slopes).map(({ analytic, numeric }) => Math.abs(analytic - numeric) / (1 + Math.abs(analytic))),
  )
}

// Fixed values without a pattern that an index mistake could leave unchanged.
function waves(shape: readonly number[], phase: number): Tensor {
  const size = shape.reduce((product, length) => product * length, 1)
  return reshape(sin(mul(range(0, size), 1.7 + phase * 0.31)), [...shape])
}
