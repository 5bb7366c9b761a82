/**
 * An evaluation as files: `summary.json` in nnU-Net's layout, `cases.csv` with a row for each case and label, and
 * `evaluation.json` with the reports and every case.
 *
 * @module
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { writeFileAtomic, writeJson } from '@leanvox/files'
import { nnunetSummary } from '@leanvox/metrics'

import type { FolderEvaluation } from './evaluate-folders.ts'

/** Writes the three files and returns their paths. */
export async function writeEvaluation(evaluation: FolderEvaluation, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const paths = ['summary.json', 'cases.csv', 'evaluation.json'].map((name) => join(folder, name))
  const counted = evaluation.cases.map(({ predictionFile, referenceFile, labels }) => ({
    predictionFile: predictionFile ?? '',
    referenceFile,
    labels: Object.fromEntries(Object.entries(labels).map(([label, { counts }]) => [label, counts])),
  }))
  await writeJson(paths[0], nnunetSummary(counted))
  await writeFileAtomic(paths[1], casesTable(evaluation))
  await writeJson(paths[2], plain(evaluation))
  return paths
}

/** Comma-separated rows; numbers as pandas and R read them, NaN and Infinity among them. */
export function casesTable({ cases, labels, metrics }: FolderEvaluation): string {
  const header = ['case', 'label', 'empty', 'reference_voxels', 'prediction_voxels', ...metrics]
  const rows = cases.flatMap((one) =>
    labels.map((label) => {
      const { values, empty, counts } = one.labels[label]
      const { truePositives, falsePositives, falseNegatives } = counts
      const voxels = [truePositives + falseNegatives, truePositives + falsePositives]
      return [quoted(one.id), label, empty, ...voxels, ...metrics.map((metric) => values[metric])]
    }),
  )
  return [header, ...rows].map((row) => `${row.join(',')}\n`).join('')
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** JSON has neither NaN nor Infinity: null, and the word. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isNaN(value) ? null : Number.isFinite(value) ? value : String(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}
