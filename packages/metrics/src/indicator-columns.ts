/**
 * Categories as 0/1 columns, one for each level but the reference, as a regression takes them.
 *
 * A missing value is a level of its own, named 'missing': rows are never dropped for it.
 *
 * @module
 */

/** How to name the columns and which level they are compared with. */
export interface IndicatorOptions {
  /** Put before each level with ': ', so that columns of several variables keep apart. */
  readonly name: string
  /** Default: the most frequent level (of several, the first in the alphabet). */
  readonly reference?: string
}

/**
 * Columns named `name: level`, in the order of the alphabet; null or an empty text counts as 'missing'.
 *
 * @throws RangeError for a reference that is no level, or fewer than two levels (nothing to compare).
 * @example
 * indicatorColumns(['male', null, 'male'], { name: 'sex' }) // => { 'sex: missing': [0, 1, 0] }
 */
export function indicatorColumns(
  values: readonly (string | null)[],
  { name, reference }: IndicatorOptions,
): Record<string, Float64Array> {
  const named = values.map((value) => (value === null || value === '' ? 'missing' : value))
  const levels = [...new Set(named)].sort()
  if (levels.length < 2) {
    throw new RangeError(`indicatorColumns: expected at least 2 levels of ${name}, got ${levels.length}`)
  }
  const count = (level: string) => named.filter((value) => value === level).length
  const base = reference ?? levels.reduce((most, level) => (count(level) > count(most) ? level : most))
  if (!levels.includes(base)) {
    throw new RangeError(`indicatorColumns: expected a reference among ${levels.join(', ')}, got ${base}`)
  }
  const compared = levels.filter((level) => level !== base)
  const column = (level: string) => Float64Array.from(named, (value) => (value === level ? 1 : 0))
  return Object.fromEntries(compared.map((level) => [`${name}: ${level}`, column(level)]))
}
