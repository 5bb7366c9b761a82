/**
 * A Parzen estimator that takes and gives up observations one at a time: the mixture of TPE, kept up to date.
 *
 * Observations are rows in order of their keys (trial numbers), since old ones weigh less; along every numeric axis they
 * are also kept sorted, since a kernel's width depends on its neighbours. An observation that comes or goes moves memory
 * and changes the kernels beside it, nothing else. What the mixture says is a function of its rows alone, to the last bit:
 * each number is computed from its row and neighbours, sums run in order of rows.
 *
 * The density of a setting is sum_k w_k prod_d c_kd exp(-z_kd²/2); a kernel far away (z² over 400) adds nothing that a
 * double holds beside the prior kernel, so its loop ends early.
 *
 * @module
 */
import { createSortedAxis, type SortedAxis } from './sorted-axis.ts'
import { clipWidth, kernelNorm, type Axis } from './parzen-kernels.ts'
import { createCellTables } from './parzen-cells.ts'

export interface ParzenMixture {
  readonly size: number
  /** Adds an observation; coordinates in the order of the axes. A key must not be there already. */
  insert(key: number, coordinates: Float64Array): void
  remove(key: number): void
  /** Normalised weights by row, the prior last. */
  weights(): Float64Array
  /** Mean and width of a row's kernel on an axis; the prior is row `size`. */
  kernel(row: number, axis: number): { readonly mean: number; readonly width: number }
  /**
   * Natural logarithm of the density at each setting, up to the lengths of the ranges: coordinates of setting s begin at
   * s * axes; `internal` holds the internal values in the same places.
   */
  logDensities(settings: { coordinates: Float64Array; internal: Float64Array; count: number }): Float64Array
}

/** Keeps products of hundreds of kernel heights within a double's range. */
const SCALE = 0.1
const FAR = 400
const MOST_CHANGES = 32

/** A mixture without observations: the prior alone. With `ramp` old observations weigh less, else all weigh the same. */
export function createParzenMixture(axes: readonly Axis[], { ramp = true } = {}): ParzenMixture {
  const dims = axes.length
  let capacity = 32
  let size = 0
  let keys = new Int32Array(capacity)
  let means = new Float64Array(capacity * dims)
  let widths = new Float64Array(capacity * dims)
  let norms = new Float64Array(capacity * dims)
  /** Changes since the last question: a few keep the axes sorted one by one, many are sorted at the next question. */
  let changes = 0
  const isSorted = () => changes <= MOST_CHANGES
  /** Below a hundred rows every width depends on their number, so they are set at the next question. */
  const isSmall = () => size <= 100
  let isAllToSet = false
  const sorted: (SortedAxis | null)[] = axes.map(({ kind }) => (kind === 'choice' ? null : createSortedAxis()))
  const cells = createCellTables(axes)

  const rowOf = (key: number): number => {
    let [low, high] = [0, size]
    while (low < high) {
      const middle = (low + high) >> 1
      if (keys[middle] < key) low = middle + 1
      else high = middle
    }
    return low
  }

  function grow(): void {
    capacity *= 2
    const wider = (old: Float64Array<ArrayBuffer>) => {
      const array = new Float64Array(capacity * dims)
      array.set(old)
      return array
    }
    const more = new Int32Array(capacity)
    more.set(keys)
    keys = more
    means = wider(means)
    widths = wider(widths)
    norms = wider(norms)
  }

  function shift(row: number, by: 1 | -1): void {
    const from = by === 1 ? row : row + 1
    keys.copyWithin(from + by, from, size)
    for (const array of [means, widths, norms]) array.copyWithin((from + by) * dims, from * dims, size * dims)
    size += by
  }

  /** Recomputes the kernels at some places along an axis. */
  function repair(dim: number, places: readonly number[]): void {
    const along = sorted[dim] as SortedAxis
    for (const place of places) {
      if (place < 0 || place >= size) continue
      const at = rowOf(along.keys[place]) * dims + dim
      const width = clipWidth(gapAt(along.values, { place, size }), size)
      if (widths[at] === width) continue
      widths[at] = width
      norms[at] = kernelNorm(axes[dim], { mean: means[at], width })
    }
  }

  function settle(): void {
    if (changes === 0) return
    if (!isSorted()) {
      sorted.forEach((along, dim) => along?.fill(size, { keys, values: means, stride: dims, offset: dim }))
    }
    if (isAllToSet || !isSorted()) {
      const places = Array.from({ length: size }, (_, place) => place)
      sorted.forEach((along, dim) => along !== null && repair(dim, places))
    }
    changes = 0
    isAllToSet = false
  }

  return {
    get size() {
      return size
    },
    insert(key, coordinates) {
      if (size + 1 > capacity) grow()
      const row = rowOf(key)
      shift(row, 1)
      keys[row] = key
      for (let dim = 0; dim < dims; dim++) {
        means[row * dims + dim] = coordinates[dim]
        widths[row * dims + dim] = 0
        norms[row * dims + dim] = 1
      }
      changes++
      isAllToSet ||= isSmall()
      if (!isSorted()) return
      sorted.forEach((along, dim) => {
        if (along === null) return
        const place = along.insert(key, coordinates[dim])
        if (!isSmall()) repair(dim, [place - 1, place, place + 1])
      })
    },
    remove(key) {
      const row = rowOf(key)
      const gone = means.slice(row * dims, (row + 1) * dims)
      shift(row, -1)
      changes++
      isAllToSet ||= isSmall()
      if (!isSorted()) return
      sorted.forEach((along, dim) => {
        if (along === null) return
        const place = along.remove(key, gone[dim])
        if (!isSmall()) repair(dim, [place - 1, place])
      })
    },
    weights: () => kernelWeights(size, ramp),
    kernel(row, axis) {
      settle()
      if (row === size) return { mean: 0.5, width: 1 }
      return { mean: means[row * dims + axis], width: widths[row * dims + axis] }
    },
    logDensities({ coordinates, internal, count }) {
      settle()
      const heights = kernelWeights(size, ramp)
      const rowHeights = heights.subarray(0, size)
      foldNorms(rowHeights, { norms, dims })
      const prior = heights[size] * priorHeight(axes)
      const tables = cells.tables({ means, widths, size }, { internal, count })
      return density({ axes, means, widths, heights: rowHeights, prior }, { coordinates, internal, count, tables })
    },
  }
}

/** The larger gap to the neighbours; a lone observation has the ends of the range for neighbours. */
function gapAt(values: Float64Array, { place, size }: { place: number; size: number }): number {
  const value = values[place]
  if (size === 1) return Math.max(value, 1 - value)
  const left = place > 0 ? value - values[place - 1] : 0
  const right = place < size - 1 ? values[place + 1] - value : 0
  return Math.max(left, right)
}

/** Equal weights up to 25 observations, then a ramp for all but the last 25; the prior (last) weighs 1; sum 1. */
function kernelWeights(count: number, withRamp: boolean): Float64Array {
  const ramp = count < 25 || !withRamp ? 0 : count - 25
  const start = 1 / count
  const slope = ramp > 1 ? (1 - start) / (ramp - 1) : 0
  const weights = new Float64Array(count + 1).fill(1)
  let sum = count + 1 - ramp
  for (let row = 0; row < ramp; row++) {
    weights[row] = start + row * slope
    sum += weights[row]
  }
  for (let row = 0; row <= count; row++) weights[row] /= sum
  return weights
}

function foldNorms(heights: Float64Array, { norms, dims }: { norms: Float64Array; dims: number }): void {
  for (let row = 0, at = 0; row < heights.length; row++) {
    let product = heights[row]
    for (const end = at + dims; at < end; at++) product *= norms[at] * SCALE
    heights[row] = product
  }
}

/** Height of the prior kernel without its exponential. */
function priorHeight(axes: readonly Axis[]): number {
  let product = 1
  for (const axis of axes) {
    product *= SCALE * (axis.kind === 'choice' ? 1 / axis.choices : kernelNorm(axis, { mean: 0.5, width: 1 }))
  }
  return product
}

interface Kernels {
  readonly axes: readonly Axis[]
  readonly means: Float64Array
  readonly widths: Float64Array
  readonly heights: Float64Array
  readonly prior: number
}

interface Settings {
  readonly coordinates: Float64Array
  readonly internal: Float64Array
  readonly count: number
  readonly tables: ReturnType<ReturnType<typeof createCellTables>['tables']>
}

function density({ axes, means, widths, heights, prior }: Kernels, settings: Settings): Float64Array {
  const { coordinates, count, tables } = settings
  const dims = axes.length
  const reals = Int32Array.from(axes.flatMap(({ kind }, dim) => (kind === 'real' ? [dim] : [])))
  const result = new Float64Array(count)
  for (let setting = 0; setting < count; setting++) {
    const begin = setting * dims
    let sum = 0
    for (let row = 0, at = 0; row < heights.length; row++, at += dims) {
      let square = 0
      for (let index = 0; index < reals.length && square <= FAR; index++) {
        const dim = reals[index]
        const z = (coordinates[begin + dim] - means[at + dim]) / widths[at + dim]
        square += z * z
      }
      if (square > FAR) continue
      let height = heights[row]
      for (const table of tables) height *= table.factor(row, setting)
      sum += height * Math.exp(-0.5 * square)
    }
    const shape = priorShape(settings, { setting, reals, x: coordinates.subarray(begin, begin + dims) })
    result[setting] = Math.log(sum + prior * shape) - dims * Math.log(SCALE)
  }
  return result
}

/** The prior kernel without its height. */
function priorShape(
  { tables }: Settings,
  { setting, reals, x }: { setting: number; reals: Int32Array; x: Float64Array },
): number {
  let square = 0
  for (const dim of reals) square += (x[dim] - 0.5) ** 2
  let shape = Math.exp(-0.5 * square)
  for (const table of tables) shape *= table.priorFactor(setting)
  return shape
}
