/**
 * A study as a page: its best trials, then what can be learned from all of them.
 *
 * @module
 */
import { formatNumber } from '../format.ts'
import type { Report, Section } from '../report.ts'
import { table, type Cell, type Table } from '../table.ts'
import { studyContourFigure, studyRankFigure } from './study-contour-figure.ts'
import { studyDistributionFigure } from './study-distribution-figure.ts'
import { studyHistoryFigure } from './study-history-figure.ts'
import { studyImportanceFigure } from './study-importance-figure.ts'
import { studyIntermediateFigure } from './study-intermediate-figure.ts'
import { studyParallelFigure } from './study-parallel-figure.ts'
import { studyParetoFigure } from './study-pareto-figure.ts'
import { studySliceFigure } from './study-slice-figure.ts'
import { studyTimelineFigure } from './study-timeline-figure.ts'
import type { StudyObjective, StudyValues, TrialState } from './study-values.ts'

/** The page of `describeStudy(study)` of `@leanvox/hpo-search`, for `writeReport` or `renderReport`. */
export function studyReport(study: StudyValues): Report {
  const { name, objectives, counts, pareto, curves, timeline } = study
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const several = objectives.length > 1
  const aims = objectives.map((objective) => `${objective.direction} ${objective.name}`).join(', ')
  const names = objectives.map((objective) => objective.name)
  return {
    title: `Study ${name}`,
    subtitle: `${total} trials to ${aims}.`,
    highlights: highlightsOf(study),
    sections: [
      {
        title: several ? 'The front' : 'Best trials',
        tables: [bestTable(study)],
        figures: several ? [studyParetoFigure(pareto, { names })] : [],
      },
      ...objectives.map((objective) => objectiveSection(objective, several)),
      {
        title: 'How it ran',
        figures: [...(curves.length > 0 ? [studyIntermediateFigure(curves)] : []), studyTimelineFigure(timeline)],
      },
    ],
  }
}

function highlightsOf({ objectives, best, counts }: StudyValues) {
  const states = (['complete', 'pruned', 'fail', 'running', 'waiting'] as const).filter((state) => counts[state] > 0)
  const first = best[0]
  const top =
    objectives.length === 1
      ? { label: `best ${objectives[0].name}`, value: formatNumber(first?.values?.[0]), ...noteOf(first?.number) }
      : { label: 'trials on the front', value: formatNumber(best.length, 'integer') }
  return [top, ...states.map((state) => ({ label: labels[state], value: formatNumber(counts[state], 'integer') }))]
}

const labels: Readonly<Record<TrialState, string>> = {
  complete: 'completed',
  pruned: 'pruned',
  fail: 'failed',
  running: 'running',
  waiting: 'waiting',
}

function noteOf(number: number | undefined): { note?: string } {
  return number === undefined ? {} : { note: `trial ${number}` }
}

function bestTable({ objectives, best }: StudyValues): Table {
  const shown = best.slice(0, 20)
  const parameters = [...new Set(shown.flatMap(({ params }) => Object.keys(params)))]
  const rows = shown.map(({ number, values, params }) => ({
    trial: String(number),
    ...Object.fromEntries(objectives.map((_, index): [string, Cell] => [`value ${index}`, values?.[index]])),
    ...Object.fromEntries(parameters.map((parameter) => [`param ${parameter}`, cellOf(params[parameter])])),
  }))
  return table({
    title: objectives.length === 1 ? 'Best trials.' : 'Trials on the front.',
    caption: shown.length < best.length ? `The first ${shown.length} of ${best.length}.` : '',
    columns: [
      { key: 'trial' },
      ...objectives.map((objective, index) => ({
        key: `value ${index}`,
        title: objective.name,
        format: 'number' as const,
      })),
      ...parameters.map((parameter) => ({ key: `param ${parameter}`, title: parameter })),
    ],
    rows,
    strong: objectives.length === 1 && shown.length > 0 ? [0] : [],
  })
}

function cellOf(value: number | string | boolean | null | undefined): Cell {
  return typeof value === 'boolean' || value === null ? String(value) : value
}

function objectiveSection(objective: StudyObjective, several: boolean): Section {
  return {
    title: several ? `Objective ${objective.name}` : 'What the trials say',
    figures: [
      studyHistoryFigure(objective),
      studyImportanceFigure(objective),
      studyDistributionFigure(objective),
      studySliceFigure(objective),
      studyParallelFigure(objective),
      ...(objective.contours.length > 0 ? [studyContourFigure(objective), studyRankFigure(objective)] : []),
    ],
  }
}
