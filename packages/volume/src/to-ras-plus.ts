/**
 * Reorientation to the closest RAS+ grid: flips and transposes of the voxel axes, no interpolation.
 *
 * The result has x running to the patient's right, y to anterior, z to superior as nearly as the grid allows, like
 * nibabel's `as_closest_canonical`; an oblique affine stays oblique. Every voxel keeps its world position.
 *
 * @module
 */
import { spacingOf, withOrigin, worldPosition } from './affine.ts'
import { assertAffine, assertLength } from './checks.ts'
import { closestDirections } from './orientation.ts'
import { allocateLike } from './typed-array.ts'
import type { Affine, Shape3, Volume, VoxelData } from './types.ts'

/**
 * The volume on the closest canonical (RAS+) grid; a volume already there is returned as it is.
 *
 * Voxel values, non-finite ones too, are moved untouched.
 *
 * @throws RangeError for data that do not fit the shape or a degenerate affine
 */
export function toRasPlus<D extends VoxelData>(volume: Volume<D>): Volume<D> {
  assertLength(volume.data, volume.shape, 'toRasPlus')
  assertAffine(volume.affine, 'toRasPlus')
  const directions = closestDirections(volume.affine)
  if (directions.every(({ worldAxis, flipped }, axis) => worldAxis === axis && !flipped)) return volume
  // Everything below is in axis order x, y, z; `from[w]` is the voxel axis that becomes axis w.
  const from = [0, 1, 2].map((world) => directions.findIndex(({ worldAxis }) => worldAxis === world))
  const [depth, height, width] = volume.shape
  const extents = [width, height, depth]
  const strides = [1, width, width * height]
  const flips = from.map((axis) => directions[axis].flipped)
  const first = from.reduce((offset, axis, w) => offset + (flips[w] ? (extents[axis] - 1) * strides[axis] : 0), 0)
  const [nx, ny, nz] = from.map((axis) => extents[axis])
  const steps = from.map((axis, w) => (flips[w] ? -strides[axis] : strides[axis]))
  const shape: Shape3 = [nz, ny, nx]
  const data = gather(volume.data, shape, { first, steps })
  const affine = turnedAffine(volume, { from, flips })
  return { data, shape, spacing: spacingOf(affine), affine }
}

function gather<D extends VoxelData>(
  data: D,
  [nz, ny, nx]: Shape3,
  { first, steps: [stepX, stepY, stepZ] }: { first: number; steps: readonly number[] },
): D {
  const out = allocateLike(data, data.length)
  let to = 0
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      let at = first + z * stepZ + y * stepY
      for (let x = 0; x < nx; x++, at += stepX) out[to++] = data[at]
    }
  }
  return out
}

function turnedAffine(volume: Volume, turn: { from: readonly number[]; flips: readonly boolean[] }): Affine {
  const { affine, shape } = volume
  const sign = turn.flips.map((flipped) => (flipped ? -1 : 1))
  const corner: [number, number, number] = [0, 0, 0] // [z, y, x] in the old grid of the new first voxel
  turn.from.forEach((axis, w) => {
    if (turn.flips[w]) corner[2 - axis] = shape[2 - axis] - 1
  })
  const origin = worldPosition(affine, corner)
  const turned = affine.map((value, i) => {
    const column = i & 3
    if (i >= 12 || column === 3) return value
    return sign[column] * affine[(i & ~3) + turn.from[column]]
  })
  return withOrigin(turned, origin).map((value) => value + 0) // no negative zeros
}
