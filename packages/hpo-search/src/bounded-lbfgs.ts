/**
 * Minimising a smooth function within bounds: limited-memory BFGS on the variables that are free to move.
 *
 * A variable at a bound whose gradient pushes outwards is held; the two-loop recursion (Nocedal and Wright, algorithm 7.4)
 * gives a direction for the others, and a projected backtracking search a step (Bertsekas, 1982). Simpler than L-BFGS-B's
 * Cauchy point, the same stopping rule: the largest entry of the projected gradient.
 *
 * @module
 */
export interface Minimum {
  readonly x: Float64Array
  readonly value: number
}

export interface LbfgsOptions {
  /** Default: none. */
  readonly lower?: Float64Array
  readonly upper?: Float64Array
  /** Largest entry of the projected gradient at the end. Default 1e-5. */
  readonly gradientTolerance?: number
  readonly maxIterations?: number
}

/** Value and gradient; an infinite or NaN value makes the search step back. */
export type Differentiable = (x: Float64Array) => { readonly value: number; readonly gradient: Float64Array }

const MEMORY = 10

interface Pair {
  readonly s: Float64Array
  readonly y: Float64Array
  readonly rho: number
}

/** The best point found from `start`, which must be within the bounds and have a finite value. */
export function minimise(f: Differentiable, start: Float64Array, options: LbfgsOptions = {}): Minimum {
  const { gradientTolerance = 1e-5, maxIterations = 200 } = options
  const project = projection(options)
  let x = start
  let { value, gradient } = f(x)
  let pairs: Pair[] = []
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (largestMove(x, { gradient, project }) <= gradientTolerance) break
    const free = freeVariables(x, { gradient, options })
    const step = lineSearch(f, {
      x,
      value,
      gradient,
      direction: descent(gradient, { pairs, free }),
      project,
      isFirst: pairs.length === 0,
    })
    if (step === null && pairs.length === 0) break
    if (step === null) {
      // The memory has led nowhere: once more along the gradient.
      pairs = []
      continue
    }
    const pair = pairOf({ x, gradient }, step)
    if (pair !== null) pairs = [...pairs, pair].slice(-MEMORY)
    const gain = value - step.value
    ;({ x, value, gradient } = step)
    if (gain <= 1e-12 * Math.max(1, Math.abs(value))) break
  }
  return { x, value }
}

function projection({ lower, upper }: LbfgsOptions): (x: Float64Array) => Float64Array {
  return (x) => x.map((value, k) => Math.min(upper?.[k] ?? Infinity, Math.max(lower?.[k] ?? -Infinity, value)))
}

function largestMove(
  x: Float64Array,
  { gradient, project }: { gradient: Float64Array; project: (x: Float64Array) => Float64Array },
): number {
  const moved = project(x.map((value, k) => value - gradient[k]))
  return moved.reduce((most, value, k) => Math.max(most, Math.abs(value - x[k])), 0)
}

function freeVariables(
  x: Float64Array,
  { gradient, options: { lower, upper } }: { gradient: Float64Array; options: LbfgsOptions },
): boolean[] {
  return Array.from(x, (value, k) => {
    if (value <= (lower?.[k] ?? -Infinity) && gradient[k] > 0) return false
    return !(value >= (upper?.[k] ?? Infinity) && gradient[k] < 0)
  })
}

/** The two-loop recursion over the free variables; downhill always. */
function descent(gradient: Float64Array, { pairs, free }: { pairs: readonly Pair[]; free: boolean[] }): Float64Array {
  const masked = (vector: Float64Array) => vector.map((value, k) => (free[k] ? value : 0))
  const steepest = masked(gradient).map((slope) => -slope)
  const q = masked(gradient)
  const alphas: number[] = []
  for (let index = pairs.length - 1; index >= 0; index--) {
    const { s, y, rho } = pairs[index]
    const alpha = rho * dot(masked(s), q)
    alphas[index] = alpha
    for (let k = 0; k < q.length; k++) if (free[k]) q[k] -= alpha * y[k]
  }
  const last = pairs.at(-1)
  const scale = last === undefined ? 1 : 1 / (last.rho * dot(last.y, last.y))
  for (let k = 0; k < q.length; k++) q[k] *= scale
  pairs.forEach(({ s, y, rho }, index) => {
    const beta = rho * dot(masked(y), q)
    for (let k = 0; k < q.length; k++) if (free[k]) q[k] += (alphas[index] - beta) * s[k]
  })
  const direction = q.map((value) => -value)
  return dot(direction, gradient) < 0 ? direction : steepest
}

interface Search {
  readonly x: Float64Array
  readonly value: number
  readonly gradient: Float64Array
  readonly direction: Float64Array
  readonly project: (x: Float64Array) => Float64Array
  readonly isFirst: boolean
}

interface Step extends Minimum {
  readonly gradient: Float64Array
}

/** The first of ever shorter projected steps that goes down enough (Armijo); null when none does. */
function lineSearch(f: Differentiable, { x, value, gradient, direction, project, isFirst }: Search): Step | null {
  const norm = Math.sqrt(dot(direction, direction))
  let length = isFirst ? Math.min(1, 1 / norm) : 1
  for (let halving = 0; halving < 25; halving++) {
    const next = project(x.map((each, k) => each + length * direction[k]))
    const slope = next.reduce((sum, each, k) => sum + gradient[k] * (each - x[k]), 0)
    const found = f(next)
    if (found.value <= value + 1e-4 * slope && slope < 0) return { x: next, ...found }
    length *= shrink({ rise: found.value - value, slope })
  }
  return null
}

/** The minimum of the parabola through what is known, within [0.1, 0.5]. */
function shrink({ rise, slope }: { rise: number; slope: number }): number {
  const best = -slope / (2 * (rise - slope))
  return Number.isFinite(best) ? Math.min(0.5, Math.max(0.1, best)) : 0.25
}

function pairOf(from: { x: Float64Array; gradient: Float64Array }, to: Step): Pair | null {
  const s = to.x.map((value, k) => value - from.x[k])
  const y = to.gradient.map((value, k) => value - from.gradient[k])
  const curvature = dot(s, y)
  return curvature > 1e-10 * dot(y, y) ? { s, y, rho: 1 / curvature } : null
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0
  for (let k = 0; k < one.length; k++) sum += one[k] * other[k]
  return sum
}
