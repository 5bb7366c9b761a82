/**
 * Brings a box of a volume to a fixed grid, so that volumes of any size can be compared voxel by voxel.
 *
 * Separable linear interpolation at half-pixel centres, c = (o + 0.5) size / grid - 0.5. Where the grid is coarser than
 * the box the linear kernel is widened by that factor, so that every voxel counts: picking single voxels of a noisy
 * volume would compare the noise (our choice). Voxels outside the box do not enter; weights are normalised.
 *
 * @module
 */
import type { Box, Shape3 } from '@leanvox/volume'

/** A scalar field with its shape [depth, height, width]. */
export interface Field {
  readonly data: ArrayLike<number>
  readonly shape: Shape3
}

/** Input indices and weights that make one output sample. */
interface Taps {
  readonly first: number
  readonly weights: readonly number[]
}

/** The box of the field on `grid`, as numbers in the field's own intensity. */
export function resizeRegion({ data, shape }: Field, box: Box, grid: Shape3): Float32Array {
  const [depth, height, width] = box.size
  const alongX = new Float64Array(depth * height * grid[2])
  const tapsX = linearTaps(width, grid[2])
  for (let row = 0; row < depth * height; row++) {
    const z = box.start[0] + Math.floor(row / height)
    const y = box.start[1] + (row % height)
    const start = (z * shape[1] + y) * shape[2] + box.start[2]
    for (let x = 0; x < grid[2]; x++) {
      const { first, weights } = tapsX[x]
      let sum = 0
      for (let k = 0; k < weights.length; k++) sum += weights[k] * data[start + first + k]
      alongX[row * grid[2] + x] = sum
    }
  }
  const alongY = reduceAxis(alongX, linearTaps(height, grid[1]), { outer: depth, length: height, inner: grid[2] })
  const taps = linearTaps(depth, grid[0])
  return Float32Array.from(reduceAxis(alongY, taps, { outer: 1, length: depth, inner: grid[1] * grid[2] }))
}

/** The same grid filled with the nearest voxel of the box; for labels. */
export function resizeRegionNearest({ data, shape }: Field, box: Box, grid: Shape3): Float32Array {
  const nearest = (o: number, axis: 0 | 1 | 2) =>
    box.start[axis] + Math.floor(((o + 0.5) * box.size[axis]) / grid[axis])
  const sampled = new Float32Array(grid[0] * grid[1] * grid[2])
  for (let z = 0, i = 0; z < grid[0]; z++) {
    for (let y = 0; y < grid[1]; y++) {
      const row = (nearest(z, 0) * shape[1] + nearest(y, 1)) * shape[2]
      for (let x = 0; x < grid[2]; x++) sampled[i++] = data[row + nearest(x, 2)]
    }
  }
  return sampled
}

function reduceAxis(
  data: Float64Array,
  taps: readonly Taps[],
  { outer, length, inner }: { readonly outer: number; readonly length: number; readonly inner: number },
): Float64Array {
  const reduced = new Float64Array(outer * taps.length * inner)
  for (let o = 0; o < outer; o++) {
    for (let s = 0; s < taps.length; s++) {
      const { first, weights } = taps[s]
      const to = (o * taps.length + s) * inner
      for (let k = 0; k < weights.length; k++) {
        const from = (o * length + first + k) * inner
        for (let i = 0; i < inner; i++) reduced[to + i] += weights[k] * data[from + i]
      }
    }
  }
  return reduced
}

function linearTaps(length: number, grid: number): Taps[] {
  const scale = length / grid
  const reach = Math.max(1, scale)
  return Array.from({ length: grid }, (_, o) => {
    const centre = (o + 0.5) * scale - 0.5
    const first = Math.max(0, Math.ceil(centre - reach))
    const last = Math.min(length - 1, Math.floor(centre + reach))
    const raw = Array.from({ length: last - first + 1 }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k - centre) / reach),
    )
    const total = raw.reduce((sum, weight) => sum + weight, 0)
    return { first, weights: raw.map((weight) => weight / total) }
  })
}
