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
  else sampleEach(job, linearSampler(volume))
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

function linearSampler(volume: Volume): Sampler<number> {
  const { data, shape } = volume
  const [depth, height, width] = shape
  const [tall, high, wide] = [depth - 1, height - 1, width - 1]
  const exact = exactSampler(volume)
  return (pz, py, px) => {
    const z = pz < 0 ? 0 : pz > tall ? tall : pz
    const y = py < 0 ? 0 : py > high ? high : py
    const x = px < 0 ? 0 : px > wide ? wide : px
    const z0 = z | 0
    const y0 = y | 0
    const x0 = x | 0
    const nextX = x0 < wide ? 1 : 0
    const nextY = y0 < high ? width : 0
    const nextZ = z0 < tall ? height * width : 0
    const at = (z0 * height + y0) * width + x0
    const [u, v, w] = [x - x0, y - y0, z - z0]
    const a = data[at] * (1 - u) + data[at + nextX] * u
    const b = data[at + nextY] * (1 - u) + data[at + nextY + nextX] * u
    const c = data[at + nextZ] * (1 - u) + data[at + nextZ + nextX] * u
    const d = data[at + nextZ + nextY] * (1 - u) + data[at + nextZ + nextY + nextX] * u
    const value = (a * (1 - v) + b * v) * (1 - w) + (c * (1 - v) + d * v) * w
    // NaN: a neighbour that is not finite, perhaps one of weight zero, as 0 · NaN and 0 · Infinity are NaN.
    return value === value ? value : exact(pz, py, px)
  }
}

/** As the linear sampler, slower: positions settle on voxel centres nearby, and weights of zero skip the neighbour. */
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
