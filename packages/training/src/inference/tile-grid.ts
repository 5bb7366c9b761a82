/**
 * Where the tiles of a sliding window lie: the fewest per axis whose distance is at most `patch · (1 − overlap)`, spread
 * evenly from edge to edge (nnU-Net's rule). An axis shorter than the patch has one tile with the image in its middle.
 *
 * @module
 */
import type { Box, Shape3 } from '@leanvox/volume'
import { centred } from '../patches/patch-location.ts'

/**
 * The tiles, width fastest; together they cover every voxel.
 *
 * @param options.overlap share of a patch shared with the next, in [0, 1)
 * @throws RangeError for another overlap
 */
export function tileGrid(shape: Shape3, { patchSize, overlap = 0.5 }: { patchSize: Shape3; overlap?: number }): Box[] {
  if (!(overlap >= 0 && overlap < 1)) throw new RangeError(`tileGrid: expected an overlap in [0, 1), got ${overlap}`)
  const [depths, heights, widths] = shape.map((length, axis) => tileStarts(length, { size: patchSize[axis], overlap }))
  return depths.flatMap((z) => heights.flatMap((y) => widths.map((x): Box => ({ start: [z, y, x], size: patchSize }))))
}

function tileStarts(length: number, { size, overlap }: { size: number; overlap: number }): number[] {
  const room = length - size
  if (room <= 0) return [centred(length, size)]
  const longestStep = Math.max(1, size * (1 - overlap))
  const gaps = Math.ceil(room / longestStep)
  return Array.from({ length: gaps + 1 }, (_, i) => Math.round((i * room) / gaps))
}
