import { disposeAll, startEngine, toTensors } from '@leanvox/engine'
import { createRng } from '@leanvox/random'
import { memory, randomNormal, tensor, tidy, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { unet, type UNetSpec } from './index.ts'

beforeAll(async () => {
  await startEngine({ backend: 'cpu' })
})

const TINY = { dimensions: 2, channels: [2, 3, 4] } as const

describe('apply', () => {
  const sizes: [Partial<UNetSpec>, number[], number | undefined][] = [
    [{ dimensions: 2, channels: [2, 3, 4] }, [7, 9], undefined],
    [{ dimensions: 2, channels: [2, 3, 4], downsample: 'resize' }, [1, 6], undefined],
    [{ dimensions: 2, channels: [2, 3, 4], downsample: 'stride', upsample: 'transposed' }, [5, 11], undefined],
    [{ dimensions: 2, channels: [2, 3, 4], upsample: 'transposed', norm: 'none' }, [5, 11], 0.5],
    [{ dimensions: 2, channels: [2, 3, 4], upsample: 'nearest', norm: 'group' }, [9, 4], 0.3],
    [{ dimensions: 2, channels: [2, 3, 4], residualUnits: 1 }, [6, 6], 1],
    [{ dimensions: 2, channels: [3] }, [5, 4], undefined],
    [{ dimensions: 3, channels: [2, 3], residualUnits: 2, convsPerLevel: 1 }, [3, 5, 4], undefined],
    [{ dimensions: 3, channels: [2, 3, 4, 5] }, [1, 2, 3], undefined],
  ]

  test.each(sizes)('%j keeps the size of %j with rescale %s', (parts, spatial, rescale) => {
    tidy(() => {
      const network = unet({ inChannels: 2, outChannels: 3, ...parts })
      const x = randomNormal([2, ...spatial, 2])
      const logits = network.apply(toTensors(network.init(createRng(1))), x, rescale === undefined ? {} : { rescale })
      expect(logits.shape).toEqual([2, ...spatial, 3])
      expect(logits.dataSync().every(Number.isFinite)).toBe(true)
    })
  })

  test('treats the items of a batch alone', () => {
    tidy(() => {
      const network = unet(TINY)
      const weights = toTensors(network.init(createRng(1)))
      const [a, b] = [randomNormal([1, 6, 5, 1], 0, 1, 'float32', 1), randomNormal([1, 6, 5, 1], 3, 1, 'float32', 2)]
      const both = network.apply(weights, tensor([...a.dataSync(), ...b.dataSync()], [2, 6, 5, 1])).dataSync()
      const alone = network.apply(weights, b).dataSync()
      alone.forEach((value, i) => expect(both[alone.length + i]).toBeCloseTo(value, 5))
    })
  })

  test('halves in the same way whether by spec or by a rescale of 0.5', () => {
    tidy(() => {
      const network = unet({ ...TINY, downsample: 'resize' })
      const weights = toTensors(network.init(createRng(3)))
      const x = randomNormal([1, 7, 6, 1], 0, 1, 'float32', 5)
      expect(network.apply(weights, x, { rescale: 0.5 }).dataSync()).toEqual(network.apply(weights, x).dataSync())
    })
  })

  test('takes a factor for each stage, equal ones being the same as one', () => {
    tidy(() => {
      const network = unet(TINY)
      const weights = toTensors(network.init(createRng(3)))
      const x = randomNormal([1, 12, 9, 1], 0, 1, 'float32', 5)
      const run = (rescale: number | number[]) => network.apply(weights, x, { rescale }).dataSync()
      expect(run([0.4, 0.4])).toEqual(run(0.4))
      expect(run([0.4, 0.7])).not.toEqual(run([0.7, 0.4]))
      // Voxels 108, 5 x 4, 4 x 3: the second factor changes only the third level.
      const [third, kernels] = [5 * 4 - 4 * 3, 9 * (3 * 4 + 4 * 4)]
      const cost = (rescale: number[]) => network.multiplyAdds([12, 9], { rescale })
      expect(cost([0.4, 1]) - cost([0.4, 0.7])).toBe(third * kernels)
    })
  })

  test('gives one output for each supervised level, the first as apply does', () => {
    tidy(() => {
      const network = unet({ dimensions: 2, channels: [2, 3, 4, 5], deepSupervision: true })
      const weights = toTensors(network.init(createRng(3)))
      const x = randomNormal([1, 9, 8, 1], 0, 1, 'float32', 5)
      const outputs = network.applyDeep(weights, x)
      expect(outputs.map(({ shape }) => shape)).toEqual([
        [1, 9, 8, 2],
        [1, 5, 4, 2],
        [1, 3, 2, 2],
      ])
      expect(outputs[0].dataSync()).toEqual(network.apply(weights, x).dataSync())
    })
  })

  test('leaves only its result in memory', () => {
    const network = unet({ ...TINY, residualUnits: 1 })
    const weights = toTensors(network.init(createRng(1)))
    const x = zeros([1, 5, 5, 1])
    const before = memory()
    const logits = network.apply(weights, x)
    expect(memory().numTensors).toBe(before.numTensors + 1)
    expect(memory().numDataBuffers).toBe(before.numDataBuffers + 1)
    disposeAll({ ...weights, x, logits })
  })
})

describe('errors', () => {
  const network = unet(TINY)
  const run = (shape: number[], { rescale = 1, drop = '' } = {}) =>
    tidy(() => {
      const { [drop]: _, ...weights } = toTensors(network.init(createRng(1)))
      return network.apply(weights, zeros(shape), { rescale })
    })

  test.each<[string, () => unknown, string]>([
    ['rank', () => run([1, 4, 4, 4, 1]), 'unet: expected x of shape [batch, height, width, 1], got [1, 4, 4, 4, 1]'],
    ['channels', () => run([1, 4, 4, 2]), 'unet: expected x of shape [batch, height, width, 1], got [1, 4, 4, 2]'],
    ['rescale', () => run([1, 4, 4, 1], { rescale: 0 }), 'unet: expected a rescale in (0, 1], got 0'],
    [
      'too few factors',
      () => network.multiplyAdds([4, 4], { rescale: [0.5] }),
      'unet: expected a rescale for each of 2 stages, got [0.5]',
    ],
    [
      'one bad factor of two',
      () => network.multiplyAdds([4, 4], { rescale: [0.5, 1.5] }),
      'unet: expected a rescale in (0, 1], got 1.5',
    ],
    [
      'a missing weight',
      () => run([1, 4, 4, 1], { drop: 'head.0.bias' }),
      'unet: expected a weight head.0.bias of shape [2], got none among 31 weights',
    ],
    [
      'a misshapen weight',
      () =>
        tidy(() =>
          network.apply(
            { ...toTensors(unet({ ...TINY, channels: [2, 3, 5] }).init(createRng(1))) },
            zeros([1, 4, 4, 1]),
          ),
        ),
      'unet: expected a weight encoder.2.conv.0.kernel of shape [3, 3, 3, 4], got [3, 3, 3, 5]',
    ],
    [
      'a rescale that a transposed convolution cannot follow',
      () => unet({ ...TINY, upsample: 'transposed' }).multiplyAdds([4, 4], { rescale: 0.4 }),
      'unet: expected a rescale of 0.5 with transposed upsampling, got 0.4',
    ],
    [
      'a size of another rank',
      () => network.multiplyAdds([4]),
      'unet: expected 2 positive whole numbers as size, got [4]',
    ],
  ])('names %s', (_, act, message) => {
    expect(act).toThrow(new RangeError(message))
  })
})
