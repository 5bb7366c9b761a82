/**
 * Cubic B-spline interpolation along lines (Unser, Aldroubi and Eden 1993): the coefficients c whose spline goes through
 * the samples, by the recursive filter of pole z = √3 - 2, and the spline's value between them.
 *
 * The line goes on beyond its ends with its first and last sample, without end, as in scipy's `mode='nearest'` (scipy
 * appends 12 samples, which differs by less than 1e-6 of the step at the end). The filter starts from the exact sums of
 * those constant ends. One NaN or Infinity spoils its whole line.
 *
 * @module
 */
import type { Shape3, VoxelData } from './types.ts'

const POLE = Math.sqrt(3) - 2
const GAIN = 6
/** Coefficients kept beyond either end; there the pole's powers have fallen to 1e-7. */
export const SPLINE_MARGIN = 12
/** Lines handled at once, so that strided memory is read in whole cache lines. */
const TILE = 16

/** Which axis to work along; `shape` is that of the data. */
export interface SplineAxis {
  readonly shape: Shape3
  readonly axis: number
}

/** The data at new positions (in voxels) along one axis: that axis gets as many voxels as there are positions. */
export function splineAlong(data: VoxelData, { shape, axis }: SplineAxis, positions: Float64Array): Float32Array {
  const taps = tapsOf(positions, shape[axis])
  const use: UseLine = (line, first, out) => interpolateLine(line, first, { ...taps, out })
  return alongLines(data, { shape, axis }, { extent: positions.length, use })
}

/** Coefficients along one axis, `margin` of them beyond either end. */
export function splineCoefficients(data: VoxelData, axis: SplineAxis, margin: number): Float32Array {
  const extent = axis.shape[axis.axis] + 2 * margin
  const use: UseLine = (line, first, out) => {
    for (let o = 0; o < extent; o++) out[o] = line[first + SPLINE_MARGIN - margin + o]
  }
  return alongLines(data, axis, { extent, use })
}

/** The four weights of the cubic B-spline for a position a share `t` of the way from one sample to the next. */
export function splineWeights(t: number, weights: Float64Array, at: number): void {
  const rest = 1 - t
  weights[at] = (rest * rest * rest) / 6
  weights[at + 1] = (4 - 6 * t * t + 3 * t * t * t) / 6
  weights[at + 2] = (4 - 6 * rest * rest + 3 * rest * rest * rest) / 6
  weights[at + 3] = (t * t * t) / 6
}

interface Taps {
  /** Index of the first of four coefficients, counted from the first one of the margin. */
  readonly base: Int32Array
  readonly weights: Float64Array
}

function tapsOf(positions: Float64Array, extent: number): Taps {
  const base = new Int32Array(positions.length)
  const weights = new Float64Array(4 * positions.length)
  positions.forEach((position, o) => {
    // Beyond the margin the line is constant.
    const settled = Math.min(Math.max(position, 1 - SPLINE_MARGIN), extent + SPLINE_MARGIN - 3)
    const low = Math.floor(settled)
    base[o] = low - 1 + SPLINE_MARGIN
    splineWeights(settled - low, weights, 4 * o)
  })
  return { base, weights }
}

type UseLine = (coefficients: Float64Array, first: number, out: Float64Array) => void

function interpolateLine(
  line: Float64Array,
  first: number,
  { base, weights, out }: Taps & { out: Float64Array },
): void {
  for (let o = 0; o < base.length; o++) {
    const at = first + base[o]
    const w = 4 * o
    const left = weights[w] * line[at] + weights[w + 1] * line[at + 1]
    out[o] = left + weights[w + 2] * line[at + 2] + weights[w + 3] * line[at + 3]
  }
}

/** Filters every line along the axis and stores what `use` makes of it, `extent` values a line. */
function alongLines(
  data: VoxelData,
  { shape, axis }: SplineAxis,
  { extent, use }: { readonly extent: number; readonly use: UseLine },
): Float32Array {
  const count = shape[axis]
  const inner = axis === 2 ? 1 : axis === 1 ? shape[2] : shape[1] * shape[2]
  const outer = (shape[0] * shape[1] * shape[2]) / (count * inner)
  const out = new Float32Array(outer * extent * inner)
  const length = count + 2 * SPLINE_MARGIN
  const lines = new Float64Array(TILE * length)
  const made = Array.from({ length: TILE }, () => new Float64Array(extent))
  for (let block = 0; block < outer; block++) {
    for (let done = 0; done < inner; done += TILE) {
      const together = Math.min(TILE, inner - done)
      gather(data, lines, { start: block * count * inner + done, together, count, stride: inner })
      for (let t = 0; t < together; t++) {
        filter(lines, t * length, count)
        use(lines, t * length, made[t])
      }
      for (let o = 0, to = block * extent * inner + done; o < extent; o++, to += inner) {
        for (let t = 0; t < together; t++) out[to + t] = made[t][o]
      }
    }
  }
  return out
}

interface Gathered {
  readonly start: number
  readonly together: number
  readonly count: number
  readonly stride: number
}

function gather(data: VoxelData, lines: Float64Array, { start, together, count, stride }: Gathered): void {
  const length = count + 2 * SPLINE_MARGIN
  for (let q = 0, from = start; q < count; q++, from += stride) {
    for (let t = 0; t < together; t++) lines[t * length + SPLINE_MARGIN + q] = data[from + t]
  }
}

/** Turns `count` samples, a margin after `offset`, into coefficients, and fills the margins. */
function filter(line: Float64Array, offset: number, count: number): void {
  const first = offset + SPLINE_MARGIN
  const last = first + count - 1
  const begin = line[first]
  const end = line[last]
  let sum = (GAIN * begin) / (1 - POLE)
  for (let i = first; i <= last; i++) {
    sum = GAIN * line[i] + POLE * sum
    line[i] = sum
  }
  const excess = sum - (GAIN * end) / (1 - POLE)
  line[last] = end - (POLE * excess) / (1 - POLE * POLE)
  for (let i = last - 1; i >= first; i--) line[i] = POLE * (line[i + 1] - line[i])
  let [before, after] = [line[first] - begin, line[last] - end]
  for (let j = 1; j <= SPLINE_MARGIN; j++) {
    before *= POLE
    after *= POLE
    line[first - j] = begin + before
    line[last + j] = end + after
  }
}
