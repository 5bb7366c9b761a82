/**
 * The data of a regression, checked and standardised: rows of an intercept and columns with mean 0 and deviation 1, so
 * that ages in years and shares in percent weigh alike in every tolerance.
 *
 * @module
 */

/** Named columns of numbers and the outcome, 0 or 1, all of the same length. */
export interface RegressionData {
  readonly x: Readonly<Record<string, ArrayLike<number>>>
  readonly y: ArrayLike<number>
}

/** One row per observation; the first entry is the intercept's 1. */
export interface Design {
  readonly names: readonly string[]
  readonly rows: readonly Float64Array[]
  readonly y: Float64Array
  /** Of each column, 0 and 1 for the intercept. */
  readonly means: readonly number[]
  readonly deviations: readonly number[]
  /** Largest minus smallest value of each column, 1 for the intercept. */
  readonly ranges: readonly number[]
}

/** Throws RangeError, in the name of the function called, where the data do not allow a fit. */
export function standardisedDesign({ x, y }: RegressionData, caller: string): Design {
  const fail = (expected: string, got: string) => {
    throw new RangeError(`${caller}: expected ${expected}, got ${got}`)
  }
  const columns = Object.entries(x)
  const outcomes = Float64Array.from(y)
  const odd = outcomes.findIndex((value) => value !== 0 && value !== 1)
  if (odd >= 0) fail('outcomes 0 or 1', `${outcomes[odd]} at ${odd}`)
  if (columns.length === 0) fail('at least one column', 'none')
  if (outcomes.length <= columns.length + 1) {
    fail(`more observations than the ${columns.length + 1} coefficients`, String(outcomes.length))
  }
  if (new Set(outcomes).size < 2) fail('outcomes of both kinds', `only ${outcomes[0]}`)
  for (const [name, values] of columns) {
    if (values.length !== outcomes.length) fail(`${outcomes.length} values in column ${name}`, String(values.length))
    const notFinite = Array.from(values).findIndex((value) => !Number.isFinite(value))
    if (notFinite >= 0) fail(`finite values in column ${name}`, `${values[notFinite]} at ${notFinite}`)
    if (Array.from(values).every((value) => value === values[0])) fail(`column ${name} to vary`, `only ${values[0]}`)
  }
  const means = columns.map(([, values]) => average(values, (value) => value))
  const deviations = columns.map(([, values], j) => Math.sqrt(average(values, (value) => (value - means[j]) ** 2)))
  const rows = Array.from(outcomes, (_, i) =>
    Float64Array.of(1, ...columns.map(([, values], j) => (values[i] - means[j]) / deviations[j])),
  )
  const names = ['intercept', ...columns.map(([name]) => name)]
  const ranges = columns.map(([, values]) => largest(values, 1) + largest(values, -1))
  return { names, rows, y: outcomes, means: [0, ...means], deviations: [1, ...deviations], ranges: [1, ...ranges] }
}

function average(values: ArrayLike<number>, of: (value: number) => number): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += of(values[i])
  return sum / values.length
}

/** The largest value, or with sign -1 the negative of the smallest. */
function largest(values: ArrayLike<number>, sign: 1 | -1): number {
  let found = -Infinity
  for (let i = 0; i < values.length; i++) found = Math.max(found, sign * values[i])
  return found
}
