/** Every loss and its gradient against PyTorch (fixtures/losses.py). */
import { readFileSync } from 'node:fs'
import { startEngine, valueAndGradients } from '@leanvox/engine'
import { dispose, memory, oneHot, reshape, tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { lossByName, type LossName } from './loss-by-name.ts'

interface Case {
  readonly name: LossName
  readonly options: Readonly<Record<string, unknown>>
  readonly shape: number[]
  readonly logits: number[]
  readonly labels: number[]
  readonly loss: number
  readonly gradient: number[]
}

const { cases } = JSON.parse(readFileSync(new URL('../../fixtures/losses.json', import.meta.url), 'utf8')) as {
  cases: Case[]
}

const distance = (a: ArrayLike<number>, b: readonly number[]) =>
  Math.max(...b.map((value, i) => Math.abs(value - a[i])))

// The addon of onednn is not built everywhere; its fused kernels run here where it is.
const onednn = await startEngine({ backend: 'onednn' }).then(
  () => ['onednn'] as const,
  () => [],
)

describe.each(['cpu', 'wasm', ...onednn] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startEngine({ backend })
  })

  test.each(cases)('$name of $shape with $options agrees with PyTorch', ({ name, options, ...given }) => {
    const z = tensor(given.logits, given.shape)
    const y = tensor(given.labels, given.shape.slice(0, -1), 'int32')
    const before = memory().numTensors
    const { value, gradients } = valueAndGradients((weights) => lossByName(name, options)(weights.z, y), { z })
    expect(memory().numTensors).toBe(before + 2)
    expect(value.shape).toEqual([])
    expect(Math.abs(value.dataSync()[0] - given.loss)).toBeLessThan(2e-6)
    expect(distance(gradients.z.dataSync(), given.gradient)).toBeLessThan(2e-6)
    dispose([z, y, value, gradients.z])
  })
})

test.each(cases)('$name of $shape takes one-hot labels too', ({ name, options, shape, logits, labels, loss }) => {
  const channels = shape[shape.length - 1]
  const value = tidy(() => {
    const y = tensor(labels, shape.slice(0, -1), 'int32')
    const hot = channels === 1 ? reshape(y, shape) : oneHot(y, channels)
    return lossByName(name, options)(tensor(logits, shape), hot).dataSync()[0]
  })
  expect(Math.abs(value - loss)).toBeLessThan(2e-6)
})
