/**
 * Sampling on a grid that is rotated, sheared or permuted against the input's: trilinear, tricubic or nearest, voxel by
 * voxel.
 *
 * @module
 */
import { POSITION_TOLERANCE, type SampleJob } from './sample-parallel.ts'
import { SPLINE_MARGIN, splineCoefficients, splineWeights } from './spline.ts'
import type { Mask } from './components.ts'
import type { Volume } from './types.ts'

/** Fills `job.data` from the volume. */
export function sampleOblique(volume: Volume, job: SampleJob): void {
  if (job.interpolation === 'nearest') sampleEach(job, nearestSampler(volume))
  else if (job.interpolation === 'cubic') sampleEach(job, cubicSampler(volume))
  else sampleLinear(volume, job)
  if (job.outside !== undefined) fillOutside(volume, job, job.outside)
}

type Sampler<T> = (z: number, y: number, x: number) => T

function sampleEach({ shape: [depth, height, width], toInput: m, data }: SampleJob, sample: Sampler<number>): void {
  for (let z = 0, to = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const px = m[1] * y + m[2] * z + m[3]
      const py = m[5] * y + m[6] * z + m[7]
      const pz = m[9] * y + m[10] * z + m[11]
      for (let x = 0; x < width; x++, to++) data[to] = sample(m[8] * x + pz, m[4] * x + py, m[0] * x + px)
    }
  }
}

/** Writes `value` where the position lies outside the input's extent. */
export function fillOutside(
  { shape }: Volume,
  { shape: [depth, height, width], toInput: m, data }: Pick<SampleJob, 'shape' | 'toInput' | 'data'>,
  value: number,
): void {
  const beyond = (position: number, extent: number) =>
    position < -0.5 - POSITION_TOLERANCE || position > extent - 0.5 + POSITION_TOLERANCE
  for (let z = 0, to = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const px = m[1] * y + m[2] * z + m[3]
      const py = m[5] * y + m[6] * z + m[7]
      const pz = m[9] * y + m[10] * z + m[11]
      for (let x = 0; x < width; x++, to++) {
        const isOutside =
          beyond(m[8] * x + pz, shape[0]) || beyond(m[4] * x + py, shape[1]) || beyond(m[0] * x + px, shape[2])
        if (isOutside) data[to] = value
      }
    }
  }
}

function nearestSampler({ data, shape: [depth, height, width] }: Volume): Sampler<number> {
  const index = (position: number, extent: number) =>
    Math.min(Math.max(Math.floor(position + 0.5 + POSITION_TOLERANCE), 0), extent - 1)
  return (z, y, x) => data[(index(z, depth) * height + index(y, height)) * width + index(x, width)]
}

/** Trilinear; everything in one loop, as this is where the time goes. */
function sampleLinear(volume: Volume, { shape: [depth, height, width], toInput: m, data: out }: SampleJob): void {
  const { data, shape } = volume
  const tall = shape[0] - 1
  const high = shape[1] - 1
  const wide = shape[2] - 1
  const line = shape[2]
  const plane = shape[1] * shape[2]
  const exact = exactSampler(volume)
  for (let k = 0, to = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const px = m[1] * j + m[2] * k + m[3]
      const py = m[5] * j + m[6] * k + m[7]
      const pz = m[9] * j + m[10] * k + m[11]
      for (let i = 0; i < width; i++, to++) {
        const x = Math.min(Math.max(m[0] * i + px, 0), wide)
        const y = Math.min(Math.max(m[4] * i + py, 0), high)
        const z = Math.min(Math.max(m[8] * i + pz, 0), tall)
        const x0 = x | 0
        const y0 = y | 0
        const z0 = z | 0
        const nextX = x0 < wide ? 1 : 0
        const nextY = y0 < high ? line : 0
        const near = z0 * plane + y0 * line + x0
        const far = z0 < tall ? near + plane : near
        const u = x - x0
        const v = y - y0
        const a = data[near] + (data[near + nextX] - data[near]) * u
        const b = data[near + nextY] + (data[near + nextY + nextX] - data[near + nextY]) * u
        const c = data[far] + (data[far + nextX] - data[far]) * u
        const d = data[far + nextY] + (data[far + nextY + nextX] - data[far + nextY]) * u
        const front = a + (b - a) * v
        const value = front + (c + (d - c) * v - front) * (z - z0)
        // NaN: a neighbour that is not finite, perhaps one of weight zero, as 0 · NaN and Infinity - Infinity are NaN.
        out[to] = value === value ? value : exact(m[8] * i + pz, m[4] * i + py, m[0] * i + px)
      }
    }
  }
}

/** As `sampleLinear`, slower: positions settle on voxel centres nearby, and weights of zero skip the neighbour. */
function exactSampler({ data, shape: [depth, height, width] }: Volume): Sampler<number> {
  const alongX = (row: number, x: number) => {
    const low = Math.floor(x)
    const weight = x - low
    return weight === 0 ? data[row + low] : (1 - weight) * data[row + low] + weight * data[row + low + 1]
  }
  const alongY = (z: number, y: number, x: number) => {
    const low = Math.floor(y)
    const weight = y - low
    const row = (z * height + low) * width
    return weight === 0 ? alongX(row, x) : (1 - weight) * alongX(row, x) + weight * alongX(row + width, x)
  }
  return (pz, py, px) => {
    const z = settle(pz, depth)
    const y = settle(py, height)
    const x = settle(px, width)
    const low = Math.floor(z)
    const weight = z - low
    return weight === 0 ? alongY(low, y, x) : (1 - weight) * alongY(low, y, x) + weight * alongY(low + 1, y, x)
  }
}

function settle(position: number, extent: number): number {
  const rounded = Math.round(position)
  const snapped = Math.abs(position - rounded) < POSITION_TOLERANCE ? rounded : position
  return Math.min(Math.max(snapped, 0), extent - 1)
}

/** 64 coefficients a voxel; an axis of one voxel needs two of them beyond it, all alike. */
function cubicSampler(volume: Volume): Sampler<number> {
  const margins = volume.shape.map((extent) => (extent === 1 ? 2 : SPLINE_MARGIN))
  let data: Volume['data'] = volume.data
  const shape: [number, number, number] = [...volume.shape]
  for (const axis of [2, 1, 0]) {
    data = splineCoefficients(data, { shape: [...shape], axis }, margins[axis])
    shape[axis] += 2 * margins[axis]
  }
  const coefficients = data
  const weights = new Float64Array(12)
  const first = (position: number, axis: number) => {
    const settled = Math.min(Math.max(position + margins[axis], 1), shape[axis] - 3)
    const low = Math.floor(settled)
    splineWeights(settled - low, weights, 4 * axis)
    return low - 1
  }
  return (pz, py, px) => {
    const z = first(pz, 0)
    const y = first(py, 1)
    const x = first(px, 2)
    return weighSixtyFour({ data: coefficients, shape }, weights, (z * shape[1] + y) * shape[2] + x)
  }
}

function weighSixtyFour({ data, shape }: Mask, weights: Float64Array, at: number): number {
  const [, height, width] = shape
  let sum = 0
  for (let dz = 0; dz < 4; dz++) {
    let slice = 0
    for (let dy = 0; dy < 4; dy++) {
      const row = at + (dz * height + dy) * width
      const left = weights[8] * data[row] + weights[9] * data[row + 1]
      slice += weights[4 + dy] * (left + weights[10] * data[row + 2] + weights[11] * data[row + 3])
    }
    sum += weights[dz] * slice
  }
  return sum
}
