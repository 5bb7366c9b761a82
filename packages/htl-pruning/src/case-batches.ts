/**
 * Whole cases side by side as network input: consecutive cases of one shape share a batch.
 *
 * A 2D network reads a case of depth d as d images; its answers lie one after the other in the order of depth.
 *
 * @module
 */
import type { PreparedImage } from '@leanvox/training'
import { tensor, type Tensor } from '@tensorflow/tfjs-core'

/** Indices of cases that go through the network together. */
export interface CaseBatch {
  readonly indices: readonly number[]
}

/**
 * Splits cases into runs of equal shape of at most `batchSize`, in order.
 *
 * @throws RangeError for a batch size that is no whole number of at least 1
 */
export function caseBatches(
  cases: readonly Pick<PreparedImage, 'shape'>[],
  { caller, batchSize }: { readonly caller: string; readonly batchSize: number },
): CaseBatch[] {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`${caller}: expected a batch size of at least 1, got ${batchSize}`)
  }
  const batches: { indices: number[] }[] = []
  cases.forEach(({ shape }, index) => {
    const last = batches[batches.length - 1]
    const fits = last && last.indices.length < batchSize && String(cases[last.indices[0]].shape) === String(shape)
    if (fits) last.indices.push(index)
    else batches.push({ indices: [index] })
  })
  return batches
}

/**
 * The images of cases of one shape: `[n, d, h, w, channels]`, or `[n d, h, w, channels]` for two dimensions.
 *
 * @throws RangeError for a case of other channels
 */
export function imagesTensor(
  cases: readonly PreparedImage[],
  { caller, dimensions, inChannels }: { caller: string; dimensions: 2 | 3; inChannels: number },
): Tensor {
  const [depth, ...plane] = cases[0].shape
  const size = cases[0].image.length
  const values = new Float32Array(cases.length * size)
  cases.forEach(({ image, channels }, i) => {
    if (channels !== inChannels) throw new RangeError(`${caller}: expected ${inChannels} channels, got ${channels}`)
    channelsLast(image, channels, values.subarray(i * size, (i + 1) * size))
  })
  const shape = dimensions === 2 ? [cases.length * depth, ...plane] : [cases.length, depth, ...plane]
  return tensor(values, [...shape, inChannels], 'float32')
}

function channelsLast(image: Float32Array, channels: number, out: Float32Array): void {
  const voxels = image.length / channels
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0, at = channel, from = channel * voxels; i < voxels; i++, at += channels) out[at] = image[from + i]
  }
}
