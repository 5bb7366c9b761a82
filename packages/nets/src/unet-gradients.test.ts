/**
 * Gradients of every named weight against central differences along a random direction, on networks whose activation
 * has no kink (leakiness 1), as differences across kinks are no reference; the PyTorch comparison covers those.
 */
import { type NamedTensors, startEngine, toTensors, valueAndGradients } from '@leanvox/engine'
import { createRng } from '@leanvox/random'
import {
  add,
  addN,
  memory,
  mul,
  randomNormal,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { unet, type UNetSpec } from './index.ts'

const STEP = 2e-3

const cases: [Partial<UNetSpec>, number[], number | undefined][] = [
  [{ dimensions: 2, channels: [2, 3] }, [5, 6], undefined],
  [{ dimensions: 2, channels: [2, 3, 3], residualUnits: 1, downsample: 'resize', norm: 'none' }, [7, 5], 0.7],
  [{ dimensions: 2, channels: [2, 4], downsample: 'stride', upsample: 'transposed', norm: 'group' }, [5, 6], undefined],
  [
    { dimensions: 3, channels: [2, 3, 2], residualUnits: 1, upsample: 'nearest', deepSupervision: true },
    [7, 8, 6],
    undefined,
  ],
]

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startEngine({ backend })
  })

  test.each(cases)('%j on %j with rescale %s', (parts, spatial, rescale) => {
    tidy(() => {
      const network = unet({ convsPerLevel: 1, leakiness: 1, ...parts })
      const weights = toTensors(network.init(createRng(5)))
      const x = randomNormal([1, ...spatial, 1], 0, 1, 'float32', 9)
      const loss = (named: NamedTensors) =>
        tidy(() => addN(network.applyDeep(named, x, rescale === undefined ? {} : { rescale }).map(wave)) as Scalar)
      const before = memory().numTensors
      const { gradients } = valueAndGradients(loss, weights)
      expect(memory().numTensors).toBe(before + network.parameters.length + 1)
      for (const { name } of network.parameters) {
        const direction = randomNormal(weights[name].shape, 0, 1, 'float32', 3)
        const at = (step: number) =>
          loss({ ...weights, [name]: add(weights[name], mul(direction, step)) }).dataSync()[0]
        const slope = sum(mul(gradients[name], direction)).dataSync()[0]
        const difference = (at(STEP) - at(-STEP)) / (2 * STEP)
        expect(Math.abs(slope - difference), name).toBeLessThan(0.02 * Math.abs(difference) + 0.003)
      }
    })
  })
})

/** A scalar in which every logit has its own weight, so that no symmetry hides an error. */
function wave(logits: Tensor): Tensor {
  const weights = Float32Array.from({ length: logits.size }, (_, i) => Math.sin(i * 1.3) / Math.sqrt(logits.size))
  return sum(mul(logits, tensor(weights, logits.shape)))
}
