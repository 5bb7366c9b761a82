/**
 * Reading the two label maps of a case, and refusing what would make a wrong score: other shapes, other places in the
 * world, values that are no labels.
 *
 * @module
 */
import { voxelCount, worldPosition, type Shape3, type Volume } from '@leanvox/volume'

import type { FilePair } from './pair-files.ts'
import { readLabelVolume } from './read-label-volume.ts'

/** Corners of the two grids may lie this share of a voxel apart: headers are rounded to 32 bits. */
const PLACE_TOLERANCE = 0.05

/** Two label maps on one grid. */
export interface LabelPair {
  readonly prediction: Volume
  readonly reference: Volume
}

/**
 * Reads a pair; a missing prediction is an empty one.
 *
 * @throws Error naming the case and what is wrong with it; MedicalImageError for a file that cannot be read
 */
export async function readPair(
  { id, prediction, reference }: FilePair,
  { ignoreAffine = false }: { readonly ignoreAffine?: boolean } = {},
): Promise<LabelPair> {
  const truth = await readLabelVolume(reference)
  requireLabels(truth, reference)
  if (prediction === null) {
    return { prediction: { ...truth, data: new Uint8Array(voxelCount(truth.shape)) }, reference: truth }
  }
  const found = await readLabelVolume(prediction)
  requireLabels(found, prediction)
  if (found.shape.some((extent, axis) => extent !== truth.shape[axis])) {
    throw new Error(
      `${id}: expected the reference's shape ${list(truth.shape)}, got ${list(found.shape)} (${prediction})`,
    )
  }
  const apart = furthestCorner(found, truth)
  if (!ignoreAffine && apart > PLACE_TOLERANCE * Math.min(...truth.spacing)) {
    throw new Error(
      `${id}: expected the reference's affine, got one that puts a corner ${apart.toPrecision(3)} mm away ` +
        `(${prediction}; --ignore-affine compares voxel by voxel all the same)`,
    )
  }
  return { prediction: found, reference: truth }
}

/** The largest distance in mm between the same corner of two grids of one shape. */
function furthestCorner(one: Volume, other: Volume): number {
  const distances = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) => {
    const end = (axis: number) => ((corner >> axis) & 1) * (one.shape[axis] - 1)
    const place: Shape3 = [end(0), end(1), end(2)]
    const there = worldPosition(other.affine, place)
    return Math.hypot(...worldPosition(one.affine, place).map((mm, axis) => mm - there[axis]))
  })
  return Math.max(...distances)
}

function requireLabels({ data }: Volume, path: string): void {
  for (let i = 0; i < data.length; i++) {
    if (data[i] >= 0 && Number.isInteger(data[i])) continue
    throw new Error(`evaluate: expected labels, whole numbers >= 0, got ${data[i]} in ${path}`)
  }
}

function list(values: readonly number[]): string {
  return `[${values.join(', ')}]`
}
