/**
 * The values a parameter may take: Optuna's float, int and categorical distributions as plain JSON objects.
 *
 * A distribution is written short (`{ type: 'float', low: 0, high: 1 }`) and kept whole (every field present). Ranges
 * are closed. `high` is lowered to the last value that `step` reaches, as Optuna does.
 *
 * @module
 */

/** A value of a parameter; categorical choices may be any of these. */
export type ParamValue = number | string | boolean | null
/** Values by parameter name. */
export type Params = Readonly<Record<string, ParamValue>>

/** A real number in [low, high], on a logarithmic scale with `log`, on a grid with `step`. */
export interface FloatRange {
  readonly low: number
  readonly high: number
  readonly log?: boolean
  readonly step?: number | null
}
/** A whole number in [low, high]; `step` is 1 unless given, and must be 1 with `log`. */
export interface IntRange {
  readonly low: number
  readonly high: number
  readonly log?: boolean
  readonly step?: number
}
/** One of some choices. */
export interface Choices<Choice extends ParamValue = ParamValue> {
  readonly choices: readonly Choice[]
}

/** A distribution as a user writes it. */
export type DistributionInput =
  | ({ readonly type: 'float' } & FloatRange)
  | ({ readonly type: 'int' } & IntRange)
  | ({ readonly type: 'categorical' } & Choices)

export interface FloatDistribution extends Required<FloatRange> {
  readonly type: 'float'
}
export interface IntDistribution extends Required<IntRange> {
  readonly type: 'int'
}
export interface CategoricalDistribution extends Choices {
  readonly type: 'categorical'
}
/** A checked distribution with every field present. */
export type Distribution = FloatDistribution | IntDistribution | CategoricalDistribution
export type NumericDistribution = FloatDistribution | IntDistribution

/** A declared search space as a user writes it. */
export type SpaceInput = Readonly<Record<string, DistributionInput>>
/** A checked search space. */
export type Space = Readonly<Record<string, Distribution>>
/** The parameter values a declared space gives. */
export type ParamsOf<S extends SpaceInput> = {
  readonly [Name in keyof S]: S[Name] extends { readonly choices: readonly (infer Choice)[] } ? Choice : number
}

/**
 * A distribution with its defaults filled in.
 *
 * @throws RangeError naming the parameter: low above high, a logarithm of zero or less, a step that is not positive,
 * a fraction for an int, no choices or one twice
 */
export function checkDistribution(name: string, input: DistributionInput): Distribution {
  switch (input?.type) {
    case 'float':
      return checkFloat(name, input)
    case 'int':
      return checkInt(name, input)
    case 'categorical':
      return checkChoices(name, input)
    default: {
      const got = JSON.stringify(input)
      throw new RangeError(`parameter '${name}': expected type 'float', 'int' or 'categorical', got ${got}`)
    }
  }
}

/** A space with every distribution checked, in the order it was declared. */
export function checkSpace(space: SpaceInput): Space {
  return Object.fromEntries(Object.entries(space).map(([name, input]) => [name, checkDistribution(name, input)]))
}

function checkFloat(name: string, { low, high, log = false, step = null }: FloatRange): FloatDistribution {
  checkRange(name, { low, high })
  if (log && low <= 0) fail(name, 'low above 0 for a logarithmic scale', low)
  if (log && step !== null) fail(name, 'either log or step', `log and step ${step}`)
  if (step !== null && !(step > 0)) fail(name, 'a positive step', step)
  return { type: 'float', low, high: step === null ? high : lastOnGrid({ low, high, step }), log, step }
}

function checkInt(name: string, { low, high, log = false, step = 1 }: IntRange): IntDistribution {
  checkRange(name, { low, high })
  for (const value of [low, high, step]) if (!Number.isSafeInteger(value)) fail(name, 'whole numbers', value)
  if (log && low < 1) fail(name, 'low of at least 1 for a logarithmic scale', low)
  if (log && step !== 1) fail(name, 'step 1 with log', step)
  if (step < 1) fail(name, 'a positive step', step)
  return { type: 'int', low, high: low + Math.floor((high - low) / step) * step, log, step }
}

function checkChoices(name: string, { choices }: Choices): CategoricalDistribution {
  if (!Array.isArray(choices) || choices.length === 0) fail(name, 'at least one choice', JSON.stringify(choices))
  for (const choice of choices) {
    const known = choice === null || ['number', 'string', 'boolean'].includes(typeof choice)
    if (!known) fail(name, 'choices that are numbers, texts, booleans or null', JSON.stringify(choice))
    const count = choices.filter((other) => Object.is(other, choice)).length
    if (count > 1) fail(name, 'different choices', `${JSON.stringify(choice)} ${count} times`)
  }
  return { type: 'categorical', choices: [...choices] }
}

function checkRange(name: string, { low, high }: { low: number; high: number }): void {
  if (!Number.isFinite(low)) fail(name, 'a finite low', low)
  if (!Number.isFinite(high)) fail(name, 'a finite high', high)
  if (low > high) fail(name, 'low <= high', `low ${low} and high ${high}`)
}

function fail(name: string, expected: string, got: unknown): never {
  throw new RangeError(`parameter '${name}': expected ${expected}, got ${String(got)}`)
}

/** low + k * step nearest below high; a hundredth of a step of slack absorbs 0.1 + 0.2 style rounding. */
function lastOnGrid({ low, high, step }: { low: number; high: number; step: number }): number {
  return gridValue({ low, step }, Math.floor((high - low) / step + 1e-8))
}

/** low + index * step without the trailing noise of binary fractions (0.1 + 2 * 0.1 is 0.3). */
export function gridValue({ low, step }: { low: number; step: number }, index: number): number {
  const value = low + index * step
  // Whole numbers have no such noise, and most grids are of them.
  return Number.isSafeInteger(value) && Math.abs(value) < 1e15 ? value : Number(value.toPrecision(15))
}

/** True when only one value is possible. */
export function isSingle(distribution: Distribution): boolean {
  if (distribution.type === 'categorical') return distribution.choices.length === 1
  return distribution.low === distribution.high
}

/** True when `value` is one the distribution can give. */
export function contains(distribution: Distribution, value: ParamValue): boolean {
  if (distribution.type === 'categorical') return distribution.choices.some((choice) => Object.is(choice, value))
  if (typeof value !== 'number' || !(value >= distribution.low && value <= distribution.high)) return false
  if (distribution.step === null) return true
  const index = (value - distribution.low) / distribution.step
  return Math.abs(index - Math.round(index)) < 1e-8
}

/**
 * Whether a parameter may change from one distribution to another within a study: ranges may move, the kind, the scale
 * and the choices may not (Optuna's rule).
 */
export function areCompatible(one: Distribution, other: Distribution): boolean {
  if (one === other) return true
  if (one.type === 'categorical' || other.type === 'categorical') {
    return JSON.stringify(one) === JSON.stringify(other)
  }
  return one.type === other.type && one.log === other.log
}
