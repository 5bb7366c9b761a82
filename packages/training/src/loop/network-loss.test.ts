import { memory, tensor, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { startEngine } from '@leanvox/engine'
import type { SegmentationNetwork } from '../segmentation-network.ts'
import { networkLoss } from './network-loss.ts'

beforeAll(async () => void (await startEngine({ backend: 'cpu' })))

test('deep supervision weighs levels 1, 1/2, 1/4 normalised and brings the labels to each size', () => {
  const sizes = [4, 2, 1]
  const network = {
    spec: { dimensions: 2, inChannels: 1, outChannels: 2, deepSupervision: true },
    applyDeep: () => sizes.map((size) => tensor(new Float32Array(2 * size * size), [1, size, size, 2])),
  } as unknown as SegmentationNetwork // only what the loss calls
  const seen: number[][] = []
  const values = [7, 14, 28]
  const loss = (logits: Tensor, labels: Tensor) => {
    seen.push(labels.shape)
    expect(labels.dtype).toBe('int32')
    return tensor(values[sizes.indexOf(logits.shape[1]!)]) as Scalar
  }
  const before = memory().numTensors
  const value = tidy(() => {
    const batch = {
      images: tensor(new Float32Array(16), [1, 4, 4, 1]),
      labels: tensor(new Int32Array(16), [1, 4, 4], 'int32'),
    }
    return networkLoss({ network, loss }, batch)({}).dataSync()[0]
  })
  expect(value).toBeCloseTo((7 + 14 / 2 + 28 / 4) / 1.75, 5)
  expect(seen).toEqual([
    [1, 4, 4],
    [1, 2, 2],
    [1, 1, 1],
  ])
  expect(memory().numTensors).toBe(before)
})
