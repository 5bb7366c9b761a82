/**
 * `study plot`: the study as one HTML page.
 *
 * @module
 */
import { resolve } from 'node:path'
import { printLine } from '@leanvox/app-shell'
import { describeStudy } from '@leanvox/hpo-search'
import { studyReport, writeReport } from '@leanvox/report'
import type { Command } from 'commander'
import { defined } from '../defined.ts'
import { findStudy } from '../open-study.ts'
import { studyCommand, type StudyArguments } from '../options.ts'
import { openToRead } from '../storage.ts'

export function plotCommand(): Command {
  return studyCommand('plot', 'write a page: history, importance, slices, contours, front, timeline')
    .option('--to <file>', 'the page', 'study.html')
    .option('--figures <folder>', 'each figure as Vega-Lite JSON and SVG as well')
    .action(plot)
}

interface PlotArguments extends StudyArguments {
  readonly to: string
  readonly figures?: string
}

async function plot({ storage: location, name, to, figures }: PlotArguments): Promise<void> {
  const { storage, close } = await openToRead(location)
  try {
    const { study, config } = await findStudy(storage, { name })
    const report = studyReport(describeStudy(study, defined({ objectives: config.objectives })))
    await writeReport(resolve(to), report, defined({ figuresFolder: figures }))
    printLine(`${study.trials.length} trials in ${to}`)
  } finally {
    await close()
  }
}
