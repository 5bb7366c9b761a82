/**
 * The subgroups that images are told apart by: metadata, lesion area and contrast, each a variable with categories.
 *
 * Missing is a category. Area and contrast are cut at the quantiles of all images of the run, so that a category means
 * the same for training and test images.
 *
 * @module
 */
import { percentile } from '@leanvox/metrics'
import type { Config } from './config.ts'
import type { Subject } from './subjects.ts'

export const MISSING = 'missing'

/** One way to group images. */
export interface Variable {
  readonly name: 'age' | 'sex' | 'site' | 'diagnosis' | 'area' | 'contrast'
  /** Categories that occur, in order, missing last. */
  readonly categories: readonly string[]
  readonly categoryOf: (subject: Subject) => string
}

/** The variables of a run's images; one whose every image is in one category tells nothing and is left out. */
export function variablesOf(
  subjects: readonly Subject[],
  { ageBands, quantiles }: Pick<Config['analysis'], 'ageBands' | 'quantiles'>,
): Variable[] {
  const text = (name: 'sex' | 'site' | 'diagnosis') => ({ name, categoryOf: (one: Subject) => one[name] ?? MISSING })
  const makers = [
    { name: 'age' as const, categoryOf: (one: Subject) => ageBand(one.age, ageBands) },
    text('sex'),
    text('site'),
    text('diagnosis'),
    { name: 'area' as const, categoryOf: quantileOf(subjects, 'area', quantiles) },
    { name: 'contrast' as const, categoryOf: quantileOf(subjects, 'contrast', quantiles) },
  ]
  return makers
    .map((variable) => ({ ...variable, categories: ordered(subjects.map(variable.categoryOf)) }))
    .filter(({ categories }) => categories.length > 1)
}

/** `under 30`, `30 to 44`, …, `75 and over`. */
export function ageBand(age: number | null, ends: readonly number[]): string {
  if (age === null) return MISSING
  const band = ends.findIndex((end) => age < end)
  if (band === 0) return `under ${ends[0]}`
  return band < 0 ? `${ends[ends.length - 1]} and over` : `${ends[band - 1]} to ${ends[band] - 1}`
}

function quantileOf(subjects: readonly Subject[], key: 'area' | 'contrast', count: number) {
  const values = subjects.flatMap(({ [key]: value }) => (value === null ? [] : [value]))
  const cuts = Array.from({ length: count - 1 }, (_, i) => percentile(values, (100 * (i + 1)) / count))
  const word = { area: ['smallest', 'largest'], contrast: ['faintest', 'strongest'] }[key]
  return ({ [key]: value }: Subject) => {
    if (value === null) return MISSING
    const above = cuts.filter((cut) => value > cut).length
    const end = above === 0 ? ` (${word[0]})` : above === count - 1 ? ` (${word[1]})` : ''
    return `${above + 1} of ${count}${end}`
  }
}

/** Ages by their number, the rest by the alphabet; missing last. */
function ordered(names: readonly string[]): string[] {
  const rank = (name: string) => {
    if (name === MISSING) return Infinity
    if (name.startsWith('under ')) return -1
    return Number(/^\d+/.exec(name)?.[0] ?? NaN)
  }
  return [...new Set(names)].sort((a, b) => {
    const [x, y] = [rank(a), rank(b)]
    if (!Number.isNaN(x) && !Number.isNaN(y) && x !== y) return x - y
    if (x === Infinity || y === Infinity) return x === Infinity ? 1 : -1
    return a < b ? -1 : Number(a > b)
  })
}
