/**
 * One resampling of a patch under a matrix about its centre: trilinear for the image, nearest for the label. Positions
 * beyond the source take its edge value; give the source a margin (`matrixReach`) to read image instead.
 *
 * Row by row: positions are found once and used for every channel.
 *
 * @module
 */
import type { Shape3 } from '@leanvox/volume'
import type { Patch } from '../patches/patch.ts'
import type { Matrix3 } from './affine-matrix.ts'

/** The patch of `size` voxels whose offset o from its centre reads the source at `matrix · o` from the source's centre. */
export function affinePatch(source: Patch, { matrix, size }: { matrix: Matrix3; size: Shape3 }): Patch {
  const [depth, height, width] = size
  const voxels = depth * height * width
  const sourceVoxels = source.label.length
  const image = new Float32Array(voxels * source.channels)
  const label = new Uint8Array(voxels)
  const row = emptyRow(source.shape, width)
  const interpolate = source.shape[0] === 1 ? interpolateFlatRow : interpolateRow
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      placeRow(row, {
        matrix,
        offset: [z - (depth - 1) / 2, y - (height - 1) / 2, (1 - width) / 2],
        shape: source.shape,
      })
      const at = (z * height + y) * width
      for (let channel = 0; channel < source.channels; channel++) {
        const from = source.image.subarray(channel * sourceVoxels, (channel + 1) * sourceVoxels)
        interpolate(row, from, image.subarray(channel * voxels + at, channel * voxels + at + width))
      }
      for (let x = 0; x < width; x++) label[at + x] = source.label[row.nearest[x]]
    }
  }
  return { ...source, image, label, shape: size }
}

/** Where the voxels of a row read: the lower corner, the fractions towards the upper one, and the nearest voxel. */
interface Row {
  readonly corner: Int32Array
  readonly nearest: Int32Array
  /** Of depth, height and width, in [0, 1]. */
  readonly fractions: readonly [Float64Array, Float64Array, Float64Array]
  /** From a voxel to the next along each axis; 0 along an axis of length 1. */
  readonly steps: Shape3
}

function emptyRow(shape: Shape3, width: number): Row {
  const strides = [shape[1] * shape[2], shape[2], 1]
  const steps = strides.map((stride, axis) => (shape[axis] > 1 ? stride : 0))
  return {
    corner: new Int32Array(width),
    nearest: new Int32Array(width),
    fractions: [new Float64Array(width), new Float64Array(width), new Float64Array(width)],
    steps: [steps[0], steps[1], steps[2]],
  }
}

function placeRow(
  { corner, nearest, fractions, steps }: Row,
  { matrix, offset, shape }: { matrix: Matrix3; offset: Shape3; shape: Shape3 },
): void {
  corner.fill(0)
  nearest.fill(0)
  for (let axis = shape[0] === 1 ? 1 : 0; axis < 3; axis++) {
    const first =
      matrix[axis * 3] * offset[0] +
      matrix[axis * 3 + 1] * offset[1] +
      matrix[axis * 3 + 2] * offset[2] +
      (shape[axis] - 1) / 2
    const advance = matrix[axis * 3 + 2]
    const last = shape[axis] - 1
    const highestCorner = Math.max(0, last - 1) // its upper neighbour is still inside
    const step = steps[axis]
    const fraction = fractions[axis]
    for (let x = 0; x < corner.length; x++) {
      const position = Math.min(last, Math.max(0, first + advance * x))
      const low = Math.min(highestCorner, Math.floor(position))
      fraction[x] = position - low
      corner[x] += low * step
      nearest[x] += (position - low < 0.5 ? low : low + 1) * step
    }
  }
}

/** As below for a source of depth 1, where the upper neighbours in depth are the lower ones. */
function interpolateFlatRow({ corner, fractions, steps }: Row, from: Float32Array, to: Float32Array): void {
  const [, stepY, stepX] = steps
  const [, fractionY, fractionX] = fractions
  for (let x = 0; x < to.length; x++) {
    const a = corner[x]
    const b = a + stepY
    const fx = fractionX[x]
    const fy = fractionY[x]
    to[x] = (from[a] + fx * (from[a + stepX] - from[a])) * (1 - fy) + (from[b] + fx * (from[b + stepX] - from[b])) * fy
  }
}

function interpolateRow({ corner, fractions, steps }: Row, from: Float32Array, to: Float32Array): void {
  const [stepZ, stepY, stepX] = steps
  const [fractionZ, fractionY, fractionX] = fractions
  for (let x = 0; x < to.length; x++) {
    const a = corner[x]
    const b = a + stepY
    const c = a + stepZ
    const d = c + stepY
    const fx = fractionX[x]
    const fy = fractionY[x]
    const ab =
      (from[a] + fx * (from[a + stepX] - from[a])) * (1 - fy) + (from[b] + fx * (from[b + stepX] - from[b])) * fy
    const cd =
      (from[c] + fx * (from[c + stepX] - from[c])) * (1 - fy) + (from[d] + fx * (from[d + stepX] - from[d])) * fy
    to[x] = ab + (cd - ab) * fractionZ[x]
  }
}
