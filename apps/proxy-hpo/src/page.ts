/**
 * The report of a run, put together from its results.
 *
 * @module
 */
import {
  costDiceFigure,
  formatNumber,
  ladderFigure,
  scatterFigure,
  searchHistoryFigure,
  similarityFigure,
  table,
  type Gallery,
  type Report,
  type Section,
} from '@leanvox/report'
import { PAPER_SPEEDUP, type RunResults } from './results-page.ts'
import { trainSeconds, type ArmRow, type CorrelationRow, type FinishedTrial } from './results.ts'
import type { Selection } from './select.ts'

/** What the page shows beside the results. */
export interface PageInput {
  readonly results: RunResults
  readonly arms: readonly { readonly arm: string; readonly trials: readonly FinishedTrial[] }[]
  readonly selection: Selection
  readonly measure: string
  readonly gallery: Gallery | null
  readonly warnings: readonly string[]
  readonly setAside: readonly string[]
}

/** The page as a plain value for `@leanvox/report`. */
export function runReport(input: PageInput): Report {
  const { results } = input
  const { provenance, cases, settings } = results
  return {
    title: `Proxy-accelerated hyper-parameter search on ${provenance.dataset}`,
    subtitle:
      `${cases.train} training cases (${cases.proxy} of them proxy data), ${cases.validation} validation, ${cases.test} held out; ` +
      `${settings.trials} trials an arm by ${settings.sampler}, ${settings.epochs} epochs each`,
    highlights: highlights(results.arms),
    sections: [
      outcome(results.arms),
      history(input),
      ranking(results),
      proxyData(input),
      ...(input.gallery === null ? [] : [{ title: 'Predictions', images: [input.gallery] }]),
      ...(input.setAside.length + input.warnings.length === 0 ? [] : [oddities(input)]),
    ],
    facts: facts(results),
  }
}

function highlights(arms: readonly ArmRow[]) {
  const both = arms.find(({ arm }) => arm === 'proxy-net/proxy-data')
  const full = arms.find(({ arm }) => arm === 'full-net/full-data')
  if (both === undefined || full === undefined) return []
  const difference = both.finalDice - full.finalDice
  return [
    {
      label: 'Search time saved by both proxies',
      value: formatNumber(both.speedup, 'factor'),
      note: 'the paper reports 4.4×',
    },
    { label: 'Multiply-adds saved', value: formatNumber(both.speedupMultiplyAdds, 'factor') },
    { label: 'Final Dice, full search', value: formatNumber(full.finalDice, { decimals: 3 }) },
    {
      label: 'Final Dice, proxy search',
      value: formatNumber(both.finalDice, { decimals: 3 }),
      note: `difference ${formatNumber(difference, { decimals: 3 })}`,
    },
  ]
}

function outcome(arms: readonly ArmRow[]): Section {
  const costs = arms.map((row) => ({
    name: row.arm,
    seconds: row.searchSeconds,
    multiplyAdds: row.searchMultiplyAdds,
    dice: row.finalDice,
    hd95: row.finalHd95,
  }))
  const rows = arms.map((row) => ({
    arm: row.arm,
    seconds: row.searchSeconds,
    speedup: row.speedup,
    multiplyAdds: row.searchMultiplyAdds,
    speedupMultiplyAdds: row.speedupMultiplyAdds,
    paper: PAPER_SPEEDUP[row.arm] ?? null,
    validation: row.validationDice,
    dice: row.finalDice,
    hd95: row.finalHd95,
    failed: row.failed,
    best: describeSetting(row.best),
  }))
  return {
    title: 'What the proxies saved and what they cost',
    text:
      'Each arm searches with the full or the proxy network on the full or the proxy data. Then the full network is trained ' +
      'on all training cases with the arm’s best setting and scored on the held-out cases.',
    tables: [
      table({
        title: 'The four arms.',
        caption:
          'Search cost includes validation and, for proxy data, the choice of the cases. Paper: Nath et al. (2021), their own networks and data.',
        columns: [
          { key: 'arm' },
          { key: 'seconds', title: 'search', format: 'seconds' },
          { key: 'speedup', title: 'speed-up', format: 'factor' },
          { key: 'multiplyAdds', title: 'multiply-adds', format: 'count' },
          { key: 'speedupMultiplyAdds', title: 'fewer', format: 'factor' },
          { key: 'paper', title: 'paper', format: 'factor' },
          { key: 'validation', title: 'validation Dice', format: { decimals: 3 } },
          { key: 'dice', title: 'final Dice', format: { decimals: 3 } },
          { key: 'hd95', title: 'HD95 mm', format: { decimals: 1 } },
        ],
        rows,
      }),
      table({
        title: 'The winners.',
        caption: 'The setting with the best validation Dice of each arm.',
        columns: [
          { key: 'arm' },
          { key: 'failed', title: 'failed trials' },
          { key: 'best', title: 'best setting', format: 'text' },
        ],
        rows,
      }),
    ],
    figures: [costDiceFigure({ arms: costs })],
  }
}

function history({ arms }: PageInput): Section {
  return {
    title: 'Search history',
    figures: [
      searchHistoryFigure(
        {
          arms: arms.map(({ arm, trials }) => {
            let seconds = 0
            return {
              name: arm,
              points: trials.map((trial) => {
                seconds += trainSeconds(trial)
                return { trial: trial.number, seconds, value: trial.state === 'complete' ? trial.value : null }
              }),
            }
          }),
        },
        { valueName: 'validation Dice' },
      ),
    ],
  }
}

function ranking({ correlations, ladder }: RunResults): Section {
  if (correlations.length === 0)
    return { title: 'Does the proxy rank settings as the full training does?', text: 'Not measured in this run.' }
  const cost = (name: string) => ladder.find((rung) => rung.name === name)?.stepSeconds ?? NaN
  const networks = correlations.filter(({ score }) => score === 'validation')
  const rungs = networks.map((row) => ({
    name: row.condition,
    cost: cost(row.condition),
    correlation: row.spearman,
    chosen: row.condition === 'proxy-net',
  }))
  return {
    title: 'Does the proxy rank settings as the full training does?',
    text:
      'The same random settings are trained under every condition. A proxy is useful when it puts them in the same order as the full ' +
      'network on all data does.',
    tables: [correlationTable(correlations)],
    figures: [
      ...correlations.map((row) =>
        scatterFigure(
          { points: row.points.map(({ full, proxy }) => ({ x: proxy, y: full })), correlation: row.spearman },
          {
            title: `${row.condition}.`,
            xName: `${row.score} Dice, ${row.condition}`,
            yName: `${row.score} Dice, full`,
          },
        ),
      ),
      ladderFigure({ rungs: [...rungs, { name: 'full-net', cost: cost('full-net'), correlation: 1 }] }),
    ],
  }
}

function correlationTable(rows: readonly CorrelationRow[]) {
  return table({
    title: 'Rank correlation with the full training.',
    caption: '95 % intervals by bootstrap over settings.',
    columns: [
      { key: 'condition' },
      { key: 'score', title: 'compared by', format: 'text' },
      { key: 'settings' },
      { key: 'spearman', title: 'Spearman' },
      { key: 'pearson', title: 'Pearson', format: { decimals: 2 } },
      { key: 'kendall', title: 'Kendall', format: { decimals: 2 } },
    ],
    rows: rows.map(({ condition, score, settings, spearman, pearson, kendall }) => ({
      condition,
      score: `${score} Dice`,
      settings,
      spearman,
      pearson,
      kendall,
    })),
  })
}

function proxyData({ selection, measure }: PageInput): Section {
  const { ids, similarity, chosen } = selection
  return {
    title: 'The proxy data',
    text: `${chosen.length} of ${ids.length} training cases were chosen in ${formatNumber(selection.seconds)} s: ${chosen.join(', ')}.`,
    figures: [
      similarityFigure(
        { matrix: similarity, size: ids.length, names: ids, chosen: chosen.map((id) => ids.indexOf(id)) },
        { measure },
      ),
    ],
  }
}

function oddities({ warnings, setAside }: PageInput): Section {
  return {
    title: 'Data that need a look',
    text: [...setAside.map((message) => `Set aside: ${message}`), ...warnings],
  }
}

function facts({ provenance, selectionSeconds }: RunResults): Record<string, string | number> {
  return {
    command: provenance.command,
    commit: provenance.commit ?? 'unknown',
    date: provenance.date,
    machine: provenance.machine,
    backend: provenance.backend,
    seed: provenance.seed,
    'choice of proxy data': `${formatNumber(selectionSeconds)} s`,
  }
}

function describeSetting(setting: Readonly<Record<string, number | string>>): string {
  const text = (value: number | string) => (typeof value === 'number' ? String(Number(value.toPrecision(3))) : value)
  return Object.entries(setting)
    .map(([name, value]) => `${name} ${text(value)}`)
    .join(', ')
}
