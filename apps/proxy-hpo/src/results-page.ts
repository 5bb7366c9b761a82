/**
 * `docs/results/<name>.md` and its rows: the results of one run beside the paper's figures, generated, never typed.
 *
 * @module
 */
import type { StoredConfig } from './run-folder.ts'
import type { ArmRow, CorrelationRow, TrialRow } from './results.ts'

/** The speed-ups that Nath et al. (2021) state in their abstract for the same two arms. */
export const PAPER_SPEEDUP: Readonly<Record<string, number>> = {
  'proxy-net/full-data': 3.3,
  'proxy-net/proxy-data': 4.4,
}

/** What a reader needs to make the run again. */
export interface Provenance {
  readonly dataset: string
  readonly command: string
  readonly commit: string | null
  readonly date: string
  readonly machine: string
  readonly backend: string
  readonly seed: number
  /** What the command does not say, such as the cores it was given. */
  readonly note?: string
}

/** Everything a run found. */
export interface RunResults {
  readonly provenance: Provenance
  readonly cases: {
    readonly train: number
    readonly validation: number
    readonly test: number
    readonly proxy: number
    readonly setAside: number
  }
  readonly settings: {
    readonly trials: number
    readonly sampler: string
    readonly epochs: number
    readonly finalEpochs: number
  }
  readonly selectionSeconds: number
  readonly arms: readonly ArmRow[]
  readonly correlations: readonly CorrelationRow[]
  readonly ladder: readonly LadderRow[]
  /** Every training behind the rows above. */
  readonly trials: readonly TrialRow[]
}

/** One network of the ladder. */
export interface LadderRow {
  readonly name: string
  readonly parameters: number
  readonly multiplyAdds: number
  readonly stepSeconds: number
}

/** `docs/results/<name>.json`: what made the rows, the settings of the run, and the rows. */
export interface ResultsFile extends Omit<RunResults, 'arms' | 'correlations' | 'trials'> {
  readonly config: StoredConfig['settings']
  readonly rows: readonly object[]
}

/** The file of a run. */
export function resultsFile(results: RunResults, config: StoredConfig['settings']): ResultsFile {
  const { provenance, cases, settings, selectionSeconds, ladder } = results
  return { provenance, cases, settings, selectionSeconds, ladder, config, rows: resultRows(results) }
}

/** The results in a file, so that the page can be generated from what is committed. */
export function resultsOf({ rows, ...rest }: ResultsFile): RunResults {
  const ofKind = (kind: string) => rows.filter((row) => 'kind' in row && row.kind === kind)
  return {
    ...rest,
    // Rows are what `resultRows` made of these very types.
    arms: ofKind('arm') as unknown as ArmRow[],
    correlations: ofKind('correlation') as unknown as CorrelationRow[],
    trials: ofKind('trial') as unknown as TrialRow[],
  }
}

/** The raw rows: one per arm, one per correlation condition, one per training. */
export function resultRows({ arms, correlations, trials, provenance }: RunResults): object[] {
  return [
    ...arms.map(({ arm, searchSeconds, searchMultiplyAdds, speedup, finalDice, finalHd95, ...rest }) => ({
      kind: 'arm',
      ...{ arm, seed: provenance.seed, searchSeconds, searchMultiplyAdds, speedup, finalDice, finalHd95 },
      ...rest,
    })),
    ...correlations.map((row) => ({ kind: 'correlation', seed: provenance.seed, ...row })),
    ...trials.map((row) => ({ kind: 'trial', seed: provenance.seed, ...row })),
  ]
}

/** The Markdown page of a run. */
export function resultsMarkdown(results: RunResults): string {
  const { provenance, cases, settings } = results
  return [
    `# Proxy-accelerated search on ${provenance.dataset}`,
    '',
    `Generated from the run's rows by \`proxy-hpo export\`; do not edit the tables by hand.`,
    '',
    `- Command: \`${provenance.command}\``,
    `- Commit ${provenance.commit ?? 'unknown'}, ${provenance.date}, seed ${provenance.seed}`,
    `- Machine: ${provenance.machine}; backend ${provenance.backend}`,
    ...(provenance.note === undefined ? [] : [`- Note: ${provenance.note}`]),
    `- Cases: ${cases.train} training (${cases.proxy} of them proxy data), ${cases.validation} validation, ${cases.test} held out` +
      (cases.setAside > 0 ? `, ${cases.setAside} set aside as unusable` : ''),
    `- Search: ${settings.trials} trials an arm (${settings.sampler}), ${settings.epochs} epochs a trial; winners retrained for ${settings.finalEpochs} epochs`,
    '',
    '## Four arms',
    '',
    ...armTable(results.arms),
    '',
    `Search seconds are the sum of the arm's training and validation time; arms on proxy data carry the ` +
      `${number(results.selectionSeconds, 1)} s that choosing the data took. Multiply-adds count forward and both gradients. The final scores are ` +
      `of the full network, retrained on all training cases with the arm's best setting, on the held-out cases. The paper's figures are from ` +
      `its abstract, for its own networks and data.`,
    '',
    '## Does the proxy rank settings as the full training does?',
    '',
    ...correlationTable(results.correlations),
    '',
    'Every condition trains the same random settings; 95 % intervals are percentile bootstraps over settings. Networks are compared by ' +
      'validation Dice, data subsets by held-out Dice, as in the paper’s claims.',
    '',
    '## The ladder of networks',
    '',
    ...ladderTable(results.ladder),
    '',
  ].join('\n')
}

/** The arms as a Markdown table; the terminal prints the same. */
export function armTable(arms: readonly ArmRow[]): string[] {
  return markdownTable(
    [
      'arm',
      'search s',
      'search multiply-adds',
      'speed-up (s)',
      'speed-up (multiply-adds)',
      "paper's",
      'validation Dice',
      'final Dice',
      'final HD95 mm',
    ],
    arms.map((row) => [
      row.arm,
      number(row.searchSeconds, 1),
      row.searchMultiplyAdds.toExponential(2),
      `${number(row.speedup, 2)}×`,
      `${number(row.speedupMultiplyAdds, 2)}×`,
      PAPER_SPEEDUP[row.arm] === undefined ? '–' : `${PAPER_SPEEDUP[row.arm]}×`,
      number(row.validationDice, 3),
      number(row.finalDice, 3),
      number(row.finalHd95, 2) + (row.finalMissed > 0 ? ` (${row.finalMissed} missed)` : ''),
    ]),
  )
}

function correlationTable(rows: readonly CorrelationRow[]): string[] {
  if (rows.length === 0) return ['Not measured in this run.']
  return markdownTable(
    ['condition', 'settings', 'score', 'Spearman', '95 % interval', 'Pearson', 'Kendall'],
    rows.map((row) => [
      row.condition,
      String(row.settings),
      row.score,
      number(row.spearman.estimate, 2),
      `${number(row.spearman.low, 2)} to ${number(row.spearman.high, 2)}`,
      number(row.pearson, 2),
      number(row.kendall, 2),
    ]),
  )
}

function ladderTable(rows: readonly LadderRow[]): string[] {
  return markdownTable(
    ['network', 'parameters', 'multiply-adds a patch', 'seconds a step'],
    rows.map((row) => [
      row.name,
      String(row.parameters),
      row.multiplyAdds.toExponential(2),
      number(row.stepSeconds, 3),
    ]),
  )
}

function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)]
}

/** A number with fixed digits; a dash for what is not defined. */
export function number(value: number | null, digits: number): string {
  return value === null || !Number.isFinite(value) ? '–' : value.toFixed(digits)
}
