/** Ten steps of every optimiser against torch.optim (fixtures/optimisers.py). */
import { readFileSync } from 'node:fs'
import { disposeAll, type NamedTensors, startEngine } from '@leanvox/engine'
import { memory, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { optimizerByName, type OptimizerName } from './optimiser-by-name.ts'

type Values = Readonly<Record<string, number[]>>

interface Fixture {
  readonly start: Readonly<Record<string, { shape: number[]; data: number[] }>>
  readonly learningRates: number[]
  readonly gradients: Values[]
  readonly cases: { name: OptimizerName; options: Readonly<Record<string, unknown>>; end: Values }[]
}

const path = new URL('../../fixtures/optimisers.json', import.meta.url)
const { start, learningRates, gradients, cases } = JSON.parse(readFileSync(path, 'utf8')) as Fixture

const tensorsOf = (values: Values): NamedTensors =>
  Object.fromEntries(Object.entries(values).map(([name, data]) => [name, tensor(data, start[name].shape)]))

// The addon of onednn is not built everywhere; its fused kernels run here where it is.
const onednn = await startEngine({ backend: 'onednn' }).then(
  () => ['onednn'] as const,
  () => [],
)

describe.each(['cpu', 'wasm', ...onednn] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startEngine({ backend })
  })

  test.each(cases)('$name with $options agrees with torch.optim', ({ name, options, end }) => {
    const before = memory().numTensors
    const optimizer = optimizerByName(name, options)
    let weights = tensorsOf({ a: start.a.data, b: start.b.data })
    let state = optimizer.init(weights)
    const held = memory().numTensors
    learningRates.forEach((learningRate, index) => {
      const slopes = tensorsOf(gradients[index])
      const next = optimizer.update(slopes, state, { weights, learningRate, step: index + 1 })
      for (const old of [weights, state, slopes]) disposeAll(old)
      weights = next.weights
      state = next.state
    })
    expect(memory().numTensors).toBe(held)
    for (const key of ['a', 'b']) {
      const found = weights[key].dataSync()
      end[key].forEach((value, i) => expect(Math.abs(found[i] - value)).toBeLessThan(1e-5))
    }
    disposeAll(weights)
    disposeAll(state)
    expect(memory().numTensors).toBe(before)
  })
})
