/**
 * Where a patch lies: anywhere in the image with equal chance, or around a foreground voxel whose label is drawn first,
 * each label present with equal chance, so that small structures are seen as often as large ones (nnU-Net's rule).
 * The box is moved inside the image; along an axis where the patch is larger than the image, the image lies in its middle.
 *
 * @module
 */
import type { Box, Shape3 } from '@leanvox/volume'
import type { Rng } from '@leanvox/random'
import type { ForegroundIndex } from './foreground-index.ts'

/** A box of `size` anywhere in the image. */
export function randomBox(shape: Shape3, { size, rng }: { size: Shape3; rng: Rng }): Box {
  const start = shape.map((length, axis) =>
    length > size[axis] ? rng.integer(length - size[axis] + 1) : centred(length, size[axis]),
  )
  return { start: toShape3(start), size }
}

/** A box of `size` around a random foreground voxel; anywhere when there is no foreground. */
export function foregroundBox(
  shape: Shape3,
  { foreground, size, rng }: { foreground: ForegroundIndex; size: Shape3; rng: Rng },
): Box {
  if (foreground.labels.length === 0) return randomBox(shape, { size, rng })
  const voxels = foreground.voxels[rng.integer(foreground.voxels.length)]
  const voxel = voxels[rng.integer(voxels.length)]
  const position = [
    Math.floor(voxel / (shape[1] * shape[2])),
    Math.floor(voxel / shape[2]) % shape[1],
    voxel % shape[2],
  ]
  const start = shape.map((length, axis) => {
    const room = length - size[axis]
    if (room <= 0) return centred(length, size[axis])
    return Math.min(room, Math.max(0, position[axis] - Math.floor(size[axis] / 2)))
  })
  return { start: toShape3(start), size }
}

/** The box with `margin` more voxels on both sides of each axis. */
export function grownBox({ start, size }: Box, margin: Shape3): Box {
  return {
    start: toShape3(start.map((first, axis) => first - margin[axis])),
    size: toShape3(size.map((length, axis) => length + 2 * margin[axis])),
  }
}

/** Start of a patch of `size` that has an image of `length` in its middle; never positive. */
export function centred(length: number, size: number): number {
  return 0 - Math.floor((size - length) / 2) // 0 - 0 is 0, where -0 would be a zero of its own
}

function toShape3(values: readonly number[]): Shape3 {
  return [values[0], values[1], values[2]]
}
