/**
 * The three passes of the exact Euclidean distance transform, each over a part of the volume, so that threads can share
 * one.
 *
 * Along x the nearest site of a binary row comes from two scans. Along y and z each line is replaced by the lower
 * envelope of the parabolas w² (p - q)² + f(q) (Felzenszwalb and Huttenlocher 2012); lines are gathered in tiles of
 * neighbouring ones, so that memory is read in whole cache lines whatever the stride. Divisions come from a table.
 *
 * @module
 */
import type { Shape3, Spacing } from './types.ts'

/** Squared distances in the making: `squares` is as long as the mask. */
export interface DistanceField {
  readonly squares: Float64Array
  readonly shape: Shape3
  readonly spacing: Spacing
}

/** First index and the one after the last. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** Squared distances in mm² within each slice of the range of z, to the voxels of `data` that are not zero (nor NaN). */
export function squaresInSlices(data: ArrayLike<number>, field: DistanceField, { from, to }: Range): void {
  const { squares, shape, spacing } = field
  const [, height, width] = shape
  const lines = lineBuffers({ count: height, stride: width, step: spacing[1] })
  for (let z = from; z < to; z++) {
    const first = z * height * width
    let sites = 0
    for (let y = 0; y < height; y++)
      sites += transformRow(data, squares, { first: first + y * width, width, step: spacing[2] })
    if (height > 1 && sites > 0) transformLines(squares, lines, { first, columns: width })
  }
}

/** Distances in mm from the squares within slices, for each row of the range of y. */
export function distancesAcrossSlices({ squares, shape, spacing }: DistanceField, { from, to }: Range): void {
  const [depth, height, width] = shape
  const plane = height * width
  const lines = lineBuffers({ count: depth, stride: plane, step: spacing[0] })
  for (let y = from; y < to; y++) {
    if (depth > 1) transformLines(squares, lines, { first: y * width, columns: width, root: true })
    else for (let i = y * width; i < (y + 1) * width; i++) squares[i] = Math.sqrt(squares[i])
  }
}

interface Row {
  readonly first: number
  readonly width: number
  readonly step: number
}

/** Returns 1 for a row with a site, 0 for one without, whose squares are then infinite. */
function transformRow(data: ArrayLike<number>, squares: Float64Array, { first, width, step }: Row): 0 | 1 {
  let away = Infinity
  for (let i = first; i < first + width; i++) {
    away = data[i] > 0 || data[i] < 0 ? 0 : away + 1
    squares[i] = away
  }
  if (away === Infinity) return 0
  away = Infinity
  const square = step * step
  for (let i = first + width - 1; i >= first; i--) {
    away = squares[i] === 0 ? 0 : away + 1
    const nearest = squares[i] < away ? squares[i] : away
    squares[i] = square * (nearest * nearest)
  }
  return 1
}

/** Lines gathered at once: 16 doubles are two cache lines. */
const TILE = 16

/** Lines of `count` samples `step` mm apart, `stride` apart in memory, and the buffers to transform them in. */
export interface LineBuffers {
  readonly count: number
  readonly stride: number
  readonly square: number
  readonly tile: Float64Array
  /** 1 / (2 w² d) for each distance d between two apexes. */
  readonly inverse: Float64Array
  readonly sites: Int32Array
  readonly heights: Float64Array
  readonly starts: Float64Array
}

/** Buffers for lines of one kind. */
export function lineBuffers(line: {
  readonly count: number
  readonly stride: number
  readonly step: number
}): LineBuffers {
  const { count, stride, step } = line
  const square = step * step
  return {
    count,
    stride,
    square,
    tile: new Float64Array(TILE * count),
    inverse: Float64Array.from({ length: count }, (_, d) => 1 / (2 * square * d)),
    sites: new Int32Array(count),
    heights: new Float64Array(count),
    starts: new Float64Array(count),
  }
}

/** Transforms the lines that start at `first`, `first + 1`, … `first + columns - 1`; takes roots on request. */
export function transformLines(
  values: Float64Array,
  lines: LineBuffers,
  { first, columns, root = false }: { readonly first: number; readonly columns: number; readonly root?: boolean },
): void {
  const { count, stride, tile } = lines
  for (let done = 0; done < columns; done += TILE) {
    const together = Math.min(TILE, columns - done)
    const start = first + done
    let sum = 0
    for (let q = 0, from = start; q < count; q++, from += stride) {
      for (let t = 0; t < together; t++) {
        const value = values[from + t]
        tile[t * count + q] = value
        sum += value
      }
    }
    // Sites only, as most of a volume is where few voxels ask.
    if (sum === 0) continue
    for (let t = 0; t < together; t++) transformLine(tile, t * count, lines)
    if (root) for (let i = 0; i < together * count; i++) tile[i] = Math.sqrt(tile[i])
    for (let q = 0, to = start; q < count; q++, to += stride) {
      for (let t = 0; t < together; t++) values[to + t] = tile[t * count + q]
    }
  }
}

/**
 * Replaces `count` samples from `offset` on by their lower envelope; a line without a finite sample stays as it is. Where a
 * sample is 0 it stays 0, and no parabola reaches past it: only the stretches between zeros are worked on.
 */
function transformLine(line: Float64Array, offset: number, buffers: LineBuffers): void {
  const { count } = buffers
  for (let from = 0; from < count;) {
    while (from < count && line[offset + from] === 0) from++
    let to = from
    while (to < count && line[offset + to] !== 0) to++
    if (from < to) transformStretch(line, offset, { from, to, buffers })
    from = to
  }
}

function transformStretch(line: Float64Array, offset: number, { from, to, buffers }: Stretch): void {
  const { count, square, sites, heights, starts } = buffers
  const last = lowerEnvelope(line, offset, { from: Math.max(0, from - 1), to: Math.min(count, to + 1), buffers })
  if (last < 0) return
  for (let k = 0, p = from; k <= last; k++) {
    const site = sites[k]
    const height = heights[k]
    const end = k < last ? Math.min(to, Math.floor(starts[k + 1]) + 1) : to
    for (; p < end; p++) line[offset + p] = square * ((p - site) * (p - site)) + height
  }
}

interface Stretch extends Range {
  readonly buffers: LineBuffers
}

/** Fills apexes, heights and starts of the envelope's parabolas; returns the index of the last one, -1 if there is none. */
function lowerEnvelope(line: Float64Array, offset: number, { from, to, buffers }: Stretch): number {
  const { inverse, sites, heights, starts } = buffers
  let last = -1
  for (let q = from; q < to; q++) {
    const height = line[offset + q]
    if (height === Infinity) continue
    let start = -Infinity
    while (last >= 0) {
      const site = sites[last]
      start = (q + site) / 2 + (height - heights[last]) * inverse[q - site]
      if (start > starts[last]) break
      last--
      start = -Infinity
    }
    last++
    sites[last] = q
    heights[last] = height
    starts[last] = start
  }
  return last
}
