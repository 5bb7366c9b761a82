/**
 * Sampling on a grid whose axes run along the input's axes: each axis has its own table of source indices and weights,
 * and linear or cubic interpolation is done one axis at a time.
 *
 * @module
 */
import { splineAlong } from './spline.ts'
import type { Affine, Shape3, Volume, VoxelData } from './types.ts'

/** What to fill and from where. */
export interface SampleJob {
  readonly shape: Shape3
  /** Output voxel index (x, y, z, 1) to input voxel index. */
  readonly toInput: Affine
  readonly interpolation: 'linear' | 'cubic' | 'nearest'
  readonly outside: number | undefined
  readonly data: VoxelData
}

/** Source indices along one axis: value = (1 - weight) · input[low] + weight · input[high]. */
interface AxisTable {
  /** Where in the input, not clamped. */
  readonly positions: Float64Array
  readonly low: Int32Array
  readonly high: Int32Array
  readonly weight: Float64Array
  readonly inside: Uint8Array
  readonly identity: boolean
}

/** Positions this close to a voxel centre or border count as on it; affines carry rounding of about this size. */
export const POSITION_TOLERANCE = 1e-6

/** True when no output voxel is moved off the input's axes by more than the position tolerance. */
export function isParallel({
  shape: [depth, height, width],
  toInput: m,
}: Pick<SampleJob, 'shape' | 'toInput'>): boolean {
  const drift = (row: readonly number[]) => Math.abs(row[0]) + Math.abs(row[1])
  const x = drift([m[1] * height, m[2] * depth])
  const y = drift([m[4] * width, m[6] * depth])
  const z = drift([m[8] * width, m[9] * height])
  return Math.max(x, y, z) < POSITION_TOLERANCE
}

/** Fills `job.data` from the volume. */
export function sampleParallel(volume: Volume, job: SampleJob): void {
  const m = job.toInput
  const tables = [
    axisTable(m[10], m[11], { from: volume.shape[0], to: job.shape[0] }),
    axisTable(m[5], m[7], { from: volume.shape[1], to: job.shape[1] }),
    axisTable(m[0], m[3], { from: volume.shape[2], to: job.shape[2] }),
  ]
  if (job.interpolation === 'nearest') pick(volume, job, tables)
  else interpolate(volume, job, tables)
  if (job.outside !== undefined) fillOutside(job, tables)
}

function axisTable(step: number, offset: number, { from, to }: { from: number; to: number }): AxisTable {
  const positions = new Float64Array(to)
  const low = new Int32Array(to)
  const high = new Int32Array(to)
  const weight = new Float64Array(to)
  const inside = new Uint8Array(to)
  let identity = from === to
  for (let o = 0; o < to; o++) {
    const exact = o * step + offset
    const rounded = Math.round(exact)
    const position = Math.abs(exact - rounded) < POSITION_TOLERANCE ? rounded : exact
    positions[o] = position
    inside[o] = position >= -0.5 - POSITION_TOLERANCE && position <= from - 0.5 + POSITION_TOLERANCE ? 1 : 0
    const clamped = Math.min(Math.max(position, 0), from - 1)
    low[o] = Math.floor(clamped)
    weight[o] = clamped - low[o]
    high[o] = weight[o] > 0 ? low[o] + 1 : low[o]
    if (position !== o) identity = false
  }
  return { positions, low, high, weight, inside, identity }
}

function pick(volume: Volume, { shape: [depth, height, width], data: out }: SampleJob, tables: AxisTable[]): void {
  const [zs, ys, xs] = tables.map(nearestIndices)
  const { data } = volume
  const [, rows, columns] = volume.shape
  let to = 0
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = (zs[z] * rows + ys[y]) * columns
      for (let x = 0; x < width; x++) out[to++] = data[row + xs[x]]
    }
  }
}

function nearestIndices({ low, high, weight }: AxisTable): Int32Array {
  // The tolerance makes ties one-sided: downsampling by two lands half-way on every voxel.
  return low.map((index, o) => (weight[o] >= 0.5 - POSITION_TOLERANCE ? high[o] : index))
}

function interpolate(volume: Volume, job: SampleJob, tables: AxisTable[]): void {
  let { data } = volume
  const shape: [number, number, number] = [...volume.shape]
  // Axes that shrink first, so that the later passes have less to do.
  const order = [2, 1, 0].sort((a, b) => job.shape[a] / volume.shape[a] - job.shape[b] / volume.shape[b])
  for (const axis of order) {
    if (tables[axis].identity) continue
    if (job.interpolation === 'cubic') data = splineAlong(data, { shape: [...shape], axis }, tables[axis].positions)
    else data = interpolateAxis(data, { shape, axis, table: tables[axis] })
    shape[axis] = job.shape[axis]
  }
  job.data.set(data)
}

function interpolateAxis(
  data: VoxelData,
  { shape, axis, table }: { shape: Shape3; axis: number; table: AxisTable },
): Float32Array {
  const { low, high, weight } = table
  const extent = low.length
  const inner = axis === 2 ? 1 : axis === 1 ? shape[2] : shape[1] * shape[2]
  const outer = (shape[0] * shape[1] * shape[2]) / (shape[axis] * inner)
  const out = new Float32Array(outer * extent * inner)
  let to = 0
  for (let block = 0; block < outer; block++) {
    const base = block * shape[axis] * inner
    for (let o = 0; o < extent; o++) {
      const above = weight[o]
      const below = 1 - above
      const from = base + low[o] * inner
      // A weight of zero must not touch the neighbour: 0 · NaN is NaN.
      if (above === 0) {
        for (let i = 0; i < inner; i++) out[to++] = data[from + i]
        continue
      }
      const next = base + high[o] * inner
      for (let i = 0; i < inner; i++) out[to++] = below * data[from + i] + above * data[next + i]
    }
  }
  return out
}

function fillOutside({ shape: [depth, height, width], data, outside }: SampleJob, tables: AxisTable[]): void {
  const [inZ, inY, inX] = tables.map(({ inside }) => inside)
  const value = outside ?? 0
  for (let z = 0, to = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = inZ[z] & inY[y]
      for (let x = 0; x < width; x++, to++) if (!(row & inX[x])) data[to] = value
    }
  }
}
