/**
 * `docs/results/<name>.md` and its rows: the results of one run beside the paper's figures, generated, never typed.
 *
 * @module
 */
import type { Config, MethodName } from './config.ts'
import type { CurvePoint, OverSeeds, RunResults } from './results.ts'

/**
 * What the authors report for their white-blood-cell set outside the training range (public comment of 2023-08-18 on
 * OpenReview aN0llPIbdg): test Dice by φ, mean and standard deviation over seeds.
 */
export const PAPER_WBC: readonly (readonly [phi: number, mean: number, std: number])[] = [
  [0.5, 0.95, 0],
  [0.55, 0.94, 0],
  [0.6, 0.92, 0],
  [0.65, 0.9, 0],
  [0.7, 0.87, 0.01],
  [0.75, 0.84, 0.02],
  [0.8, 0.82, 0.03],
  [0.85, 0.79, 0.05],
  [0.9, 0.77, 0.06],
  [0.95, 0.74, 0.08],
  [1, 0.71, 0.09],
]

/** `docs/results/<name>.json`: what made the rows, the settings of the run, and the rows. */
export interface ResultsFile extends RunResults {
  readonly config: Config
}

/** The file of a run. */
export function resultsFile(results: RunResults, config: Config): ResultsFile {
  const { rows, ...rest } = results
  return { ...rest, config, rows }
}

/** The Markdown page of a run. */
export function resultsMarkdown(results: RunResults): string {
  const { provenance, cases } = results
  return [
    `# Scale-space hypernetwork on ${provenance.dataset}`,
    '',
    'Generated from the run’s rows by `sshn-pareto export-results`; do not edit the tables by hand.',
    '',
    `- Command: \`${provenance.command}\``,
    `- Commit ${provenance.commit ?? 'unknown'}, ${provenance.date}, seeds ${provenance.seeds.join(', ')}`,
    `- Machine: ${provenance.machine}; backend ${provenance.backend}, ${provenance.precision}`,
    ...(provenance.note === undefined ? [] : [`- Note: ${provenance.note}`]),
    `- Cases: ${cases.train} training, ${cases.validation} validation, ${cases.test} held out` +
      (cases.setAside > 0 ? `, ${cases.setAside} set aside as unusable` : ''),
    `- ${results.finished} of ${results.planned} trainings finished`,
    '',
    '## Dice by rescaling factor',
    '',
    ...curveTable(results),
    '',
    ...(results.baselineDice === null
      ? []
      : [`Without registration the labels overlap with a Dice of ${results.baselineDice.toFixed(3)}.`, '']),
    `Mean over seeds of the mean foreground Dice on the held-out cases, in brackets the standard deviation over seeds. ` +
      `Multiply-adds are of one forward pass of the primary network, the same for every method.`,
    '',
    ...differences(results),
    '## What training costs',
    '',
    ...costTable(results),
    '',
    'Per seed: all networks that the method needs for its curve. Seconds are training alone, without validation and ' +
      'evaluation; multiply-adds count forward and both gradients of every step.',
    ...lossTable(results),
    '',
    ...outOfRange(results),
  ].join('\n')
}

/** Dice by factor, one column a method, as a Markdown table; the terminal prints the same. */
export function curveTable({ curve, costs }: Pick<RunResults, 'curve' | 'costs'>): string[] {
  const methods = costs.map(({ method }) => method)
  const inside = curve.filter(({ outOfRange }) => !outOfRange)
  return factorTable(inside, methods)
}

function factorTable(points: readonly CurvePoint[], methods: readonly MethodName[]): string[] {
  const phis = [...new Set(points.map(({ phi }) => phi))].sort((a, b) => a - b)
  return markdownTable(
    ['φ', 'multiply-adds', ...methods],
    phis.map((phi) => {
      const own = points.filter((point) => point.phi === phi)
      return [
        String(phi),
        count(own[0].multiplyAdds),
        ...methods.map((method) => withDeviation(own.find((point) => point.method === method)?.dice)),
      ]
    }),
  )
}

/** SSHN against each Fixed network at its own factor. */
function differences({ curve }: RunResults): string[] {
  const at = (method: MethodName, phi: number) =>
    curve.find((point) => point.method === method && point.phi === phi)?.dice.mean ?? null
  const rows = curve
    .filter(({ method }) => method === 'fixed')
    .flatMap(({ phi }) => {
      const [sshn, fixed] = [at('sshn', phi), at('fixed', phi)]
      return sshn === null || fixed === null ? [] : [[String(phi), signed(sshn - fixed)]]
    })
  return rows.length === 0 ? [] : ['SSHN minus Fixed, by factor:', '', ...markdownTable(['φ', 'Dice'], rows), '']
}

/** The loss of every training at five moments; nothing for results without it. */
function lossTable({ losses = [], task }: RunResults): string[] {
  if (losses.length === 0) return []
  const shares = [0, 0.25, 0.5, 0.75, 1]
  return [
    '',
    '## Training loss',
    '',
    '| training | seed | first epoch | a quarter | half | three quarters | last epoch |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...losses.map(({ method, phi, seed, losses }) => {
      const at = shares.map((share) => losses[Math.round(share * (losses.length - 1))].toPrecision(3))
      return `| ${method}${phi === null ? '' : `, φ ${phi}`} | ${seed} | ${at.join(' | ')} |`
    }),
    '',
    `Mean over the steps of an epoch${task === 'registration' ? ', similarity and smoothness together' : ''}; \`<to>.json\` has every epoch.`,
  ]
}

function costTable({ costs }: RunResults): string[] {
  const fixed = costs.find(({ method }) => method === 'fixed')
  const one = (value: number | null | undefined) =>
    value === null || value === undefined || fixed === undefined ? null : value / fixed.networks
  const ratio = (value: number | null, to: number | null | undefined) =>
    value === null || to === null || to === undefined ? '–' : `${(value / to).toFixed(2)}×`
  return markdownTable(
    [
      'method',
      'networks',
      'weights each',
      'steps each',
      'seconds',
      'multiply-adds',
      'of the Fixed set (s)',
      'of the Fixed set (multiply-adds)',
      'of one Fixed network (s)',
      'of one Fixed network (multiply-adds)',
    ],
    costs.map((row) => [
      row.method,
      String(row.networks),
      String(row.parameters),
      String(row.steps),
      number(row.seconds.mean, 1),
      row.multiplyAdds.mean === null ? '–' : row.multiplyAdds.mean.toExponential(2),
      ratio(row.seconds.mean, fixed?.seconds.mean),
      ratio(row.multiplyAdds.mean, fixed?.multiplyAdds.mean),
      ratio(row.seconds.mean, one(fixed?.seconds.mean)),
      ratio(row.multiplyAdds.mean, one(fixed?.multiplyAdds.mean)),
    ]),
  )
}

function outOfRange({ curve, costs, range, provenance }: RunResults): string[] {
  const methods = costs.map(({ method }) => method)
  const points = curve.filter(
    ({ phi, method }) => phi >= range[1] && method !== 'fixed' && method !== 'capacity-matched',
  )
  const phis = [...new Set(points.map(({ phi }) => phi))].sort((a, b) => a - b)
  if (phis.length < 2) return []
  const paper = provenance.dataset.startsWith('White blood cells')
  const shown = methods.filter((method) => points.some((point) => point.method === method))
  const rows = phis.map((phi) => {
    const theirs = PAPER_WBC.find(([at]) => at === phi)
    return [
      String(phi),
      ...shown.map((method) =>
        withDeviation(points.find((point) => point.method === method && point.phi === phi)?.dice),
      ),
      ...(paper ? [theirs === undefined ? '–' : `${theirs[1].toFixed(2)} (${theirs[2].toFixed(2)})`] : []),
    ]
  })
  return [
    '## Outside the training range',
    '',
    ...markdownTable(['φ', ...shown, ...(paper ? ['SSHN, paper'] : [])], rows),
    '',
    `Trained with φ in (${range[0]}, ${range[1]}].` +
      (paper
        ? ' The paper’s column is the authors’ own table for white blood cells (mean and standard deviation over seeds, ' +
          'OpenReview aN0llPIbdg); their split, image size and schedule are not published.'
        : ''),
    '',
  ]
}

/** `0.951 (0.002)`. */
function withDeviation(value: OverSeeds | undefined): string {
  if (value === undefined || value.mean === null) return '–'
  return `${value.mean.toFixed(3)}${value.std === null ? '' : ` (${value.std.toFixed(3)})`}`
}

function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)]
}

function count(value: number): string {
  return value >= 1e9 ? `${(value / 1e9).toFixed(2)} G` : `${(value / 1e6).toFixed(1)} M`
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`
}

function number(value: number | null, digits: number): string {
  return value === null || !Number.isFinite(value) ? '–' : value.toFixed(digits)
}
