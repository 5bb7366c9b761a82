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
import { cellTables, type CellTable } from './parzen-cells.ts'
import { createParzenRows, type ParzenRows } from './parzen-rows.ts'

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
const SMALL = 100

/** A mixture without observations: the prior alone. With `ramp` old observations weigh less, else all weigh the same. */
export function createParzenMixture(axes: readonly Axis[], { ramp = true } = {}): ParzenMixture {
  const dims = axes.length
  const rows = createParzenRows(dims)
  const widths = createWidths(axes, rows)
  return {
    get size() {
      return rows.size
    },
    insert(key, coordinates) {
      rows.insert(key, coordinates)
      widths.inserted(key, coordinates)
    },
    remove: (key) => widths.removed(key, rows.remove(key)),
    weights: () => kernelWeights(rows.size, ramp),
    kernel(row, axis) {
      widths.settle()
      if (row === rows.size) return { mean: 0.5, width: 1 }
      return { mean: rows.means[row * dims + axis], width: rows.widths[row * dims + axis] }
    },
    logDensities(settings) {
      widths.settle()
      const heights = kernelWeights(rows.size, ramp)
      const rowHeights = heights.subarray(0, rows.size)
      foldNorms(rowHeights, { norms: rows.norms, dims })
      const prior = heights[rows.size] * priorHeight(axes)
      const tables = cellTables(axes, { rows, asked: settings })
      return density({ axes, rows, heights: rowHeights, prior }, { ...settings, tables })
    },
  }
}

/** Widths and norms of all rows, set again beside what came or went. */
function createWidths(axes: readonly Axis[], rows: ParzenRows) {
  const dims = axes.length
  const sorted: (SortedAxis | null)[] = axes.map(({ kind }) => (kind === 'choice' ? null : createSortedAxis()))
  /** Changes since the last question: a few keep the axes sorted one by one, many are sorted at the next question. */
  let changes = 0
  const isSorted = () => changes <= MOST_CHANGES
  /** Below a hundred rows every width depends on their number, so they are set at the next question. */
  let isAllToSet = false

  /** Takes up a change along every axis; `change` gives the places beside it. */
  function changed(change: (along: SortedAxis, dim: number) => readonly number[]): void {
    changes++
    const isSmall = rows.size <= SMALL
    isAllToSet ||= isSmall
    if (!isSorted()) return
    sorted.forEach((along, dim) => {
      if (along === null) return
      const places = change(along, dim)
      if (!isSmall) setWidths(rows, { axis: axes[dim], along, places, dim, dims })
    })
  }
  return {
    inserted: (key: number, coordinates: Float64Array) =>
      changed((along, dim) => beside(along.insert(key, coordinates[dim]), 1)),
    removed: (key: number, coordinates: Float64Array) =>
      changed((along, dim) => beside(along.remove(key, coordinates[dim]), 0)),
    settle(): void {
      if (changes === 0) return
      const { size, keys, means } = rows
      sorted.forEach((along, dim) => {
        if (along === null) return
        if (!isSorted()) along.fill(size, { keys, values: means, stride: dims, offset: dim })
        if (isAllToSet || !isSorted()) setWidths(rows, { axis: axes[dim], along, places: null, dim, dims })
      })
      changes = 0
      isAllToSet = false
    },
  }
}

/** The places whose neighbours changed: from the one before to so many after. */
function beside(place: number, after: number): number[] {
  return Array.from({ length: 2 + after }, (_, index) => place - 1 + index)
}

/** Widths and norms at some places of an axis, or at all. */
function setWidths(
  rows: ParzenRows,
  { axis, along, places, dim, dims }: Along & { places: readonly number[] | null },
): void {
  const { size, means, widths, norms } = rows
  for (let index = 0; index < (places?.length ?? size); index++) {
    const place = places === null ? index : places[index]
    if (place < 0 || place >= size) continue
    const at = rows.rowOf(along.keys[place]) * dims + dim
    const width = clipWidth(gapAt(along.values, { place, size }), size)
    if (widths[at] === width) continue
    widths[at] = width
    norms[at] = kernelNorm(axis, { mean: means[at], width })
  }
}

interface Along {
  readonly axis: Axis
  readonly along: SortedAxis
  readonly dim: number
  readonly dims: number
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
  readonly rows: ParzenRows
  readonly heights: Float64Array
  readonly prior: number
}

interface Settings {
  readonly coordinates: Float64Array
  readonly internal: Float64Array
  readonly count: number
  readonly tables: readonly CellTable[]
}

function density({ axes, rows, heights, prior }: Kernels, settings: Settings): Float64Array {
  const { means, widths } = rows
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
