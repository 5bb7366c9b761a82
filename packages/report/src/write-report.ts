/**
 * A report as files: the page, and if asked the figures as editable specifications and SVG beside it.
 *
 * @module
 */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFileAtomic } from '@leanvox/files'
import { renderReport } from './render-report.ts'
import { renderSvg } from './render-svg.ts'
import type { Report } from './report.ts'

export interface WriteReportOptions {
  /** Folder for `figure-1.vl.json`, `figure-1.svg`, … numbered as in the page. */
  readonly figuresFolder?: string
}

/**
 * Writes the page at `path`, whole or not at all, making its folder if need be.
 *
 * @throws FileError of `@leanvox/files` naming the path that could not be written
 */
export async function writeReport(path: string, report: Report, options: WriteReportOptions = {}): Promise<void> {
  const html = await renderReport(report)
  if (options.figuresFolder !== undefined) await writeFigures(report, options.figuresFolder)
  await mkdir(dirname(path), { recursive: true })
  await writeFileAtomic(path, html)
}

async function writeFigures({ sections }: Report, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  let number = 0
  for (const { figures = [], images = [] } of sections) {
    for (const { spec } of figures) {
      const id = `figure-${++number}`
      await writeFileAtomic(join(folder, `${id}.vl.json`), `${JSON.stringify(spec, null, 2)}\n`)
      await writeFileAtomic(join(folder, `${id}.svg`), await renderSvg(spec, { id }))
    }
    // Galleries share the numbers of figures in the page.
    number += images.length
  }
}
