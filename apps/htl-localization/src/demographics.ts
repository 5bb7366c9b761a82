/**
 * Who is hard to learn: frequency ratios of the hard-to-learn (HTL) set against the rest, tests, and a regression.
 *
 * The ratio of a category is its share of the HTL set over its share of the rest. Each category is tested against all
 * others together (chi-square, Fisher's exact test where an expected count is below 5), each variable as a whole by
 * chi-square; p-values of categories are corrected by Holm over all of them, those of variables over the variables. The
 * logistic regression has all variables together, with the most frequent category of each as reference.
 *
 * @module
 */
import {
  bootstrapRatio,
  chiSquareTest,
  fisherExact,
  holm,
  indicatorColumns,
  logisticRegression,
  std,
  mean,
  type BootstrapInterval,
} from '@leanvox/metrics'
import type { Config, Setting } from './config.ts'
import { MISSING, type Variable } from './subgroups.ts'
import type { Subject } from './subjects.ts'

/** One category of one variable. */
export interface RatioRow {
  readonly variable: Variable['name']
  readonly category: string
  /** Images of the category in the HTL set and in the rest. */
  readonly hard: number
  readonly rest: number
  readonly ratio: BootstrapInterval
  readonly test: 'chi-square' | 'fisher'
  readonly p: number
  /** By Holm over all categories. */
  readonly corrected: number
}

export interface VariableTest {
  readonly variable: Variable['name']
  readonly statistic: number
  readonly degreesOfFreedom: number
  readonly p: number
  readonly corrected: number
  /** Below 5 the p-value is rough. */
  readonly smallestExpected: number
}

export interface OddsRow {
  readonly term: string
  readonly oddsRatio: number
  readonly low: number
  readonly high: number
  readonly p: number
  readonly corrected: number
}

/** The HTL set of one setting. */
export interface Demographics {
  readonly setting: Setting
  /** Seeds whose scores were averaged. */
  readonly seeds: readonly number[]
  readonly images: number
  readonly hard: number
  readonly variables: readonly VariableTest[]
  readonly ratios: readonly RatioRow[]
  readonly regression: readonly OddsRow[]
  /** Terms that could not be estimated, with the reason. */
  readonly leftOut: readonly string[]
}

/** What is compared: the images and which of them are hard. */
export interface HardImages {
  readonly subjects: readonly Subject[]
  readonly isHard: readonly boolean[]
}

/** Everything but the setting's name and seeds. */
export function demographicsOf(
  images: HardImages,
  { variables, analysis }: { readonly variables: readonly Variable[]; readonly analysis: Config['analysis'] },
): Pick<Demographics, 'images' | 'hard' | 'variables' | 'ratios' | 'regression' | 'leftOut'> {
  const used = variables
    .map((variable) => ({ ...variable, categories: occurring(images.subjects, variable) }))
    .filter(({ categories }) => categories.length > 1)
  return {
    images: images.subjects.length,
    hard: images.isHard.filter(Boolean).length,
    variables: corrected(used.map((variable) => testVariable(images, variable))),
    ratios: corrected(used.flatMap((variable) => ratioRows(images, { variable, analysis }))),
    ...regress(images, { variables: used, level: analysis.level }),
  }
}

function occurring(subjects: readonly Subject[], { categories, categoryOf }: Variable): string[] {
  const found = new Set(subjects.map(categoryOf))
  return categories.filter((category) => found.has(category))
}

function count({ subjects, isHard }: HardImages, keep: (subject: Subject) => boolean): { hard: number; rest: number } {
  let hard = 0
  let rest = 0
  subjects.forEach((subject, i) => {
    if (!keep(subject)) return
    if (isHard[i]) hard++
    else rest++
  })
  return { hard, rest }
}

function testVariable(images: HardImages, { name, categories, categoryOf }: Variable) {
  const counts = categories.map((category) => count(images, (subject) => categoryOf(subject) === category))
  const table = [counts.map(({ hard }) => hard), counts.map(({ rest }) => rest)]
  const { statistic, degreesOfFreedom, p, smallestExpected } = chiSquareTest(table)
  return { variable: name, statistic, degreesOfFreedom, p, smallestExpected }
}

function ratioRows(
  images: HardImages,
  { variable, analysis }: { variable: Variable; analysis: Config['analysis'] },
): Omit<RatioRow, 'corrected'>[] {
  const all = count(images, () => true)
  return variable.categories.map((category) => {
    const { hard, rest } = count(images, (subject) => variable.categoryOf(subject) === category)
    const table = [
      [hard, all.hard - hard],
      [rest, all.rest - rest],
    ]
    const rough = chiSquareTest(table)
    const exact = rough.smallestExpected < 5
    const { resamples, level } = analysis
    return {
      variable: variable.name,
      category,
      hard,
      rest,
      ratio: bootstrapRatio(
        { group: { count: hard, total: all.hard }, rest: { count: rest, total: all.rest } },
        { seed: `${variable.name}/${category}`, resamples, level },
      ),
      test: exact ? 'fisher' : 'chi-square',
      p: exact ? fisherExact(table).p : rough.p,
    }
  })
}

/** The rows with Holm's correction over all of them. */
export function corrected<T extends { readonly p: number }>(rows: readonly T[]): (T & { corrected: number })[] {
  const known = rows.filter(({ p }) => !Number.isNaN(p))
  const values = holm(known.map(({ p }) => p))
  return rows.map((row) => ({ ...row, corrected: values[known.indexOf(row)] ?? NaN }))
}

function regress(
  { subjects, isHard }: HardImages,
  { variables, level }: { variables: readonly Variable[]; level: number },
): Pick<Demographics, 'regression' | 'leftOut'> {
  const y = isHard.map(Number)
  let x = Object.fromEntries(variables.flatMap((variable) => Object.entries(columnsOf(subjects, variable))))
  const leftOut: string[] = []
  // Missing entries of several columns may be the same images: one column then says what the others say.
  for (;;) {
    try {
      const { terms, separated } = logisticRegression({ x, y }, { level })
      if (separated.length === terms.length) {
        return {
          regression: [],
          leftOut: [...leftOut, 'all together: the variables tell the hard images apart without error'],
        }
      }
      if (separated.length > 0)
        leftOut.push(`no finite estimate (no exception in these images) for ${separated.join(', ')}`)
      const rows = terms.slice(1).map(({ name, oddsRatio, low, high, p }) => ({ term: name, oddsRatio, low, high, p }))
      return { regression: corrected(rows), leftOut }
    } catch (error) {
      const name = /expected independent columns, got (.*) that others determine/.exec((error as Error).message)?.[1]
      if (name === undefined || !(name in x)) {
        return { regression: [], leftOut: [...leftOut, (error as Error).message] }
      }
      leftOut.push(`${name}: the other columns determine it`)
      const { [name]: _, ...others } = x
      x = others
    }
  }
}

/** Indicators for metadata; area and contrast as one standardised column each, a missing one at the mean. */
function columnsOf(subjects: readonly Subject[], variable: Variable): Record<string, ArrayLike<number>> {
  const { name } = variable
  if (name === 'area' || name === 'contrast') {
    const known = subjects.flatMap(({ [name]: value }) => (value === null ? [] : [value]))
    const [middle, spread] = [mean(known), std(known)]
    return {
      [`${name}, one standard deviation`]: subjects.map(({ [name]: value }) => ((value ?? middle) - middle) / spread),
    }
  }
  const values = subjects.map((subject) => {
    const category = variable.categoryOf(subject)
    return category === MISSING ? null : category
  })
  return indicatorColumns(values, { name })
}
