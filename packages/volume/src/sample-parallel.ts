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

function pick(volume: Volume, { shape: [depth, height, width], data }: SampleJob, tables: AxisTable[]): void {
  const [zs, ys, xs] = tables.map(nearestIndices)
  const source = bitsOf(volume.data)
  const out = bitsOf(data)
  const [, rows, columns] = volume.shape
  let to = 0
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = (zs[z] * rows + ys[y]) * columns
      for (let x = 0; x < width; x++) out[to++] = source[row + xs[x]]
    }
  }
}

/** The same memory in one of four types: copying loops that see eight of them are slow. */
function bitsOf(data: VoxelData): Uint8Array | Uint16Array | Uint32Array | Float64Array {
  if (data instanceof Float64Array) return data
  const { buffer, byteOffset, length } = data
  if (data.BYTES_PER_ELEMENT === 1) return new Uint8Array(buffer, byteOffset, length)
  return data.BYTES_PER_ELEMENT === 2
    ? new Uint16Array(buffer, byteOffset, length)
    : new Uint32Array(buffer, byteOffset, length)
}

function nearestIndices({ low, high, weight }: AxisTable): Int32Array {
  // The tolerance makes ties one-sided: downsampling by two lands half-way on every voxel.
  return low.map((index, o) => (weight[o] >= 0.5 - POSITION_TOLERANCE ? high[o] : index))
}

function interpolate(volume: Volume, job: SampleJob, tables: AxisTable[]): void {
  if (job.interpolation === 'cubic') interpolateCubic(volume, job, tables)
  else interpolateLinear(volume, job, tables)
}

function interpolateCubic(volume: Volume, job: SampleJob, tables: AxisTable[]): void {
  let { data } = volume
  const shape: [number, number, number] = [...volume.shape]
  // Axes that shrink first, so that the later passes have less to do.
  const order = [2, 1, 0].sort((a, b) => job.shape[a] / volume.shape[a] - job.shape[b] / volume.shape[b])
  for (const axis of order) {
    if (tables[axis].identity) continue
    data = splineAlong(data, { shape: [...shape], axis }, tables[axis].positions)
    shape[axis] = job.shape[axis]
  }
  job.data.set(data)
}

/** One axis after the other: slices that an output slice lies between become one, of that its rows, then along x. */
function interpolateLinear({ data, shape }: Volume, job: SampleJob, [zs, ys, xs]: AxisTable[]): void {
  const [depth, height, width] = job.shape
  const [, rows, columns] = shape
  const plane = rows * columns
  // Rows that no output row looks at are left out.
  const isUsed = new Uint8Array(rows)
  for (let y = 0; y < height; y++) isUsed[ys.low[y]] = isUsed[ys.high[y]] = 1
  const slices = sliceReader(data, plane)
  const mixed = new Float64Array(plane)
  const line = new Float64Array(columns)
  for (let z = 0, to = 0; z < depth; z++) {
    const near = slices(zs.low[z], zs.high[z])
    const far = slices(zs.high[z], zs.low[z])
    // A weight of zero must not touch its slice or row: 0 · NaN is NaN.
    const slice = zs.weight[z] === 0 ? near : mixed
    if (slice === mixed) {
      for (let row = 0; row < rows; row++) {
        const from = row * columns
        if (isUsed[row] === 1) mix({ near, far, weight: zs.weight[z], out: mixed }, { from, to: from, count: columns })
      }
    }
    for (let y = 0; y < height; y++, to += width) {
      const from = ys.low[y] * columns
      const weight = ys.weight[y]
      if (weight === 0) sampleLine(slice, xs, { from, out: job.data, to })
      else {
        mix({ near: slice, far: slice, weight, out: line }, { from, step: columns, to: 0, count: columns })
        sampleLine(line, xs, { from: 0, out: job.data, to })
      }
    }
  }
}

/** Slices as doubles; two are kept, of which the other one asked for stays when a slice is read. */
function sliceReader(data: VoxelData, plane: number): (z: number, other: number) => Float64Array {
  const kept = [0, 1].map(() => ({ z: -1, values: new Float64Array(plane) }))
  return (z, other) => {
    const found = kept.find((slice) => slice.z === z)
    if (found) return found.values
    const free = kept[0].z === other ? kept[1] : kept[0]
    free.z = z
    free.values.set(data.subarray(z * plane, (z + 1) * plane))
    return free.values
  }
}

interface Mix {
  readonly near: Float64Array
  readonly far: Float64Array
  /** Of the far one. */
  readonly weight: number
  readonly out: Float64Array
}

/** `count` values: those from `from` on and those `step` after them in the far array. */
function mix(
  { near, far, weight, out }: Mix,
  { from, step = 0, to, count }: { from: number; step?: number; to: number; count: number },
): void {
  const rest = 1 - weight
  for (let x = 0; x < count; x++) out[to + x] = rest * near[from + x] + weight * far[from + step + x]
}

function sampleLine(
  line: Float64Array,
  { low, high, weight }: AxisTable,
  { from, out, to }: { readonly from: number; readonly out: VoxelData; readonly to: number },
): void {
  for (let x = 0; x < low.length; x++) {
    const above = weight[x]
    const near = line[from + low[x]]
    out[to + x] = above === 0 ? near : (1 - above) * near + above * line[from + high[x]]
  }
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
