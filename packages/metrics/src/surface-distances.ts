/**
 * Distances in mm between the surfaces of two masks.
 *
 * The surface of a mask is its foreground voxels with a background neighbour through a face, or at the border of the
 * image (mask minus its erosion by the 6-neighbourhood, zeros outside). A single axis of one voxel makes an image, not
 * a volume: it has no neighbours and no border along that axis, so that a 2D mask has an outline. For every surface voxel of one mask this gives
 * the Euclidean distance between voxel centres to the nearest surface voxel of the other, exact, with spacing.
 * Only the bounding box of both masks is looked at; outside it there is nothing that could matter.
 *
 * Counting every surface voxel once is the definition of MedPy and MONAI; DeepMind's surface-distance weighs them by
 * their surface area instead. Empty masks are no error: see the functions that reduce the distances to one number.
 *
 * @module
 */
import { distanceTransform, voxelCount, type Box, type Shape3 } from '@leanvox/volume'
import { flatAxis, requireGrid, type Grid } from './grid.ts'
import { jointBox } from './joint-box.ts'
import type { MaskPair } from './mask-pair.ts'

/** One distance in mm for each surface voxel; an empty list for an empty mask, Infinity where only the other is empty. */
export interface SurfaceDistances {
  /** From each surface voxel of the prediction to the reference's surface. */
  readonly predictionToReference: Float64Array
  /** From each surface voxel of the reference to the prediction's surface. */
  readonly referenceToPrediction: Float64Array
}

/**
 * Both lists of distances, in the order of the voxels.
 *
 * @throws RangeError if the masks do not have the shape's number of voxels, or for a spacing that is not positive.
 * @example
 * const pair = { prediction: [1, 0, 0], reference: [0, 0, 1] }
 * hd95(surfaceDistances(pair, { shape: [1, 1, 3], spacing: [1, 1, 2] })) // => 4
 */
export function surfaceDistances(pair: MaskPair, { shape, spacing }: Grid): SurfaceDistances {
  requireGrid(pair, { shape, spacing }, 'surfaceDistances')
  const box = jointBox(pair, shape)
  if (!box) return { predictionToReference: new Float64Array(), referenceToPrediction: new Float64Array() }
  const grid = { shape: box.size, spacing }
  const prediction = surfaceInBox(pair.prediction, shape, box)
  const reference = surfaceInBox(pair.reference, shape, box)
  return {
    predictionToReference: distancesBetween(prediction, reference, grid),
    referenceToPrediction: distancesBetween(reference, prediction, grid),
  }
}

function distancesBetween(from: Uint8Array, to: Uint8Array, grid: Grid): Float64Array {
  const distances = distanceTransform({ data: to, shape: grid.shape }, { spacing: grid.spacing })
  return distances.filter((_, i) => from[i] === 1)
}

/** The surface voxels of a mask within a box that holds all of it; what lies outside the box is background. */
function surfaceInBox(mask: ArrayLike<number>, shape: Grid['shape'], { start, size }: Box): Uint8Array {
  const [depth, height, width] = size
  const inside = new Uint8Array(voxelCount(size))
  for (let z = 0, i = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = ((z + start[0]) * shape[1] + y + start[1]) * shape[2] + start[2]
      for (let x = 0; x < width; x++) inside[i++] = mask[row + x] !== 0 ? 1 : 0
    }
  }
  const flat = flatAxis(shape)
  return inside.map((value, i) => (value === 1 && isSurface(inside, i, { size, flat }) ? 1 : 0))
}

/** Whether a voxel of the box lacks a neighbour; beyond the box is background, along a flat axis nothing. */
function isSurface(inside: Uint8Array, i: number, { size, flat }: { size: Shape3; flat: number }): boolean {
  const [, height, width] = size
  const along = (axis: 0 | 1 | 2, place: number, stride: number) => {
    if (axis === flat) return false
    return place === 0 || place === size[axis] - 1 || inside[i - stride] === 0 || inside[i + stride] === 0
  }
  const plane = height * width
  const row = Math.floor(i / width)
  return along(2, i % width, 1) || along(1, row % height, width) || along(0, Math.floor(i / plane), plane)
}
