/**
 * Sampling on a grid that is rotated, sheared or permuted against the input's: trilinear (or nearest) voxel by voxel.
 *
 * @module
 */
import { POSITION_TOLERANCE, type SampleJob } from './sample-parallel.ts'
import type { Volume } from './types.ts'

/** Fills `job.data` from the volume. */
export function sampleOblique(volume: Volume, job: SampleJob): void {
  const [depth, height, width] = job.shape
  const m = job.toInput
  const sample = job.nearest ? nearestSampler(volume) : linearSampler(volume)
  const isOutside = outsideTest(volume)
  const { data, outside } = job
  for (let z = 0, to = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, to++) {
        const px = m[0] * x + m[1] * y + m[2] * z + m[3]
        const py = m[4] * x + m[5] * y + m[6] * z + m[7]
        const pz = m[8] * x + m[9] * y + m[10] * z + m[11]
        data[to] = outside !== undefined && isOutside(pz, py, px) ? outside : sample(pz, py, px)
      }
    }
  }
}

type Sampler<T> = (z: number, y: number, x: number) => T

function outsideTest({ shape }: Volume): Sampler<boolean> {
  const beyond = (position: number, extent: number) =>
    position < -0.5 - POSITION_TOLERANCE || position > extent - 0.5 + POSITION_TOLERANCE
  return (z, y, x) => beyond(z, shape[0]) || beyond(y, shape[1]) || beyond(x, shape[2])
}

function nearestSampler({ data, shape: [depth, height, width] }: Volume): Sampler<number> {
  const index = (position: number, extent: number) =>
    Math.min(Math.max(Math.floor(position + 0.5 + POSITION_TOLERANCE), 0), extent - 1)
  return (z, y, x) => data[(index(z, depth) * height + index(y, height)) * width + index(x, width)]
}

function linearSampler({ data, shape: [depth, height, width] }: Volume): Sampler<number> {
  // Along x inside a row, then rows along y, then slices along z; zero weights skip the neighbour, as 0 · NaN is NaN.
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
