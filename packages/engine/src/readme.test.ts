import { readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

import { conv, disposeAll, maxPool, normActivation, startEngine, toTensors, valueAndGradients } from './index.ts'
import { mean, ones, type Scalar } from '@tensorflow/tfjs-core'

// The code of the README, line by line; the test below holds the two together.
async function readmeExample() {
  const { why } = await startEngine({ backend: 'wasm' }) // 'auto' takes the fastest that loads
  const weights = toTensors({ kernel: { shape: [3, 3, 3, 1, 2], data: new Float32Array(54).fill(0.1) } })
  const image = ones([1, 8, 8, 8, 1])
  const { value, gradients } = valueAndGradients(({ kernel }) => {
    const features = normActivation(conv(image, kernel), {}, { kind: 'instance' })
    return mean(maxPool(features, 2)) as Scalar
  }, weights)
  const shape = gradients['kernel'].shape // [3, 3, 3, 1, 2]
  disposeAll({ value, ...gradients, ...weights })
  return { why, shape }
}

it('runs the code of the README', async () => {
  const { why, shape } = await readmeExample()
  expect(why).toMatch(/^wasm/)
  expect(shape).toEqual([3, 3, 3, 1, 2])
})

it('runs the same code as the README shows', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const shown =
    /```ts\n([\s\S]*?)```/
      .exec(readme)?.[1]
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('import')) ?? []
  const run = readFileSync(new URL(import.meta.url), 'utf8')
    .split('\n')
    .map((line) => line.trim())
  expect(shown.length).toBeGreaterThan(8)
  for (const line of shown) expect(run).toContain(line.trim())
})
