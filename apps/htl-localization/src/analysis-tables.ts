/**
 * Who is weak, as Markdown: what `analyse` prints and the results page shows.
 *
 * @module
 */
import type { Analysis } from './analyse.ts'
import type { Demographics } from './demographics.ts'
import { interval, markdownTable, number, pValue, signed } from './text.ts'

/** Frequency ratios and regression of every setting. */
export function demographicTable({ demographics }: Pick<Analysis, 'demographics'>): string[] {
  if (demographics.length === 0) return ['No hard-to-learn images found yet.']
  return demographics.flatMap((one) => [...settingTables(one), ''])
}

function settingTables(one: Demographics): string[] {
  return [
    `### ${one.setting}: ${one.hard} of ${one.images} training images are hard to learn (seeds ${one.seeds.join(', ')})`,
    '',
    ...markdownTable(
      ['group', 'hard', 'rest', 'ratio (95 % interval)', 'test', 'p', 'corrected p'],
      one.ratios.map((row) => [
        `${row.variable}: ${row.category}`,
        String(row.hard),
        String(row.rest),
        interval(row.ratio, 2),
        row.test === 'fisher' ? 'Fisher' : 'χ²',
        pValue(row.p),
        pValue(row.corrected),
      ]),
    ),
    '',
    ...markdownTable(
      ['variable', 'χ²', 'degrees of freedom', 'p', 'corrected p'],
      one.variables.map((row) => [
        row.variable + (row.smallestExpected < 5 ? ' (an expected count below 5)' : ''),
        number(row.statistic, 1),
        String(row.degreesOfFreedom),
        pValue(row.p),
        pValue(row.corrected),
      ]),
    ),
    '',
    ...(one.regression.length === 0
      ? []
      : markdownTable(
          ['all together (logistic regression)', 'odds ratio (95 % interval)', 'p', 'corrected p'],
          one.regression.map((row) => [
            row.term,
            interval({ ...row, estimate: row.oddsRatio }, 2),
            pValue(row.p),
            pValue(row.corrected),
          ]),
        )),
    ...(one.leftOut.length === 0 ? [] : ['', `Left out of the regression: ${one.leftOut.join('; ')}.`]),
  ]
}

/** How well the sets repeat. */
export function repeatTable({ repeats }: Pick<Analysis, 'repeats'>): string[] {
  if (repeats.length === 0) return ['Not measured in this run.']
  return markdownTable(
    ['setting', 'sets', 'mean Jaccard index', 'lowest', 'by chance'],
    repeats.map(({ setting, over, names, overlap, chance }) => {
      const pairs = overlap.filter((_, i) => i % names.length > Math.floor(i / names.length))
      const average = pairs.reduce((sum, value) => sum + value, 0) / pairs.length
      const sets = over === 'seeds' ? `${names.length} seeds, plain` : `${names.length} rounds of one htl training`
      return [setting, sets, number(average, 2), number(Math.min(...pairs), 2), number(chance, 2)]
    }),
  )
}

/** Gain of the htl arm (or the first attending arm there is) in every subgroup. */
export function gainTable({ gains }: Pick<Analysis, 'gains'>): string[] {
  const rows = gains.filter(({ arm }) => arm === 'htl')
  if (rows.length === 0) return ['Not measured in this run.']
  return markdownTable(
    ['setting', 'group', 'test images', 'plain IoU', 'htl − plain (95 % interval)', 'p', 'corrected p'],
    rows.map((row) => [
      row.setting,
      `${row.variable}: ${row.category}`,
      String(row.images),
      number(row.plain, 3),
      `${signed(row.difference.estimate, 3)} (${signed(row.difference.low, 3)} to ${signed(row.difference.high, 3)})`,
      pValue(row.p),
      pValue(row.corrected),
    ]),
  )
}
