/**
 * Boxes of a case as small cases of their own. A box may reach beyond the image: image values there are 0 (after a
 * window the air, after a z-score the mean, as nnU-Net pads) and labels are background.
 *
 * @module
 */
import type { Box, Shape3, Spacing } from '@leanvox/volume'
import type { PreparedImage } from './prepared-case.ts'

/** A box of a case: image planes `[channels, d, h, w]`, label `[d, h, w]`. */
export interface Patch extends PreparedImage {
  readonly label: Uint8Array
  readonly spacing: Spacing
}

/** What a patch can be cut from. */
export interface PatchSource extends PreparedImage {
  readonly label: Uint8Array
  readonly spacing: Spacing
}

/** The box of a case as arrays of its own; zeros where the box lies outside. */
export function extractPatch(source: PatchSource, box: Box): Patch {
  const { shape, channels, spacing } = source
  const { image } = extractImage(source, box)
  const label = new Uint8Array(box.size[0] * box.size[1] * box.size[2])
  copyBox({ from: source.label, to: label }, { shape, box })
  return { image, label, shape: box.size, spacing, channels }
}

/** The box of an image, all channels; zeros where the box lies outside. */
export function extractImage({ image, shape, channels }: PreparedImage, box: Box): PreparedImage {
  const voxels = shape[0] * shape[1] * shape[2]
  const size = box.size[0] * box.size[1] * box.size[2]
  const cut = new Float32Array(channels * size)
  for (let channel = 0; channel < channels; channel++) {
    const from = image.subarray(channel * voxels, (channel + 1) * voxels)
    const to = cut.subarray(channel * size, (channel + 1) * size)
    copyBox({ from, to }, { shape, box })
  }
  return { image: cut, shape: box.size, channels }
}

type Arrays = { from: Float32Array; to: Float32Array } | { from: Uint8Array; to: Uint8Array }

/** Copies row by row the part of the box that lies inside. */
function copyBox({ from, to }: Arrays, { shape, box }: { shape: Shape3; box: Box }): void {
  const { start, size } = box
  const [z0, y0, x0] = start.map((first) => Math.max(0, -first)) // first position of the box inside the image
  const [z1, y1, x1] = size.map((length, axis) => Math.min(length, shape[axis] - start[axis]))
  if (x1 <= x0) return
  for (let z = z0; z < z1; z++) {
    for (let y = y0; y < y1; y++) {
      const row = ((z + start[0]) * shape[1] + (y + start[1])) * shape[2] + start[2]
      to.set(from.subarray(row + x0, row + x1), (z * size[1] + y) * size[2] + x0)
    }
  }
}
