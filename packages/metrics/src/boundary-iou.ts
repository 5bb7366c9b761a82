/**
 * Boundary IoU: the IoU of two masks after all voxels deeper inside than a width are taken out (Cheng 2021). It punishes
 * a rough outline of a large structure, to which plain IoU is blind.
 *
 * Depth is the Euclidean distance in mm between the voxel's centre and the nearest centre outside its mask, where what
 * lies outside the image counts as outside; the paper counts 8-connected erosions by pixels. A single axis of one voxel
 * makes an image, not a volume, and has no outside. Both masks empty give NaN, one empty 0, as IoU does.
 *
 * @module
 */
import { distanceTransform } from '@leanvox/volume'
import { boxedMask, boxPair, PREDICTION, REFERENCE } from './boxed-pair.ts'
import { flatAxis, requireGrid, type Grid } from './grid.ts'
import type { MaskPair } from './mask-pair.ts'
import { iou } from './overlap.ts'

/** Grid of the masks and width of the rim in mm. */
export interface BoundaryOptions extends Grid {
  readonly widthMm: number
}

/**
 * IoU of the rims of two masks, in [0, 1]; symmetric; equal to `iou` once the width exceeds every depth.
 *
 * @throws RangeError for masks that do not fit the shape, a spacing that is not positive or a width that is not.
 */
export function boundaryIou(pair: MaskPair, { widthMm, ...grid }: BoundaryOptions): number {
  requireGrid(pair, grid, 'boundaryIou')
  if (!(widthMm > 0)) throw new RangeError(`boundaryIou: expected a width above 0 mm, got ${widthMm}`)
  const boxed = boxPair(pair, grid.shape)
  if (!boxed) return NaN
  const flat = flatAxis(grid.shape)
  const rimOf = (bit: number) => {
    // Beyond the box is background, as beyond the image; save across an image, where nothing is.
    const outside = boxedMask(boxed, bit)
    for (let i = 0; i < outside.length; i++) outside[i] = 1 - outside[i]
    const rows = flat < 0 ? outside : middleSlice(outside, boxed.shape, flat)
    const extents = boxed.shape.map((extent, axis) => (axis === flat ? 1 : extent))
    const depth = distanceTransform({ data: rows, shape: [extents[0], extents[1], extents[2]] }, grid)
    const rim = new Uint8Array(depth.length)
    for (let i = 0; i < rim.length; i++) rim[i] = depth[i] > 0 && depth[i] <= widthMm ? 1 : 0
    return rim
  }
  return iou({ prediction: rimOf(PREDICTION), reference: rimOf(REFERENCE) })
}

/** The slice of an image between its two slices of rim. */
function middleSlice(data: Uint8Array, [, height, width]: Grid['shape'], axis: number): Uint8Array {
  if (axis === 0) return data.subarray(height * width, 2 * height * width)
  const isMiddle = (i: number) => (axis === 1 ? Math.floor(i / width) % height : i % width) === 1
  return data.filter((_, i) => isMiddle(i))
}
