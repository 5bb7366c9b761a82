import { disposeAll, startEngine, toTensors } from '@leanvox/engine'
import { unet } from '@leanvox/nets'
import { createRng } from '@leanvox/random'
import { decodeSafetensors, encodeSafetensors } from '@leanvox/training'
import { memory, randomNormal } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { atPhi } from './at-phi.ts'
import { exportAt, exportedNetwork } from './export-at.ts'
import { filmNetwork } from './film-network.ts'
import { hyperNetwork } from './hyper-network.ts'
import { primarySpec } from './hyper-spec.ts'

const primary = primarySpec({ channels: [8, 8, 8], outChannels: 3 })

// The addon of onednn is not built everywhere; bfloat16 is tested where it is.
const onednn = await startEngine({ backend: 'onednn' }).then(
  () => [['onednn', 'bfloat16'] as const],
  () => [],
)

describe.each([['cpu', 'float32'] as const, ['wasm', 'float32'] as const, ...onednn])(
  'on %s in %s',
  (backend, precision) => {
    beforeAll(async () => {
      await startEngine({ backend, precision })
    })

    test.each([
      ['hypernetwork', hyperNetwork({ primary, hidden: [8, 16] })],
      ['hypernetwork without theta0', hyperNetwork({ primary, hidden: [8, 16], residual: false })],
      ['FiLM', filmNetwork({ primary, hidden: [8] })],
    ] as const)('the plain U-Net of a %s has its logits to the last bit', async (_, network) => {
      const arrays = network.init(createRng(2))
      const x = randomNormal([2, 20, 17, 1], 0, 1, 'float32', 4)
      const before = memory().numTensors
      for (const phi of [0.05, 0.3, 0.5, 0.9]) {
        const exported = await exportAt(network, arrays, phi)
        const stored = decodeSafetensors(encodeSafetensors({ tensors: exported.weights }))
        const [omega, theta] = [toTensors(arrays), toTensors(stored.tensors as typeof exported.weights)]
        const expected = network.apply(omega, x, { rescale: phi })
        const found = unet(exported.spec).apply(theta, x, { rescale: exported.phi as number })
        expect(found.dataSync()).toEqual(expected.dataSync())
        disposeAll(omega) // FiLM's shares names with theta
        disposeAll({ ...theta, expected, found })
      }
      expect(memory().numTensors).toBe(before)
      x.dispose()
    })
  },
)

describe('an export', () => {
  beforeAll(async () => {
    await startEngine({ backend: 'cpu' })
  })

  test('of a plain U-Net is itself at phi, other weights left out', async () => {
    const network = unet(primary)
    const weights = network.init(createRng(1))
    const exported = await exportAt(network, { ...weights, other: { shape: [1], data: new Float32Array(1) } }, 0.3)
    expect(exported).toEqual({ spec: primary, weights, phi: 0.3 })
    expect(exportedNetwork(exported).spec).toEqual({ ...primary, phi: 0.3 })
  })

  test('counts the multiply-adds of its phi', async () => {
    const network = hyperNetwork({ primary, hidden: [4] })
    const exported = await exportAt(network, network.init(createRng(1)), 0.25)
    expect(exportedNetwork(exported).multiplyAdds([32, 32])).toBe(
      unet(primary).multiplyAdds([32, 32], { rescale: 0.25 }),
    )
  })

  test.each([0, 1.5])('at %s is refused', async (phi) => {
    const network = unet(primary)
    await expect(exportAt(network, network.init(createRng(1)), phi)).rejects.toThrow(
      `atPhi: expected a phi in (0, 1], got ${phi}`,
    )
  })

  test('of weights of another architecture is refused by name and shape', async () => {
    const other = unet({ ...primary, channels: [8, 8, 4] }).init(createRng(1))
    await expect(exportAt(unet(primary), other, 0.5)).rejects.toThrow(
      'exportAt: expected a weight encoder.2.conv.0.kernel of shape [3, 3, 8, 8], got [3, 3, 8, 4]',
    )
    await expect(exportAt(hyperNetwork({ primary, hidden: [4] }), other, 0.5)).rejects.toThrow(
      'hyperNetwork: expected a weight hidden.0.kernel of shape [2, 4], got none among',
    )
  })
})

test('a network held at phi ignores other factors and says its own in its spec', () => {
  const held = atPhi(unet(primary), 0.2)
  expect(held.spec.phi).toBe(0.2)
  expect(held.multiplyAdds([32, 32], { rescale: 0.5 })).toBe(unet(primary).multiplyAdds([32, 32], { rescale: 0.2 }))
  expect(held.parameterCount).toBe(unet(primary).parameterCount)
})
