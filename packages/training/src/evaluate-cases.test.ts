import { concat, memory, mul, sub, tensor, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { startEngine, type NamedArrays } from '@leanvox/engine'
import type { PreparedCase } from './patches/prepared-case.ts'
import { evaluateCases, scoreCase } from './evaluate-cases.ts'
import { slidingWindowPredict } from './inference/sliding-window-predict.ts'
import type { SegmentationNetwork } from './segmentation-network.ts'
import { blobCases } from '../fixtures/blob-cases.ts'

beforeAll(async () => void (await startEngine({ backend: 'cpu' })))

/** Foreground where the voxel exceeds the weight `threshold`: logits `[0, x - threshold]`. */
function thresholdNetwork(dimensions: 2 | 3): SegmentationNetwork {
  const apply: SegmentationNetwork['apply'] = (weights, x) =>
    concat([mul(x, 0), sub(x, weights.threshold)], -1) as Tensor
  return {
    spec: { dimensions, inChannels: 1, outChannels: 2 },
    parameters: [],
    parameterCount: 1,
    init: () => ({}),
    apply,
    applyDeep: (weights, x) => [apply(weights, x)],
    multiplyAdds: () => 1,
  }
}

const at = (threshold: number): NamedArrays => ({ threshold: { shape: [1], data: Float32Array.of(threshold) } })

/** A row of voxels: image equals `image`, label as given, 2 mm apart along the width. */
function row(id: string, image: number[], label: number[]): PreparedCase {
  const affine = [2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  const shape = [1, 1, image.length] as const
  return {
    id,
    image: Float32Array.from(image),
    label: Uint8Array.from(label),
    shape,
    spacing: [1, 1, 2],
    affine,
    channels: 1,
  }
}

describe('evaluateCases', () => {
  test('scores by hand: two of three voxels found, one missed case, one absent, one spurious', async () => {
    const cases = [
      row('part', [1, 1, 0, 0], [1, 1, 1, 0]),
      row('missed', [0, 0, 0, 0], [0, 1, 0, 0]),
      row('absent', [0, 0, 0, 0], [0, 0, 0, 0]),
      row('spurious', [1, 0, 0, 0], [0, 0, 0, 0]),
    ]
    const before = memory().numTensors
    const seen: string[] = []
    const result = await evaluateCases({
      network: thresholdNetwork(3),
      weights: at(0.5),
      cases,
      patchSize: [1, 1, 3],
      onPrediction: ({ id }, labelMap) => void seen.push(`${id} ${labelMap.join('')}`),
    })
    expect(memory().numTensors).toBe(before)
    expect(seen).toEqual(['part 1100', 'missed 0000', 'absent 0000', 'spurious 1000'])
    expect(result.cases.map(({ labels }) => labels[1].dice)).toEqual([0.8, 0, NaN, 0])
    expect(result.cases.map(({ labels }) => labels[1].hd95)).toEqual([expect.closeTo(1.8, 6), Infinity, NaN, Infinity])
    const summary = result.summary[1]
    expect(summary).toMatchObject({ missed: 1, spurious: 1, absent: 1 })
    expect(summary.dice).toMatchObject({ count: 4, undefinedCount: 1, mean: expect.closeTo(0.8 / 3, 12) as number })
    expect(result.meanDice).toBeCloseTo(0.8 / 3, 12)
    expect(Number.isFinite(result.meanHd95)).toBe(true) // a miss counts as the image's diagonal
  })

  test('a 2D network runs over the slices of a volume', async () => {
    const [blob] = blobCases(1, { shape: [5, 9, 7] })
    const network = thresholdNetwork(2)
    const result = await evaluateCases({ network, weights: at(0.5), cases: [blob], patchSize: [4, 4] })
    const expected = scoreCase(blob, { labelMap: Uint8Array.from(blob.image, (v) => (v > 0.5 ? 1 : 0)), labels: [1] })
    expect(result.cases[0]).toEqual(expected)
  })

  test('probabilities come with the label map when asked for', async () => {
    const weights = { threshold: tensor([0.5]) }
    const image = row('a', [0.5, 100.5, -99.5], [0, 0, 0])
    const options = { patchSize: [1, 1, 3], probabilities: true }
    const result = await slidingWindowPredict({ network: thresholdNetwork(3), weights }, image, options)
    expect([...result.labelMap]).toEqual([0, 1, 0])
    expect(Array.from(result.probabilities!.subarray(3), (p) => Math.round(p * 2) / 2)).toEqual([0.5, 1, 0])
    weights.threshold.dispose()
  })

  test('refuses an image of other channels', async () => {
    const image = { ...row('a', [0, 0], [0]), channels: 2 }
    await expect(
      slidingWindowPredict({ network: thresholdNetwork(3), weights: {} }, image, { patchSize: [1, 1, 1] }),
    ).rejects.toThrow('slidingWindowPredict: expected 1 channels, got 2')
  })
})
