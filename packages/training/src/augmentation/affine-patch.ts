/**
 * One resampling of a patch under a matrix about its centre: trilinear for the image, nearest for the label. Positions
 * beyond the source take its edge value; give the source a margin (`matrixReach`) to read image instead.
 *
 * @module
 */
import type { Shape3 } from '@leanvox/volume'
import type { Patch } from '../patches/patch.ts'
import type { Matrix3 } from './affine-matrix.ts'

/** The patch of `size` voxels whose offset o from its centre reads the source at `matrix · o` from the source's centre. */
export function affinePatch(source: Patch, { matrix, size }: { matrix: Matrix3; size: Shape3 }): Patch {
  const voxels = size[0] * size[1] * size[2]
  const image = new Float32Array(voxels * source.channels)
  const label = new Uint8Array(voxels)
  const planes = Array.from({ length: source.channels }, (_, channel) => ({
    from: plane(source.image, { channel, channels: source.channels }),
    to: plane(image, { channel, channels: source.channels }),
  }))
  const taps = { index: new Int32Array(8), weight: new Float64Array(8), nearest: 0 }
  let at = 0
  for (let z = 0; z < size[0]; z++) {
    for (let y = 0; y < size[1]; y++) {
      for (let x = 0; x < size[2]; x++, at++) {
        const dz = z - (size[0] - 1) / 2
        const dy = y - (size[1] - 1) / 2
        const dx = x - (size[2] - 1) / 2
        findTaps(taps, {
          z: matrix[0] * dz + matrix[1] * dy + matrix[2] * dx + (source.shape[0] - 1) / 2,
          y: matrix[3] * dz + matrix[4] * dy + matrix[5] * dx + (source.shape[1] - 1) / 2,
          x: matrix[6] * dz + matrix[7] * dy + matrix[8] * dx + (source.shape[2] - 1) / 2,
          shape: source.shape,
        })
        for (const { from, to } of planes) to[at] = weigh(from, taps)
        label[at] = source.label[taps.nearest]
      }
    }
  }
  return { ...source, image, label, shape: size }
}

interface Taps {
  readonly index: Int32Array
  readonly weight: Float64Array
  nearest: number
}

/** The eight voxels around a position with their weights, and the nearest one. */
function findTaps(taps: Taps, { z, y, x, shape }: { z: number; y: number; x: number; shape: Shape3 }): void {
  const cz = Math.min(shape[0] - 1, Math.max(0, z))
  const cy = Math.min(shape[1] - 1, Math.max(0, y))
  const cx = Math.min(shape[2] - 1, Math.max(0, x))
  const z0 = Math.floor(cz)
  const y0 = Math.floor(cy)
  const x0 = Math.floor(cx)
  const fz = cz - z0
  const fy = cy - y0
  const fx = cx - x0
  const row = shape[2]
  const slice = shape[1] * row
  const stepZ = z0 + 1 < shape[0] ? slice : 0
  const stepY = y0 + 1 < shape[1] ? row : 0
  const stepX = x0 + 1 < shape[2] ? 1 : 0
  const base = z0 * slice + y0 * row + x0
  const { index, weight } = taps
  for (let corner = 0; corner < 8; corner++) {
    const dz = corner >> 2
    const dy = (corner >> 1) & 1
    const dx = corner & 1
    index[corner] = base + dz * stepZ + dy * stepY + dx * stepX
    weight[corner] = (dz ? fz : 1 - fz) * (dy ? fy : 1 - fy) * (dx ? fx : 1 - fx)
  }
  taps.nearest = base + (fz >= 0.5 ? stepZ : 0) + (fy >= 0.5 ? stepY : 0) + (fx >= 0.5 ? stepX : 0)
}

function weigh(from: Float32Array, { index, weight }: Taps): number {
  let sum = 0
  for (let corner = 0; corner < 8; corner++) sum += from[index[corner]] * weight[corner]
  return sum
}

function plane(image: Float32Array, { channel, channels }: { channel: number; channels: number }): Float32Array {
  const voxels = image.length / channels
  return image.subarray(channel * voxels, (channel + 1) * voxels)
}
