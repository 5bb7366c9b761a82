/**
 * An evaluation as text for a terminal: a block for each label, a line for each metric.
 *
 * @module
 */
import type { FolderEvaluation } from './evaluate-folders.ts'

const WIDTHS = [28, 10, 10, 10, 7, 10] as const

/** The tables, ending in a newline. */
export function formatEvaluation({ labels, metrics, reports, cases, extra }: FolderEvaluation): string {
  const blocks = labels.flatMap((label) => {
    const { missed, invented, absent, metrics: summaries } = reports[label]
    const rows = metrics.map((metric) => {
      const { mean, std, median, count, undefinedCount } = summaries[metric]
      return line([
        `  ${metric}`,
        short(mean),
        short(std),
        short(median),
        String(count - undefinedCount),
        undefinedCount,
      ])
    })
    return [
      `label ${label}: ${cases.length} cases, missed in ${missed}, invented in ${invented}, absent in ${absent}`,
      line(['  metric', 'mean', 'std', 'median', 'cases', 'undefined']),
      ...rows,
      '',
    ]
  })
  const notes = extra.length === 0 ? [] : [`Not scored, for want of a reference: ${extra.join(', ')}`, '']
  return [...(labels.length === 0 ? ['No label above 0 in any file.', ''] : blocks), ...notes].join('\n')
}

function line(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, i) => (i === 0 ? String(cell).padEnd(WIDTHS[i]) : String(cell).padStart(WIDTHS[i])))
    .join('')
    .trimEnd()
}

/** Four digits, or a dash for what is undefined. */
function short(value: number): string {
  if (Number.isNaN(value)) return '–'
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value)
}
