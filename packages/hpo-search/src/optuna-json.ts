/**
 * Distributions and times as Optuna writes them into a journal.
 *
 * A distribution is a JSON text inside the JSON record, with the Python class name: `{"name": "FloatDistribution",
 * "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}`. The class names before Optuna 3 are read too.
 *
 * @module
 */
import { checkDistribution, type Distribution, type ParamValue } from './distribution.ts'
import { parsePythonJson, stringifyPythonJson } from './python-json.ts'

interface Attributes {
  readonly low: number
  readonly high: number
  readonly log?: boolean
  readonly step?: number | null
  readonly q?: number
  readonly choices: readonly ParamValue[]
}

const readers: Record<string, (attributes: Attributes) => Distribution> = {
  FloatDistribution: ({ low, high, log = false, step = null }) => ({ type: 'float', low, high, log, step }),
  IntDistribution: ({ low, high, log = false, step }) => ({ type: 'int', low, high, log, step: step ?? 1 }),
  CategoricalDistribution: ({ choices }) => ({ type: 'categorical', choices }),
  UniformDistribution: ({ low, high }) => ({ type: 'float', low, high, log: false, step: null }),
  LogUniformDistribution: ({ low, high }) => ({ type: 'float', low, high, log: true, step: null }),
  DiscreteUniformDistribution: ({ low, high, q }) => ({ type: 'float', low, high, log: false, step: q ?? null }),
  IntUniformDistribution: ({ low, high, step }) => ({ type: 'int', low, high, log: false, step: step ?? 1 }),
  IntLogUniformDistribution: ({ low, high }) => ({ type: 'int', low, high, log: true, step: 1 }),
}

/** A declared distribution is written with every trial. */
const texts = new WeakMap<Distribution, string>()

/** Optuna's text for a distribution. */
export function distributionToJson(distribution: Distribution): string {
  const known = texts.get(distribution)
  if (known !== undefined) return known
  const { type, ...attributes } = distribution
  const name = { float: 'FloatDistribution', int: 'IntDistribution', categorical: 'CategoricalDistribution' }[type]
  const text = stringifyPythonJson({ name, attributes })
  texts.set(distribution, text)
  return text
}

/**
 * The distribution of Optuna's text.
 *
 * @throws RangeError for a class name no version of Optuna has
 */
export function distributionFromJson(text: string): Distribution {
  const json = parsePythonJson(text) as { name?: string; type?: string; attributes?: Attributes } & Attributes
  // Optuna also accepts an abbreviated form {"type": "float", "low": ...}, which is ours.
  if (json.name === undefined) return checkDistribution('(journal)', json as never)
  const reader = readers[json.name]
  if (reader === undefined) {
    throw new RangeError(`distributionFromJson: expected an Optuna distribution, got '${json.name}'`)
  }
  return reader(json.attributes as Attributes)
}

/** A time as Optuna writes it: ISO 8601 with microseconds and offset. */
export function timeToText(time: Date): string {
  return time.toISOString().replace('Z', '000+00:00')
}

/** The time of Optuna's text; old journals without offset are read as UTC. */
export function timeFromText(text: string | null | undefined): Date | null {
  if (text === null || text === undefined) return null
  if (usualTime.test(text)) return new Date(usualMilliseconds(text))
  const milliseconds = text.replace(/(\.\d{3})\d+/, '$1')
  return new Date(/([+-]\d\d:?\d\d|Z)$/.test(milliseconds) ? milliseconds : `${milliseconds}Z`)
}

/** What Optuna 5 and this package write; a journal holds two for each trial, and a general reader takes its time. */
const usualTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/

function usualMilliseconds(text: string): number {
  const two = (place: number) => 10 * text.charCodeAt(place) + text.charCodeAt(place + 1) - 528
  const day = Date.UTC(100 * two(0) + two(2), two(5) - 1, two(8), two(11), two(14), two(17))
  return day + 10 * two(20) + text.charCodeAt(22) - 48
}
