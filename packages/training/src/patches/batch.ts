/**
 * Patches side by side as the network wants them: channels last.
 *
 * @module
 */
import { tensor, type Tensor } from '@tensorflow/tfjs-core'
import type { Shape3 } from '@leanvox/volume'
import type { Patch } from './patch.ts'

/** A batch as plain arrays: `images [n, d, h, w, channels]`, `labels [n, d, h, w]`. */
export interface Batch {
  readonly images: Float32Array
  readonly labels: Int32Array
  readonly size: number
  readonly shape: Shape3
  readonly channels: number
}

/**
 * The patches as one batch.
 *
 * @throws RangeError for no patches or patches of different sizes
 */
export function toBatch(patches: readonly Patch[]): Batch {
  if (patches.length === 0) throw new RangeError('toBatch: expected at least one patch, got 0')
  const { shape, channels } = patches[0]
  const voxels = shape[0] * shape[1] * shape[2]
  const images = new Float32Array(patches.length * voxels * channels)
  const labels = new Int32Array(patches.length * voxels)
  patches.forEach((patch, i) => {
    if (patch.label.length !== voxels || patch.image.length !== voxels * channels) {
      throw new RangeError(
        `toBatch: expected patches of shape [${shape}] with ${channels} channels, got [${patch.shape}]`,
      )
    }
    labels.set(patch.label, i * voxels)
    channelsLast(patch, images.subarray(i * voxels * channels, (i + 1) * voxels * channels))
  })
  return { images, labels, size: patches.length, shape, channels }
}

/** Writes channel-first planes into `out` with channels last. */
export function channelsLast({ image, channels }: { image: Float32Array; channels: number }, out: Float32Array): void {
  if (channels === 1) return out.set(image)
  const voxels = image.length / channels
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0, at = channel, from = channel * voxels; i < voxels; i++, at += channels) out[at] = image[from + i]
  }
}

/**
 * The batch as tensors: NDHWC and `[n, d, h, w]` in 3D, NHWC and `[n, h, w]` in 2D. They belong to the caller.
 */
export function toBatchTensors(batch: Batch, dimensions: 2 | 3): { images: Tensor; labels: Tensor } {
  const spatial = dimensions === 2 ? batch.shape.slice(1) : batch.shape
  return {
    images: tensor(batch.images, [batch.size, ...spatial, batch.channels], 'float32'),
    labels: tensor(batch.labels, [batch.size, ...spatial], 'int32'),
  }
}
