/**
 * The best point of an acquisition function over a mixed space.
 *
 * As in Optuna's GPSampler: 2048 scrambled Sobol points; from the best of them, from some drawn in proportion to what they
 * promise, and from the best setting so far, local searches that alternate between the gradient for real parameters
 * (scaled by the length scales) and one choice or grid value after another for the rest.
 *
 * @module
 */
import { type Rng } from '@leanvox/random'
import { minimise } from './bounded-lbfgs.ts'
import { type Acquisition } from './expected-improvement.ts'
import { type GpSpace } from './gp-space.ts'
import { createSobol, MOST_SOBOL_DIMENSIONS } from './sobol.ts'

const PRELIMINARY = 2048
const STARTS = 10
const MOST_ROUNDS = 100
/** Up to so many grid values are all tried. */
const MOST_TRIED = 16

/** The coordinates of the best point found. */
export function optimiseAcquisition(
  acquisition: Acquisition,
  { space, known, rng }: { space: GpSpace; known: readonly Float64Array[]; rng: Rng },
): Float64Array {
  const points = preliminaryPoints(space, rng)
  const values = Float64Array.from(points, (point) => acquisition.value(point))
  const starts = chooseStarts(values, { count: STARTS - known.length, rng }).map((index) => points[index])
  let best = { x: points[0], value: -Infinity }
  for (const start of [...starts, ...known]) {
    const found = localSearch(acquisition, { start, space })
    if (found.value > best.value) best = found
  }
  return best.x
}

function preliminaryPoints(space: GpSpace, rng: Rng): Float64Array[] {
  const d = space.dimensions
  if (d > MOST_SOBOL_DIMENSIONS) {
    return Array.from({ length: PRELIMINARY }, () => space.round(new Float64Array(d).map(() => rng.uniform())))
  }
  const sobol = createSobol(d, rng.split('sobol'))
  return Array.from({ length: PRELIMINARY }, (_, index) => space.round(sobol.point(index)))
}

/** The best index, and others without repetition with chances in proportion to the exponential of their values. */
function chooseStarts(values: Float64Array, { count, rng }: { count: number; rng: Rng }): number[] {
  let top = 0
  values.forEach((value, index) => {
    if (value > values[top]) top = index
  })
  const shares = values.map((value, index) => (index === top ? 0 : Math.exp(value - values[top])))
  const chosen = [top]
  while (chosen.length < count) {
    const total = shares.reduce((sum, share) => sum + share, 0)
    if (!(total > 0)) break
    let position = rng.uniform() * total
    let index = shares.findIndex((share) => (position -= share) < 0)
    if (index < 0) index = shares.findLastIndex((share) => share > 0)
    shares[index] = 0
    chosen.push(index)
  }
  return chosen
}

interface Found {
  readonly x: Float64Array
  readonly value: number
}

function localSearch(acquisition: Acquisition, { start, space }: { start: Float64Array; space: GpSpace }): Found {
  let found: Found = { x: start, value: acquisition.value(start) }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = found
    if (space.real.length > 0) found = climb(acquisition, { from: found, space })
    for (const axis of space.discrete) found = tryValues(acquisition, { from: found, space, axis })
    // Without discrete parameters the climb has already gone as far as it could.
    if (found === before || space.discrete.length === 0) break
  }
  return found
}

/** Gradient ascent over the real coordinates, in units of their length scales. */
function climb(acquisition: Acquisition, { from, space }: { from: Found; space: GpSpace }): Found {
  const { real } = space
  const scales = Float64Array.from(real, (axis) => acquisition.lengthScales[axis])
  const pointAt = (z: Float64Array) => {
    const x = Float64Array.from(from.x)
    real.forEach((axis, k) => (x[axis] = Math.min(1, Math.max(0, z[k] * scales[k]))))
    return x
  }
  const { x: z, value } = minimise(
    (candidate) => {
      const { value: up, gradient } = acquisition.valueAndGradient(pointAt(candidate))
      return { value: -up, gradient: Float64Array.from(real, (axis, k) => -gradient[axis] * scales[k]) }
    },
    Float64Array.from(real, (axis, k) => from.x[axis] / scales[k]),
    { lower: new Float64Array(real.length), upper: scales.map((scale) => 1 / scale), gradientTolerance: 1e-2 },
  )
  return -value > from.value ? { x: pointAt(z), value: -value } : from
}

/** The best value along one choice or grid: all of a few, else uphill in ever longer strides. */
function tryValues(
  acquisition: Acquisition,
  { from, space, axis }: { from: Found; space: GpSpace; axis: number },
): Found {
  const count = space.valueCount(axis)
  const at = (index: number): Found => {
    const x = Float64Array.from(from.x)
    x[axis] = space.coordinateAt(axis, index)
    return { x, value: acquisition.value(x) }
  }
  let place = space.indexOf(axis, from.x[axis])
  let best = from
  if (space.isCategorical[axis] || count <= MOST_TRIED) {
    for (let index = 0; index < count; index++) {
      const found = index === place ? from : at(index)
      if (found.value > best.value) best = found
    }
    return best
  }
  for (let stride = 1; stride > 0;) {
    const sides = [place - stride, place + stride].filter((index) => index >= 0 && index < count)
    const found = sides.map((index) => ({ index, ...at(index) })).filter(({ value }) => value > best.value)
    const top = found.toSorted((one, other) => other.value - one.value)[0]
    if (top === undefined) stride = Math.floor(stride / 2)
    else {
      place = top.index
      best = { x: top.x, value: top.value }
      stride *= 2
    }
  }
  return best
}
