/**
 * Sampling a label map on any grid by shares: the indicator of every label is interpolated linearly, and the label with
 * the largest share wins. Only the eight voxels around a position can have a share, so labels need not be listed.
 *
 * Shares within 1e-6 of each other count as equal, and the smallest label wins: half-way positions are common, and their
 * rounding would decide. NaN is a label like any other, the largest.
 *
 * @module
 */
import { fillOutside } from './sample-oblique.ts'
import type { SampleJob } from './sample-parallel.ts'
import type { Volume } from './types.ts'

const TIE = 1e-6

/** Fills `job.data` from the label map. */
export function sampleLabels(volume: Volume, job: Omit<SampleJob, 'interpolation'>): void {
  const [depth, height, width] = job.shape
  const m = job.toInput
  const { data } = job
  const sample = labelSampler(volume)
  for (let z = 0, to = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const px = m[1] * y + m[2] * z + m[3]
      const py = m[5] * y + m[6] * z + m[7]
      const pz = m[9] * y + m[10] * z + m[11]
      for (let x = 0; x < width; x++, to++) data[to] = sample(m[8] * x + pz, m[4] * x + py, m[0] * x + px)
    }
  }
  if (job.outside !== undefined) fillOutside(volume, job, job.outside)
}

function labelSampler({ data, shape: [depth, height, width] }: Volume): (z: number, y: number, x: number) => number {
  const [tall, high, wide] = [depth - 1, height - 1, width - 1]
  const labels = new Float64Array(8)
  const shares = new Float64Array(8)
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
    const label = data[at]
    const isInside =
      label === data[at + nextX] &&
      label === data[at + nextY] &&
      label === data[at + nextY + nextX] &&
      label === data[at + nextZ] &&
      label === data[at + nextZ + nextX] &&
      label === data[at + nextZ + nextY] &&
      label === data[at + nextZ + nextY + nextX]
    if (isInside) return label
    for (let corner = 0; corner < 8; corner++) {
      labels[corner] = data[at + (corner & 1) * nextX + ((corner >> 1) & 1) * nextY + (corner >> 2) * nextZ]
    }
    const u = x - x0
    const v = y - y0
    const w = z - z0
    for (let corner = 0; corner < 8; corner++) {
      shares[corner] = (corner & 1 ? u : 1 - u) * (corner & 2 ? v : 1 - v) * (corner & 4 ? w : 1 - w)
    }
    return largestShare(labels, shares)
  }
}

function largestShare(labels: Float64Array, shares: Float64Array): number {
  let best = NaN
  let most = -1
  for (let one = 0; one < 8; one++) {
    let share = 0
    for (let other = 0; other < 8; other++) if (Object.is(labels[other], labels[one])) share += shares[other]
    if (share > most + TIE || (share > most - TIE && labels[one] < best)) {
      most = Math.max(most, share)
      best = labels[one]
    }
  }
  return best
}
