/**
 * `docs/results/<name>.md` and its rows: the results of one run beside the paper's figure, generated, never typed.
 *
 * @module
 */
import { demographicTable, gainTable, repeatTable } from './analysis-tables.ts'
import type { StoredConfig } from './run-folder.ts'
import { SCORES, type ArmSummary, type Difference, type RunResults, type ScoreName } from './results.ts'
import { interval, markdownTable, number, pValue, signed } from './text.ts'

/** What Jaiswal et al. state in their abstract; no table of the paper could be read. */
export const PAPER = 'the paper’s abstract reports an improvement of about 2 to 3 %'

const NAMES: Readonly<Record<ScoreName, string>> = {
  iou: 'IoU',
  dice: 'Dice',
  boxIou50: 'box IoU ≥ 0.5',
  boxIou75: 'box IoU ≥ 0.75',
}

/** `docs/results/<name>.json`: what made the rows, the settings of the run, and the rows. */
export interface ResultsFile extends RunResults {
  readonly config: StoredConfig['settings']
}

export function resultsFile(results: RunResults, config: StoredConfig['settings']): ResultsFile {
  const { provenance, rows, ...rest } = results
  return { provenance, rows, ...rest, config }
}

/** The Markdown page of a run. */
export function resultsMarkdown(results: RunResults): string {
  return [
    `# Attending to hard-to-learn images on ${results.provenance.dataset}`,
    '',
    'Generated from the run’s rows by `htl-localization export`; do not edit the tables by hand.',
    '',
    ...facts(results),
    '',
    '## Arms',
    '',
    ...armTable(results.summaries),
    '',
    'Means over test images and seeds; 95 % intervals by bootstrap over images. A box hit is an image whose predicted box ' +
      'has at least that IoU with the reference’s.',
    '',
    '## Difference to plain',
    '',
    ...differenceTable(results.summaries),
    '',
    `Points are hundredths; ${PAPER} (of its own networks, data and measure). Intervals and Wilcoxon’s p-values are over ` +
      'test images, each with its mean over seeds; p is corrected by Holm over all arms and settings. They say nothing about ' +
      'another training: for that see the spread over seeds (standard deviation of the difference, and in how many seeds ' +
      'the arm is better).',
    '',
    ...hitTable(results.summaries),
    '',
    '## Every training',
    '',
    ...trainingTable(results),
    '',
    ...otherMaps(results),
    '## Sweep',
    '',
    ...sweepTable(results),
    '',
    '## Dense and pruned',
    '',
    ...sparsityTable(results),
    '',
    '## Do the sets repeat?',
    '',
    ...repeatTable(results.analysis),
    '',
    '## Who is hard to learn',
    '',
    'Share of the group in the hard-to-learn set over its share of the rest (training images; disagreement of dense and ' +
      'pruned masks of plain trainings, mean over sparsities and seeds; no mask was used). Missing entries are a group. ' +
      'p is corrected by Holm over all groups, or over the variables.',
    '',
    ...demographicTable(results.analysis),
    '## Gain by subgroup',
    '',
    ...gainTable(results.analysis),
    '',
    ...(results.warnings.length + results.setAside.length === 0
      ? []
      : ['## Data that need a look', '', ...[...results.setAside, ...results.warnings].map((line) => `- ${line}`), '']),
  ].join('\n')
}

function facts({ provenance, cases, rows, planned }: RunResults): string[] {
  return [
    `- Command: \`${provenance.command}\``,
    `- Commit ${provenance.commit ?? 'unknown'}, ${provenance.date}, seeds ${provenance.seeds.join(', ')}`,
    `- Machine: ${provenance.machine}; backend ${provenance.backend}, ${provenance.precision}`,
    ...(provenance.note === undefined ? [] : [`- Note: ${provenance.note}`]),
    `- Images: ${cases.train} training, ${cases.validation} validation, ${cases.test} test` +
      (cases.external > 0 ? `, ${cases.external} external (${provenance.external})` : '') +
      (cases.setAside > 0 ? `, ${cases.setAside} set aside as unusable` : ''),
    ...(rows.length < planned ? [`- Not finished: ${rows.length} of ${planned} trainings are in the tables`] : []),
  ]
}

/** The arms as a Markdown table; the terminal prints the same. */
export function armTable(summaries: readonly ArmSummary[]): string[] {
  const external = summaries.some(({ externalIou }) => externalIou !== null)
  return markdownTable(
    ['setting', 'arm', 'seeds', ...SCORES.map((name) => NAMES[name]), ...(external ? ['external IoU'] : []), 's'],
    summaries.map((row) => [
      row.setting,
      row.arm,
      String(row.seeds.length),
      ...SCORES.map((name) => interval(row.scores[name], 3)),
      ...(external ? [number(row.externalIou, 3)] : []),
      number(row.seconds, 0),
    ]),
  )
}

function differenceTable(summaries: readonly ArmSummary[]): string[] {
  const compared = summaries.filter(({ differences }) => differences !== null)
  if (compared.length === 0) return ['No arm to compare with plain.']
  return markdownTable(
    ['setting', 'arm', 'IoU points (95 % interval)', 'p', 'corrected p', 'over seeds', 'Dice points', 'the paper'],
    compared.map(({ setting, arm, seeds, differences }) => {
      const { iou, dice } = differences!
      return [
        setting,
        arm,
        points(iou),
        pValue(iou.p),
        pValue(iou.corrected),
        `± ${number(100 * iou.seedDeviation, 2)}, better in ${iou.seedsBetter} of ${seeds.length}`,
        points(dice),
        arm === 'htl' ? '2 to 3 %' : '–',
      ]
    }),
  )
}

function hitTable(summaries: readonly ArmSummary[]): string[] {
  const compared = summaries.filter(({ differences }) => differences !== null)
  if (compared.length === 0) return []
  return markdownTable(
    ['setting', 'arm', 'hits at 0.5, points', 'p', 'corrected p', 'hits at 0.75, points', 'p', 'corrected p'],
    compared.map(({ setting, arm, differences }) => {
      const { boxIou50, boxIou75 } = differences!
      const cells = [boxIou50, boxIou75].flatMap((one) => [points(one), pValue(one.p), pValue(one.corrected)])
      return [setting, arm, ...cells]
    }),
  )
}

function points({ mean: { estimate, low, high } }: Difference): string {
  return `${signed(100 * estimate, 2)} (${signed(100 * low, 2)} to ${signed(100 * high, 2)})`
}

function trainingTable({ rows }: RunResults): string[] {
  return markdownTable(
    ['setting', 'arm', 'seed', ...SCORES.map((name) => NAMES[name]), 'steps', 's', 'of it finding, s', 'multiply-adds'],
    rows.map((row) => [
      row.setting,
      row.arm,
      String(row.seed),
      ...SCORES.map((name) => number(row[name], 3)),
      String(row.steps),
      number(row.seconds, 0),
      number(row.planningSeconds, 0),
      row.multiplyAdds.toExponential(2),
    ]),
  )
}

function otherMaps({ otherMaps: rows }: RunResults): string[] {
  if (rows.length === 0) return []
  return [
    '## Other heat maps of the same trainings',
    '',
    ...markdownTable(
      ['setting', 'map', 'arm', 'IoU', 'box IoU ≥ 0.5', 'IoU points to plain (± over seeds)'],
      rows.map((row) => [
        row.setting,
        row.map,
        row.arm,
        number(row.iou, 3),
        number(row.boxIou50, 3),
        Number.isFinite(row.difference)
          ? `${signed(100 * row.difference, 2)} ± ${number(100 * row.seedDeviation, 2)}`
          : '–',
      ]),
    ),
    '',
  ]
}

function sweepTable({ sweep }: RunResults): string[] {
  if (sweep.length === 0) return ['Not measured in this run.']
  return markdownTable(
    ['setting', 'varied', 'value', 'seeds', 'IoU', 'to plain, points (95 % interval)', 'p'],
    sweep.map((row) => [
      row.setting,
      row.knob,
      row.name,
      row.seeds.join(', '),
      number(row.iou, 3),
      row.difference === null
        ? '–'
        : `${signed(100 * row.difference.estimate, 2)} (${signed(100 * row.difference.low, 2)} to ${signed(100 * row.difference.high, 2)})`,
      pValue(row.p),
    ]),
  )
}

function sparsityTable({ sparsity }: RunResults): string[] {
  if (sparsity.length === 0) return ['Not measured in this run.']
  return markdownTable(
    ['setting', 'sparsity', 'disagreement (1 − IoU with dense)', 'IoU with the reference', 'of the dense network'],
    sparsity.map((row) => [
      row.setting,
      String(row.sparsity),
      number(row.disagreement, 3),
      number(row.iou, 3),
      number(row.denseIou, 3),
    ]),
  )
}
