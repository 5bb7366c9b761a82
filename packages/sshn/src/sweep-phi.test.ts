import { startEngine } from '@leanvox/engine'
import { unet } from '@leanvox/nets'
import { createRng } from '@leanvox/random'
import type { PreparedCase } from '@leanvox/training'
import { memory } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { hyperNetwork } from './hyper-network.ts'
import { primarySpec } from './hyper-spec.ts'
import { checkGrid, sweepPhi } from './sweep-phi.ts'

beforeAll(async () => {
  await startEngine({ backend: 'cpu' })
})

const primary = primarySpec({ channels: [2, 2], convsPerLevel: 1 })
const network = hyperNetwork({ primary, hidden: [8] })
const weights = network.init(createRng(1))

function square(id: string, size: number, label = 1): PreparedCase {
  const values = new Uint8Array(size * size)
  for (let row = 2; row < 6; row++) values.fill(label, row * size + 2, row * size + 6)
  const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  return {
    id,
    image: Float32Array.from(values),
    label: values,
    shape: [1, size, size],
    channels: 1,
    spacing: [1, 1, 1],
    affine,
  }
}

const cases = [square('a', 8), square('b', 8)]

describe('a sweep', () => {
  test('has one point a factor, in the order of the grid, with the costs of the plain U-Net', async () => {
    let now = 0
    const before = memory().numTensors
    const points = await sweepPhi({ network, weights }, { cases, phis: [0.5, 0.25, 0.8], clock: () => (now += 7) })
    expect(points.map(({ phi }) => phi)).toEqual([0.5, 0.25, 0.8])
    expect(points.map(({ multiplyAdds }) => multiplyAdds)).toEqual(
      [0.5, 0.25, 0.8].map((rescale) => unet(primary).multiplyAdds([8, 8], { rescale })),
    )
    expect(points.map(({ milliseconds }) => milliseconds)).toEqual([7, 7, 7])
    expect(points[1].peakBytes).toBeLessThan(points[2].peakBytes)
    for (const { dice, labels, caseDice } of points) {
      expect(dice).toBe(labels['1'])
      expect(caseDice).toHaveLength(2)
      expect((caseDice[0] + caseDice[1]) / 2).toBeCloseTo(dice, 12)
    }
    expect(memory().numTensors).toBe(before)
  })

  test('scores with a function of the caller and tells of every point', async () => {
    const heard: number[] = []
    const points = await sweepPhi(
      { network, weights },
      {
        phis: [0.3, 0.5],
        patchSize: [12, 10],
        repeats: 0,
        evaluate: (model, phi) =>
          Promise.resolve({ dice: Number(phi), labels: {}, caseDice: [model.network.parameterCount] }),
        onPoint: ({ dice }) => void heard.push(dice),
      },
    )
    expect(heard).toEqual([0.3, 0.5])
    expect(points[0].caseDice).toEqual([network.primary.parameterCount])
    expect(points[0].multiplyAdds).toBe(unet(primary).multiplyAdds([12, 10], { rescale: 0.3 }))
    expect(points[0].milliseconds).toBeNaN()
  })

  test('runs a plain U-Net too, and shows every label map', async () => {
    const plain = unet(primary)
    const seen: string[] = []
    await sweepPhi(
      { network: plain, weights: plain.init(createRng(1)) },
      {
        cases,
        phis: [0.4],
        repeats: 1,
        onPrediction: ({ id }, labelMap, phi) => void seen.push(`${id} ${labelMap.length} ${String(phi)}`),
      },
    )
    expect(seen).toEqual(['a 64 0.4', 'b 64 0.4'])
  })

  test('ends with the reason of a signal', async () => {
    await expect(
      sweepPhi({ network, weights }, { cases, phis: [0.4], signal: AbortSignal.abort('enough') }),
    ).rejects.toBe('enough')
  })
})

test.each<[string, Parameters<typeof sweepPhi>[1], string]>([
  ['an empty grid', { cases, phis: [] }, 'checkGrid: expected at least one phi, got 0'],
  ['a repeated factor', { cases, phis: [0.5, 0.25, 0.5] }, 'checkGrid: expected every phi once, got 0.5 twice'],
  ['a factor above 1', { cases, phis: [0.5, 1.01] }, 'checkGrid: expected a phi in (0, 1], got 1.01'],
  [
    'a factor that leaves nothing to see',
    { cases, phis: [0.1] },
    'sweepPhi: expected a phi that leaves more than one voxel below the first level of [8, 8], got 0.1',
  ],
  [
    'images of several sizes',
    { cases: [...cases, square('c', 9)], phis: [0.5] },
    'sweepPhi: expected a patchSize or cases of one size, got 8 x 8, 9 x 9',
  ],
  ['no cases', { phis: [0.5] }, 'sweepPhi: expected a patchSize or cases of one size, got no cases'],
  [
    'an unknown label',
    { cases: [square('d', 8, 3)], phis: [0.5] },
    'checkCases: expected labels below 2 in case d, got 3',
  ],
  [
    'other channels',
    { cases: [{ ...square('e', 8), channels: 3, image: new Float32Array(192) }], phis: [0.5] },
    'checkCases: expected 1 channels in case e, got 3',
  ],
])('refuses %s', async (_, options, message) => {
  await expect(sweepPhi({ network, weights }, options)).rejects.toThrow(new RangeError(message))
})

test('refuses a checkpoint of another architecture', async () => {
  const other = hyperNetwork({ primary, hidden: [9] }).init(createRng(1))
  await expect(sweepPhi({ network, weights: other }, { cases, phis: [0.5] })).rejects.toThrow(
    'hyperNetwork: expected a weight hidden.0.kernel of shape [2, 8], got [2, 9]',
  )
})

test('a grid keeps its order, and lists of factors may differ in order only', () => {
  expect(checkGrid([0.5, 0.1])).toEqual([0.5, 0.1])
  expect(
    checkGrid([
      [0.5, 0.1],
      [0.1, 0.5],
    ]),
  ).toHaveLength(2)
})
