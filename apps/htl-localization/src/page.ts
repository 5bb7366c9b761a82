/**
 * The report of a run, put together from its results.
 *
 * @module
 */
import {
  armComparisonFigure,
  forestFigure,
  formatNumber,
  stabilityFigure,
  sweepFigure,
  table,
  type Figure,
  type Gallery,
  type Report,
  type Section,
} from '@leanvox/report'
import type { Demographics } from './demographics.ts'
import { PAPER } from './results-page.ts'
import type { ArmSummary, RunResults, SweepRow } from './results.ts'
import { pValue } from './text.ts'

/** What the page shows beside the results. */
export interface PageInput {
  readonly results: RunResults
  readonly galleries: readonly Gallery[]
}

/** The page as a plain value for `@leanvox/report`. */
export function runReport({ results, galleries }: PageInput): Report {
  const { provenance, cases, rows, planned } = results
  return {
    title: `Attending to hard-to-learn images on ${provenance.dataset}`,
    subtitle:
      `${cases.train} training, ${cases.validation} validation and ${cases.test} test images, all images of a lesion on one side; ` +
      `${provenance.seeds.length === 1 ? 'one seed' : `${provenance.seeds.length} seeds`}` +
      (rows.length < planned ? `; ${rows.length} of ${planned} trainings have finished` : ''),
    highlights: highlights(results),
    sections: [
      outcome(results),
      ...results.analysis.demographics.map((one) => whoIsWeak(one)),
      ...(galleries.length === 0 ? [] : [{ title: 'The hardest images', images: galleries }]),
      gainSection(results),
      sparsitySection(results),
      stabilitySection(results),
      ...(results.warnings.length + results.setAside.length === 0 ? [] : [oddities(results)]),
    ],
    facts: facts(results),
  }
}

function highlights({ summaries, analysis }: RunResults) {
  const attended = summaries.filter(({ arm, differences }) => arm === 'htl' && differences !== null)
  const seeds = analysis.repeats.find(({ over }) => over === 'seeds')
  return [
    ...attended.map(({ setting, differences }) => {
      const { mean, corrected } = differences!.iou
      return {
        label: `IoU points over plain, ${setting}`,
        value: formatNumber(100 * mean.estimate, { decimals: 2 }),
        note: `${formatNumber(100 * mean.low, { decimals: 2 })} to ${formatNumber(100 * mean.high, { decimals: 2 })}, corrected p ${pValue(corrected)}`,
      }
    }),
    ...(seeds === undefined
      ? []
      : [
          {
            label: 'The set repeats over seeds',
            value: formatNumber(pairMean(seeds.overlap, seeds.names.length), { decimals: 2 }),
            note: `Jaccard index; ${formatNumber(seeds.chance, { decimals: 2 })} by chance`,
          },
        ]),
  ]
}

function pairMean(overlap: readonly number[], size: number): number {
  const pairs = overlap.filter((_, i) => i % size > Math.floor(i / size))
  return pairs.reduce((sum, value) => sum + value, 0) / pairs.length
}

function outcome({ summaries, rows }: RunResults): Section {
  const settings = [...new Set(summaries.map(({ setting }) => setting))].map((name) => ({
    name,
    arms: summaries
      .filter(({ setting }) => setting === name)
      .map(({ arm, scores }) => ({
        name: arm,
        seeds: rows.filter((row) => row.setting === name && row.arm === arm).map(({ iou }) => iou),
        mean: scores.iou,
      })),
  }))
  return {
    title: 'Does attending help?',
    text:
      'htl attends to the images on which the network and a pruned copy of it disagree; random attends in the same way to random ' +
      `images, high-loss to those of largest loss; focal changes the loss instead. For comparison, ${PAPER}.`,
    figures: [armComparisonFigure({ settings }, { title: 'IoU by arm.' })],
    tables: [scoreTable(summaries), differenceTable(summaries)],
  }
}

function scoreTable(summaries: readonly ArmSummary[]) {
  return table({
    title: 'Scores.',
    caption: 'Means over test images and seeds with 95 % intervals over images.',
    columns: [
      { key: 'setting' },
      { key: 'arm' },
      { key: 'iou', title: 'IoU', format: { decimals: 3 } },
      { key: 'dice', title: 'Dice', format: { decimals: 3 } },
      { key: 'hits50', title: 'box hits at 0.5', format: { decimals: 3 } },
      { key: 'hits75', title: 'at 0.75', format: { decimals: 3 } },
    ],
    rows: summaries.map(({ setting, arm, scores }) => ({
      setting,
      arm,
      iou: scores.iou,
      dice: scores.dice,
      hits50: scores.boxIou50.estimate,
      hits75: scores.boxIou75.estimate,
    })),
  })
}

function differenceTable(summaries: readonly ArmSummary[]) {
  const compared = summaries.filter(({ differences }) => differences !== null)
  return table({
    title: 'Difference to plain.',
    caption: 'Points of IoU, paired image by image; p by Wilcoxon’s signed-rank test, corrected by Holm.',
    columns: [
      { key: 'setting' },
      { key: 'arm' },
      { key: 'difference', title: 'IoU points', format: { decimals: 2 } },
      { key: 'p', title: 'p', format: { decimals: 3 } },
      { key: 'corrected', title: 'corrected p', format: { decimals: 3 } },
      { key: 'better', title: 'better in', format: 'text' },
    ],
    rows: compared.map(({ setting, arm, seeds, differences }) => {
      const { mean, p, corrected, seedsBetter } = differences!.iou
      const difference = { estimate: 100 * mean.estimate, low: 100 * mean.low, high: 100 * mean.high }
      const better = `${seedsBetter} of ${seeds.length} seeds`
      return { setting, arm, difference, p: pValue(p), corrected: pValue(corrected), better }
    }),
  })
}

function whoIsWeak(one: Demographics): Section {
  const level = 0.05
  const rows = one.ratios.map(({ variable, category, ratio, corrected, hard, rest }) => ({
    group: variable,
    name: category,
    ratio,
    strong: corrected < level,
    note: `${hard} of ${hard + rest}, p ${pValue(corrected)}`,
  }))
  return {
    title: `Who is hard to learn, ${one.setting}`,
    text:
      `${one.hard} of ${one.images} training images, by the disagreement of plain networks (${one.seeds.length === 1 ? 'one seed' : `${one.seeds.length} seeds`}) with their pruned ` +
      'copies. A ratio above 1 means that the group is over-represented among them. Missing entries are a group of their own.',
    figures: [
      forestFigure(
        { rows },
        { title: 'Hard to learn against the rest.', emphasis: `orange rows have a corrected p below ${level}` },
      ),
    ],
    tables: [
      table({
        title: 'All together.',
        caption:
          'Logistic regression of belonging to the set; odds ratios against the most frequent category of each variable.' +
          (one.leftOut.length > 0 ? ` Left out: ${one.leftOut.join('; ')}.` : ''),
        columns: [
          { key: 'term', title: 'variable' },
          { key: 'odds', title: 'odds ratio', format: { decimals: 2 } },
          { key: 'corrected', title: 'corrected p', format: { decimals: 3 } },
        ],
        rows: one.regression.map(({ term, oddsRatio, low, high, corrected }) => ({
          term,
          odds: { estimate: oddsRatio, low, high },
          corrected: pValue(corrected),
        })),
      }),
    ],
  }
}

function gainSection({ analysis }: RunResults): Section {
  const rows = analysis.gains.filter(({ arm }) => arm === 'htl')
  return {
    title: 'Who gains',
    text:
      rows.length === 0
        ? 'Not measured in this run.'
        : 'Difference of the htl arm to plain on the test images of each group.',
    tables:
      rows.length === 0
        ? []
        : [
            table({
              title: 'Gain by subgroup.',
              caption:
                'IoU points with 95 % intervals; p by Wilcoxon’s signed-rank test, corrected by Holm within the setting.',
              columns: [
                { key: 'group' },
                { key: 'setting' },
                { key: 'images' },
                { key: 'plain', title: 'plain IoU', format: { decimals: 3 } },
                { key: 'difference', title: 'IoU points', format: { decimals: 2 } },
                { key: 'corrected', title: 'corrected p', format: { decimals: 3 } },
              ],
              rows: rows.map(({ variable, category, setting, images, plain, difference, corrected }) => ({
                group: `${variable}: ${category}`,
                setting,
                images,
                plain,
                difference: {
                  estimate: 100 * difference.estimate,
                  low: 100 * difference.low,
                  high: 100 * difference.high,
                },
                corrected: pValue(corrected),
              })),
            }),
          ],
  }
}

function sparsitySection({ sparsity, sweep }: RunResults): Section {
  const settings = [...new Set(sparsity.map(({ setting }) => setting))]
  const points = (value: 'iou' | 'disagreement') =>
    settings.map((name) => ({
      name,
      points: sparsity.filter(({ setting }) => setting === name).map((row) => ({ x: row.sparsity, value: row[value] })),
    }))
  const knobs = [...new Set(sweep.map(({ knob }) => knob))]
  return {
    title: 'Sparsity and other knobs',
    figures: [
      sweepFigure(
        { series: points('disagreement') },
        {
          title: 'Disagreement.',
          caption: 'Mean 1 − IoU of dense and pruned masks of training images.',
          valueName: '1 − IoU with dense',
        },
      ),
      sweepFigure(
        { series: points('iou') },
        { title: 'What pruning costs.', caption: 'Mean IoU of pruned masks with the reference, training images.' },
      ),
      ...knobs.flatMap((knob) => sweepFigures(knob, sweep)),
    ],
    tables: sweep.length === 0 ? [] : [sweepTable(sweep)],
  }
}

/** A figure for a knob whose values are numbers. */
function sweepFigures(knob: string, sweep: readonly SweepRow[]): Figure[] {
  const rows = sweep.filter((row) => row.knob === knob)
  const value = ({ name }: SweepRow) => Number(/-?\d+(?:\.\d+)?/.exec(name)?.[0] ?? NaN)
  if (rows.length < 2 || rows.some((row) => Number.isNaN(value(row)))) return []
  const settings = [...new Set(rows.map(({ setting }) => setting))]
  return [
    sweepFigure(
      {
        series: settings.map((name) => ({
          name,
          points: rows
            .filter(({ setting }) => setting === name)
            .map((row) => ({ x: value(row), value: row.difference ?? row.iou }))
            .sort((a, b) => a.x - b.x),
        })),
      },
      {
        title: `Sweep of ${knob}.`,
        caption: 'Difference of mean IoU to plain, same seeds; the band is the interval.',
        xName: knob,
        valueName: 'IoU − plain',
      },
    ),
  ]
}

function sweepTable(sweep: readonly SweepRow[]) {
  return table({
    title: 'Sweep.',
    caption: 'The htl arm with one knob changed; difference to plain of the same seeds.',
    columns: [
      { key: 'knob', title: 'varied' },
      { key: 'name', title: 'value', format: 'text' },
      { key: 'setting' },
      { key: 'iou', title: 'IoU', format: { decimals: 3 } },
      { key: 'difference', title: 'IoU points', format: { decimals: 2 } },
      { key: 'p', format: { decimals: 3 } },
    ],
    rows: sweep.map(({ knob, name, setting, iou, difference, p }) => ({
      knob,
      name,
      setting,
      iou,
      difference:
        difference === null
          ? null
          : { estimate: 100 * difference.estimate, low: 100 * difference.low, high: 100 * difference.high },
      p: pValue(p),
    })),
  })
}

function stabilitySection({ analysis }: RunResults): Section {
  if (analysis.repeats.length === 0) {
    return { title: 'Does the set repeat?', text: 'Not measured in this run: it takes two seeds or two rounds.' }
  }
  return {
    title: 'Does the set repeat?',
    text: 'A set that repeats no better than chance means nothing.',
    figures: analysis.repeats.map(({ setting, over, names, overlap, chance }) =>
      stabilityFigure(
        { names, overlap },
        {
          title: `${over === 'seeds' ? 'Over seeds' : 'Over training'}, ${setting}.`,
          caption: `Jaccard index of ${over === 'seeds' ? 'the sets of plain trainings' : 'the attended sets of one htl training'}; chance alone gives ${formatNumber(chance, { decimals: 2 })}.`,
        },
      ),
    ),
  }
}

function oddities({ warnings, setAside }: RunResults): Section {
  return { title: 'Data that need a look', text: [...setAside.map((message) => `Set aside: ${message}`), ...warnings] }
}

function facts({ provenance }: RunResults): Record<string, string | number> {
  return {
    command: provenance.command,
    commit: provenance.commit ?? 'unknown',
    date: provenance.date,
    machine: provenance.machine,
    backend: `${provenance.backend}, ${provenance.precision}`,
    seeds: provenance.seeds.join(', '),
  }
}
