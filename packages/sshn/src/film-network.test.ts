import { disposeAll, startEngine, toTensors, valueAndGradients } from '@leanvox/engine'
import { createRng } from '@leanvox/random'
import { memory, randomNormal, type Scalar, square, sum, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { filmNetwork } from './film-network.ts'

beforeAll(async () => {
  await startEngine({ backend: 'cpu' })
})

const TINY = { primary: { channels: [2, 2], convsPerLevel: 1 }, hidden: [4] } as const

test('the reference has about the 192.5 thousand parameters of the paper', () => {
  const network = filmNetwork()
  const modulated = 18 * 2 * 24
  const mlp = 2 * 16 + 16 + 16 * 96 + 96
  expect(network.parameterCount).toBe(network.primary.parameterCount + mlp + modulated * 96)
  expect(network.parameterCount).toBeGreaterThan(190_000)
  expect(network.parameterCount).toBeLessThan(197_000)
})

test('convolutions are the same at every phi, scales and offsets are not and start near 1 and 0', () => {
  tidy(() => {
    const network = filmNetwork({ ...TINY, primary: { channels: [16, 16], convsPerLevel: 1 } })
    const omega = toTensors(network.init(createRng(1)))
    const [low, high] = [0.1, 0.5].map((phi) => network.weightsAt(omega, phi))
    for (const { name, initial } of network.primary.parameters) {
      const [a, b] = [[...low[name].dataSync()], [...high[name].dataSync()]]
      if (!/scale|offset/.test(name)) expect(a).toEqual(b)
      else {
        expect(a, name).not.toEqual(b)
        const spread = Math.sqrt(a.reduce((total, value) => total + (value - initial.mean) ** 2, 0) / a.length)
        expect(spread).toBeGreaterThan(0.03)
        expect(spread).toBeLessThan(0.3)
      }
    }
  })
})

test('every weight has a gradient, and nothing stays in memory', () => {
  const network = filmNetwork(TINY)
  const omega = toTensors(network.init(createRng(1)))
  const x = randomNormal([1, 6, 6, 1], 0, 1, 'float32', 1)
  const before = memory().numTensors
  const loss = (weights: typeof omega) => sum(square(network.apply(weights, x, { rescale: 0.3 }))) as Scalar
  const { value, gradients } = valueAndGradients(loss, omega)
  for (const [name, gradient] of Object.entries(gradients)) {
    expect(
      gradient.dataSync().some((one) => one !== 0),
      name,
    ).toBe(true)
  }
  disposeAll({ ...gradients, value })
  expect(memory().numTensors).toBe(before)
  disposeAll({ ...omega, x })
})

test('a primary without normalisation has nothing to modulate', () => {
  expect(() => filmNetwork({ primary: { norm: 'none' } })).toThrow(
    new RangeError('filmNetwork: expected a primary with normalisation, got norm none'),
  )
  expect(() => filmNetwork({ residual: true } as never)).toThrow('filmNetwork: expected keys among primary, hidden,')
})
