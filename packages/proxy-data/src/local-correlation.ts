/**
 * Local squared zero-normalised cross-correlation, the mean over all voxels of, in a cube of N voxels around each,
 *
 *   cross^2 / (varA varB),  cross = sum ab - sum a sum b / N,  var = max(sum a^2 - (sum a)^2 / N, 1e-5),
 *
 * with zeros outside the volume: MONAI's LocalNormalizedCrossCorrelationLoss (rectangular kernel, smoothing 0) with its
 * sign turned, so that more alike is higher. By Cauchy and Schwarz it lies in [0, 1]; being squared it does not tell a
 * volume from its negative. Whether Nath et al. (2021) used the local form is not known.
 *
 * A window in which a volume is constant has cross = 0 and scores 0, also if both are. In `label` representations most
 * windows are so: `constantWindows: 'skip'` leaves those constant in both volumes out of the mean (our choice).
 *
 * @module
 */
import { voxelCount, type Shape3 } from '@leanvox/volume'
import { comparePair, type Measure, type RepresentationPair } from './measure.ts'
import { windowSummer } from './window-sums.ts'

const VARIANCE_FLOOR = 1e-5
// Zeros and rounding aside, a variance that was raised to the floor is recognised by its inverse.
const FLAT = 1 / VARIANCE_FLOOR

/** The window, and what windows without contrast count. */
export interface LocalCorrelationOptions {
  /** Edge of the cubic window in voxels, odd; default 3. */
  readonly window?: number
  /** Windows constant in both volumes: `zero` (default) scores them 0, `skip` leaves them out; all skipped gives 0. */
  readonly constantWindows?: 'zero' | 'skip'
}

/** What one volume contributes to every pair. */
interface WindowStatistics {
  readonly data: Float64Array
  readonly sums: Float64Array
  readonly inverseVariance: Float64Array
  readonly workspace: Workspace
}

interface Workspace {
  readonly products: Float64Array
  readonly summer: (data: Float64Array) => Float64Array
}

/**
 * Local cross-correlation in [0, 1]; 0 if a volume is constant.
 *
 * @throws RangeError for volumes of unequal shape, or a window that is not odd and positive.
 */
export function localNormalizedCrossCorrelation(
  pair: RepresentationPair,
  options: LocalCorrelationOptions = {},
): number {
  return comparePair(pair, localNormalizedCrossCorrelationMeasure(options))
}

/** Local cross-correlation as a measure for `similarityMatrix`. @throws RangeError unless the window is odd. */
export function localNormalizedCrossCorrelationMeasure({
  window = 3,
  constantWindows = 'zero',
}: LocalCorrelationOptions = {}): Measure<WindowStatistics> {
  if (!Number.isInteger(window) || window < 1 || window % 2 === 0) {
    throw new RangeError(`localNormalizedCrossCorrelation: expected an odd window, got ${window}`)
  }
  const voxels = window ** 3
  const workspaceOf = workspaces((window - 1) / 2)
  return {
    name: 'localNormalizedCrossCorrelation',
    prepare: ({ data, shape }) => statistics(Float64Array.from(data), workspaceOf(shape), voxels),
    compare(a, b) {
      const { products, summer } = a.workspace
      for (let i = 0; i < products.length; i++) products[i] = a.data[i] * b.data[i]
      const cross = summer(products)
      let sum = 0
      for (let i = 0; i < cross.length; i++) {
        const centred = cross[i] - (a.sums[i] * b.sums[i]) / voxels
        sum += centred * centred * (a.inverseVariance[i] * b.inverseVariance[i])
      }
      const counted = constantWindows === 'skip' ? cross.length - flatWindows(a, b) : cross.length
      return counted > 0 ? Math.min(1, sum / counted) : 0
    },
  }
}

function flatWindows(a: WindowStatistics, b: WindowStatistics): number {
  let flat = 0
  for (let i = 0; i < a.data.length; i++) {
    if (a.inverseVariance[i] === FLAT && b.inverseVariance[i] === FLAT) flat++
  }
  return flat
}

/** Buffers are shared by all volumes of a shape: one set per volume would fall out of the processor's cache. */
function workspaces(radius: number): (shape: Shape3) => Workspace {
  const known = new Map<string, Workspace>()
  return (shape) => {
    const key = shape.join()
    const found = known.get(key)
    if (found) return found
    const fresh = { products: new Float64Array(voxelCount(shape)), summer: windowSummer(shape, radius) }
    known.set(key, fresh)
    return fresh
  }
}

function statistics(data: Float64Array, workspace: Workspace, voxels: number): WindowStatistics {
  const { summer } = workspace
  const sums = summer(data).slice()
  const squares = summer(data.map((value) => value * value))
  const inverseVariance = squares.map((sum, i) => 1 / Math.max(VARIANCE_FLOOR, sum - (sums[i] * sums[i]) / voxels))
  return { data, sums, inverseVariance, workspace }
}
