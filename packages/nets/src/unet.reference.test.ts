/** Logits, gradients and parameter counts of independent PyTorch networks (fixtures/generate.py). */
import { readFileSync } from 'node:fs'
import {
  disposeAll,
  type NamedArrays,
  type NamedTensors,
  startEngine,
  toArrays,
  toTensors,
  valueAndGradients,
} from '@leanvox/engine'
import { addN, memory, mul, type Scalar, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { unet, type UNetSpec } from './index.ts'

interface Array_ {
  readonly shape: number[]
  readonly data: number[]
}
interface Case {
  readonly title: string
  readonly spec: UNetSpec
  readonly rescale: number | null
  readonly input: Array_
  readonly weights: Readonly<Record<string, Array_>>
  readonly logits: readonly Array_[]
  readonly gradients: Readonly<Record<string, number>>
  readonly parameterCount: number
}

const { cases } = JSON.parse(readFileSync(new URL('../fixtures/unet.json', import.meta.url), 'utf8')) as {
  cases: Case[]
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startEngine({ backend })
  })

  test.each(cases)('has the logits of PyTorch: $title', async ({ spec, rescale, input, weights, logits }) => {
    const before = memory().numTensors
    const x = tensor(input.data, input.shape)
    const tensors = toTensors(arraysOf(weights))
    const results = unet(spec).applyDeep(tensors, x, rescale === null ? {} : { rescale })
    const named = Object.fromEntries(results.map((result, i) => [`${i}`, result]))
    const found = await toArrays(named)
    expect(results).toHaveLength(logits.length)
    logits.forEach(({ shape, data }, i) => {
      expect(found[i].shape).toEqual(shape)
      const worst = Math.max(...data.map((value, j) => Math.abs(value - found[i].data[j])))
      expect(worst).toBeLessThan(1e-4)
    })
    disposeAll({ ...tensors, ...named, x })
    expect(memory().numTensors).toBe(before)
  })

  test.each(cases)('has the gradients of PyTorch: $title', ({ spec, rescale, input, weights, gradients }) => {
    tidy(() => {
      const network = unet(spec)
      const x = tensor(input.data, input.shape)
      const loss = (named: NamedTensors) =>
        addN(network.applyDeep(named, x, rescale === null ? {} : { rescale }).map(wave)) as Scalar
      const found = valueAndGradients(loss, toTensors(arraysOf(weights))).gradients
      for (const [name, expected] of Object.entries(gradients)) {
        const projected = wave(found[name]).dataSync()[0]
        expect(Math.abs(projected - expected), name).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)))
      }
    })
  })
})

test.each(cases)('has the parameters of PyTorch: $title', ({ spec, weights, parameterCount }) => {
  const network = unet(spec)
  expect(network.parameterCount).toBe(parameterCount)
  const shapes = Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, shape]))
  expect(Object.fromEntries(network.parameters.map(({ name, shape }) => [name, shape]))).toEqual(shapes)
})

const arraysOf = (weights: Case['weights']): NamedArrays =>
  Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
  )

/** The generator's `wave`: a scalar in which every element has its own weight. */
function wave(values: Tensor): Tensor {
  const weights = Float32Array.from({ length: values.size }, (_, i) => Math.sin(1.3 * i) / Math.sqrt(values.size))
  return sum(mul(values, tensor(weights, values.shape)))
}
