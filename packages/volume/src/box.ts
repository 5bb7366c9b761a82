/**
 * Boxes of voxels: cutting them out, padding, and finding the box around the foreground.
 *
 * Every function keeps world positions: the affine's origin moves with the first voxel.
 *
 * @module
 */
import { translateAffine } from './affine.ts'
import { assertLength, assertPosition, assertShape, list } from './checks.ts'
import { extractPatch } from './patch.ts'
import type { Box, Shape3, Volume, VoxelData } from './types.ts'

/**
 * The voxels of a box, copied.
 *
 * @throws RangeError when the box is not inside the volume
 */
export function crop<D extends VoxelData>(volume: Volume<D>, { start, size }: Box): Volume<D> {
  assertPosition(start, 'crop')
  assertShape(size, 'crop', { what: 'size' })
  if (start.some((first, axis) => first < 0 || first + size[axis] > volume.shape[axis])) {
    const got = `start ${list(start)} and size ${list(size)}`
    throw new RangeError(`crop: expected a box inside shape ${list(volume.shape)}, got ${got}`)
  }
  return cut(volume, { start, size }, 0)
}

/**
 * The volume in the middle of a shape at least as large, the rest filled with `value` (default 0); where the difference
 * is odd, the extra voxel goes behind. Axes that are as long as asked for, or longer, stay as they are.
 */
export function padTo<D extends VoxelData>(
  volume: Volume<D>,
  shape: Shape3,
  { value = 0 }: { readonly value?: number } = {},
): Volume<D> {
  assertShape(shape, 'padTo')
  const missing = (axis: number) => Math.max(0, shape[axis] - volume.shape[axis])
  const before = (axis: number) => 0 - Math.floor(missing(axis) / 2)
  const extent = (axis: number) => volume.shape[axis] + missing(axis)
  return cut(volume, { start: [before(0), before(1), before(2)], size: [extent(0), extent(1), extent(2)] }, value)
}

/**
 * The smallest box with every voxel above `threshold` (default 0), grown by `margin` voxels (one number, or one per
 * axis; default 0) and cut at the volume's border.
 *
 * NaN is not above anything; Infinity is. A volume without foreground gives the box of the whole volume, so that
 * cropping to it keeps everything.
 */
export function foregroundBox(
  volume: Pick<Volume, 'data' | 'shape'>,
  { threshold = 0, margin = 0 }: { readonly threshold?: number; readonly margin?: number | Shape3 } = {},
): Box {
  assertLength(volume.data, volume.shape, 'foregroundBox')
  const margins: Shape3 = typeof margin === 'number' ? [margin, margin, margin] : margin
  assertShape(margins, 'foregroundBox', { what: 'margin', minimum: 0 })
  const found = extremes(volume, threshold)
  if (!found) return { start: [0, 0, 0], size: [...volume.shape] }
  const { low, high } = found
  const first = (axis: number) => Math.max(0, low[axis] - margins[axis])
  const extent = (axis: number) => Math.min(volume.shape[axis], high[axis] + 1 + margins[axis]) - first(axis)
  return { start: [first(0), first(1), first(2)], size: [extent(0), extent(1), extent(2)] }
}

function extremes({ data, shape }: Pick<Volume, 'data' | 'shape'>, threshold: number) {
  const [depth, height, width] = shape
  const low = [...shape]
  const high = [-1, -1, -1]
  for (let z = 0, row = 0; z < depth; z++) {
    for (let y = 0; y < height; y++, row += width) {
      let left = 0
      while (left < width && !(data[row + left] > threshold)) left++
      if (left === width) continue
      let right = width - 1
      while (!(data[row + right] > threshold)) right--
      low[0] = Math.min(low[0], z)
      low[1] = Math.min(low[1], y)
      low[2] = Math.min(low[2], left)
      high[0] = z
      high[1] = Math.max(high[1], y)
      high[2] = Math.max(high[2], right)
    }
  }
  return high[0] < 0 ? undefined : { low, high }
}

function cut<D extends VoxelData>(volume: Volume<D>, { start, size }: Box, value: number): Volume<D> {
  const data = extractPatch(volume, { start, size, value })
  return { data, shape: [...size], spacing: volume.spacing, affine: translateAffine(volume.affine, start) }
}
