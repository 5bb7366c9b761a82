/**
 * Distances in mm between the surfaces of two masks.
 *
 * Two kinds of surface. 'voxel': foreground voxels with a background neighbour through a face, or at the border of the
 * image (mask minus its erosion by the 6-neighbourhood, zeros outside), each counted once, as in MedPy and MONAI.
 * 'surface-element': the corner points between voxels around which foreground and background meet, each weighed by the
 * area of surface there (surface-area.ts), as in DeepMind's surface-distance (Nikolov 2018). A single axis of one voxel
 * makes an image, not a volume: nothing counts across it, so that a 2D mask has an outline.
 *
 * For every element of one surface this gives the Euclidean distance to the nearest element of the other, exact, with
 * spacing. Only the bounding box of both masks is looked at; outside it there is nothing that could matter. Empty masks
 * are no error: see the functions that reduce the distances to one number.
 *
 * @module
 */
import { nearestDistances, packMask, type PackedMask, type Spacing } from '@leanvox/volume'
import { flatAxis, requireGrid, type Grid } from './grid.ts'
import { jointBox } from './joint-box.ts'
import { maskBytes } from './mask-bytes.ts'
import type { MaskPair } from './mask-pair.ts'
import { markElements, markVoxels } from './surface-marks.ts'

/** One distance in mm for each element of a surface; an empty list for an empty mask, Infinity where only the other is empty. */
export interface SurfaceDistances {
  /** From each element of the prediction's surface to the reference's. */
  readonly predictionToReference: Float64Array
  /** From each element of the reference's surface to the prediction's. */
  readonly referenceToPrediction: Float64Array
  /** Area in mm² (length in mm in an image) of each element in the order of the distances; without it all weigh the same. */
  readonly areas?: { readonly prediction: Float64Array; readonly reference: Float64Array }
}

/** What a surface is made of. */
export type Boundary = 'voxel' | 'surface-element'

/** Grid of the masks and what their surfaces are made of (default voxels). */
export interface SurfaceOptions extends Grid {
  readonly boundary?: Boundary
}

/**
 * Both lists of distances, in the order of the voxels or corner points.
 *
 * @throws RangeError if the masks do not have the shape's number of voxels, or for a spacing that is not positive or a
 *   boundary of another name.
 * @example
 * const pair = { prediction: [1, 0, 0], reference: [0, 0, 1] }
 * hd95(surfaceDistances(pair, { shape: [1, 1, 3], spacing: [1, 1, 2] })) // => 4
 */
export function surfaceDistances(
  pair: MaskPair,
  { shape, spacing, boundary = 'voxel' }: SurfaceOptions,
): SurfaceDistances {
  requireGrid(pair, { shape, spacing }, 'surfaceDistances')
  if (boundary !== 'voxel' && boundary !== 'surface-element') {
    throw new RangeError(`surfaceDistances: expected boundary 'voxel' or 'surface-element', got '${String(boundary)}'`)
  }
  const none = new Float64Array()
  const box = jointBox(pair, shape)
  if (!box) {
    const lists = { predictionToReference: none, referenceToPrediction: none }
    return boundary === 'voxel' ? lists : { ...lists, areas: { prediction: none, reference: none } }
  }
  const packed = (data: ArrayLike<number>) => packMask({ data: maskBytes(data), shape }, { box, rim: 1 })
  const flat = flatAxis(shape)
  if (boundary === 'voxel') {
    const marked = (data: ArrayLike<number>) => markVoxels(packed(data), { flat })
    return between({ prediction: marked(pair.prediction), reference: marked(pair.reference) }, spacing)
  }
  const prediction = markElements(packed(pair.prediction), { flat, spacing })
  const reference = markElements(packed(pair.reference), { flat, spacing })
  const distances = between({ prediction: prediction.marks, reference: reference.marks }, spacing)
  return { ...distances, areas: { prediction: prediction.areas, reference: reference.areas } }
}

function between(
  { prediction, reference }: { readonly prediction: PackedMask; readonly reference: PackedMask },
  spacing: Spacing,
): SurfaceDistances {
  const { shape } = prediction
  return {
    predictionToReference: nearestDistances({ sites: reference, queries: prediction, shape }, { spacing }),
    referenceToPrediction: nearestDistances({ sites: prediction, queries: reference, shape }, { spacing }),
  }
}
