/**
 * Patches: boxes of one or more channel planes as plain arrays, padded where they leave the image.
 *
 * @module
 */
import { assertPosition, assertShape, list } from './checks.ts'
import { allocateLike } from './typed-array.ts'
import type { Shape3, VoxelData } from './types.ts'

/** Channel planes one after the other, each [depth, height, width]. A volume is one plane. */
export interface Planes<D extends VoxelData = VoxelData> {
  readonly data: D
  readonly shape: Shape3
  /** Default 1. */
  readonly channels?: number
}

/**
 * The box [start, start + size) of every channel plane, [channels, ...size]; voxels outside the image are `value`
 * (default 0). `start` may be negative and the box may miss the image altogether. Values are copied untouched.
 *
 * @throws RangeError for a start or size that is no voxel position or shape, or data that do not fit the shape
 */
export function extractPatch<D extends VoxelData>(
  { data, shape, channels = 1 }: Planes<D>,
  { start, size, value = 0 }: { readonly start: Shape3; readonly size: Shape3; readonly value?: number },
): D {
  assertPosition(start, 'extractPatch')
  assertShape(size, 'extractPatch', { what: 'size' })
  const plane = shape[0] * shape[1] * shape[2]
  if (data.length !== channels * plane) {
    const wanted = `${channels * plane} voxels for ${channels} x ${list(shape)}`
    throw new RangeError(`extractPatch: expected ${wanted}, got ${data.length}`)
  }
  const out = allocateLike(data, channels * size[0] * size[1] * size[2])
  if (value !== 0) out.fill(value)
  // The part of the box that lies inside the image, per axis, in image positions.
  const from = start.map((first) => Math.max(0, first))
  const end = start.map((first, axis) => Math.min(shape[axis], first + size[axis]))
  if (end.some((stop, axis) => stop <= from[axis])) return out
  for (let channel = 0; channel < channels; channel++) {
    for (let z = from[0]; z < end[0]; z++) {
      for (let y = from[1]; y < end[1]; y++) {
        const source = ((channel * shape[0] + z) * shape[1] + y) * shape[2]
        const target = ((channel * size[0] + z - start[0]) * size[1] + y - start[1]) * size[2] - start[2]
        out.set(data.subarray(source + from[2], source + end[2]), target + from[2])
      }
    }
  }
  return out
}
