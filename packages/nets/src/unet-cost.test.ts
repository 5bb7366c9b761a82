/** Multiply-adds by hand, and against the shapes that really pass through the convolutions. */
import type * as Engine from '@leanvox/engine'
import { startEngine, toTensors } from '@leanvox/engine'
import { createRng } from '@leanvox/random'
import { type Tensor, tidy, zeros } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { unet, type UNetSpec } from './index.ts'

const seen = vi.hoisted(() => ({ multiplyAdds: 0 }))

vi.mock('@leanvox/engine', async (importOriginal) => {
  const engine = await importOriginal<typeof Engine>()
  return {
    ...engine,
    conv: (...args: Parameters<typeof engine.conv>) => {
      const y = engine.conv(...args)
      seen.multiplyAdds += (y.size / y.shape[y.rank - 1]) * args[1].size
      return y
    },
    convTranspose: (...args: Parameters<typeof engine.convTranspose>) => {
      const [x, filter] = args
      seen.multiplyAdds += (x.size / x.shape[x.rank - 1]) * filter.size
      return engine.convTranspose(...args)
    },
  }
})

beforeAll(async () => {
  await startEngine({ backend: 'cpu' })
})
beforeEach(() => {
  seen.multiplyAdds = 0
})

test('a two-level network by hand', () => {
  const network = unet({ dimensions: 2, channels: [2, 3], convsPerLevel: 1, outChannels: 2 })
  // 5 x 4 at the top, 3 x 2 below
  const byHand = 1 * 2 * 9 * 20 + 2 * 3 * 9 * 6 + (3 + 2) * 2 * 9 * 20 + 2 * 2 * 20
  expect(network.multiplyAdds([5, 4])).toBe(byHand)
})

test('the default network on 64 voxels cubed by hand', () => {
  const c = [16, 32, 64, 128]
  const voxels = [64, 32, 16, 8].map((n) => n ** 3)
  let byHand = (1 + c[0]) * c[0] * 27 * voxels[0] + c[0] * 2 * voxels[0]
  for (const level of [1, 2, 3]) byHand += (c[level - 1] + c[level]) * c[level] * 27 * voxels[level]
  for (const level of [0, 1, 2]) byHand += (c[level + 1] + c[level] + c[level]) * c[level] * 27 * voxels[level]
  expect(unet().multiplyAdds([64, 64, 64])).toBe(byHand)
})

test.each<[Partial<UNetSpec>, number[], number | undefined]>([
  [{ dimensions: 2, channels: [2, 3, 4] }, [7, 10], undefined],
  [{ dimensions: 2, channels: [2, 3, 4], downsample: 'stride', residualUnits: 2 }, [7, 9], undefined],
  [{ dimensions: 2, channels: [2, 3, 4], downsample: 'stride', residualUnits: 1 }, [7, 9], 0.7],
  [{ dimensions: 2, channels: [2, 3, 4], upsample: 'transposed' }, [7, 9], undefined],
  [{ dimensions: 3, channels: [2, 2, 3], residualUnits: 1, deepSupervision: true }, [3, 5, 4], 0.3],
])('counts what %j really does on %j with rescale %s', (parts, spatial, rescale) => {
  const network = unet(parts)
  const options = rescale === undefined ? {} : { rescale }
  tidy((): Tensor[] => network.applyDeep(toTensors(network.init(createRng(1))), zeros([1, ...spatial, 1]), options))
  expect(network.multiplyAdds(spatial, options)).toBe(seen.multiplyAdds)
  expect(seen.multiplyAdds).toBeGreaterThan(0)
})

test('never falls as the rescaling factor grows', () => {
  const network = unet()
  const factor = fc.double({ min: 0.01, max: 1, noNaN: true })
  fc.assert(
    fc.property(factor, factor, (a, b) => {
      const [small, large] = [Math.min(a, b), Math.max(a, b)].map((rescale) =>
        network.multiplyAdds([40, 33, 64], { rescale }),
      )
      expect(small).toBeLessThanOrEqual(large)
    }),
  )
})
