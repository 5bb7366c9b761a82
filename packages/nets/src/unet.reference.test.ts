/** Logits and parameter counts of independent PyTorch networks (fixtures/generate.py). */
import { readFileSync } from 'node:fs'
import { disposeAll, type NamedArrays, startEngine, toArrays, toTensors } from '@leanvox/engine'
import { memory, tensor } from '@tensorflow/tfjs-core'
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
  readonly parameterCount: number
}

const { cases } = JSON.parse(readFileSync(new URL('../fixtures/unet.json', import.meta.url), 'utf8')) as {
  cases: Case[]
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startEngine({ backend })
  })

  test.each(cases)('agrees with PyTorch: $title', async ({ spec, rescale, input, weights, logits }) => {
    const before = memory().numTensors
    const x = tensor(input.data, input.shape)
    const arrays: NamedArrays = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
    )
    const tensors = toTensors(arrays)
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
})

test.each(cases)('has the parameters of PyTorch: $title', ({ spec, weights, parameterCount }) => {
  const network = unet(spec)
  expect(network.parameterCount).toBe(parameterCount)
  const shapes = Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, shape]))
  expect(Object.fromEntries(network.parameters.map(({ name, shape }) => [name, shape]))).toEqual(shapes)
})
