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
import { distanceTransform, voxelCount } from '@leanvox/volume'
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
  const rim = (bit: number) => {
    // Beyond the box is background, as beyond the image; save across an image, where nothing is.
    const outside = boxedMask(boxed, bit).map((inside) => 1 - inside)
    const rows = flat < 0 ? outside : middleSlice(outside, boxed.shape, flat)
    const extents = boxed.shape.map((extent, axis) => (axis === flat ? 1 : extent))
    const depth = distanceTransform({ data: rows, shape: [extents[0], extents[1], extents[2]] }, grid)
    return Uint8Array.from(depth, (mm) => (mm > 0 && mm <= widthMm ? 1 : 0))
  }
  return iou({ prediction: rim(PREDICTION), reference: rim(REFERENCE) })
}

/** The slice of an image between its two slices of rim. */
function middleSlice(data: Uint8Array, [, height, width]: Grid['shape'], axis: number): Uint8Array {
  if (axis === 0) return data.subarray(height * width, 2 * height * width)
  const isMiddle = (i: number) => (axis === 1 ? Math.floor(i / width) % height : i % width) === 1
  return data.filter((_, i) => isMiddle(i))
}

/** Distance in mm of every voxel to the nearest one outside the mask, with the image's surroundings outside; 0 outside. */
export function depthInside(mask: ArrayLike<number>, { shape, spacing }: Grid): Float64Array {
  const margin = [0, 1, 2].map((axis) => (axis === flatAxis(shape) ? 0 : 1))
  const padded = [shape[0] + 2 * margin[0], shape[1] + 2 * margin[1], shape[2] + 2 * margin[2]] as const
  const outside = new Uint8Array(voxelCount(padded)).fill(1)
  const places = new Int32Array(mask.length)
  for (let i = 0; i < mask.length; i++) {
    const x = i % shape[2]
    const row = Math.floor(i / shape[2])
    const [y, z] = [row % shape[1], Math.floor(row / shape[1])]
    places[i] = ((z + margin[0]) * padded[1] + y + margin[1]) * padded[2] + x + margin[2]
    if (mask[i] !== 0) outside[places[i]] = 0
  }
  const distances = distanceTransform({ data: outside, shape: padded }, { spacing })
  return Float64Array.from(places, (place) => distances[place])
}
