/**
 * A checked data set as text for the terminal.
 *
 * @module
 */
import type { DataCheck, Finding } from '@leanvox/io-medical'
import { checkTables, type TextTable } from './tables.ts'
import { counted } from './words.ts'

const MOST_NAMES = 3

/** Head, tables and findings; the findings last, where a terminal stops. */
export function checkText(check: DataCheck): string {
  const { name, layout, cases, images, masks, findings } = check
  const head = `${name} (${layout}): ${counted(cases, 'case')}, ${counted(images, 'image')}, ${counted(masks, 'mask')}`
  const tables = checkTables(check).flatMap((table) => ['', ...tableLines(table)])
  const told = findings.length === 0 ? ['nothing odd was found'] : findings.map(findingLine)
  return `${[head, ...tables, '', 'Findings', ...told.map((line) => `  ${line}`)].join('\n')}\n`
}

function findingLine({ severity, code, message, cases }: Finding): string {
  const names = cases.slice(0, MOST_NAMES).join(', ') + (cases.length > MOST_NAMES ? ', …' : '')
  return `${severity.padEnd(7)} ${code.padEnd(15)} ${message}${names === '' ? '' : ` [${names}]`}`
}

function tableLines({ title, columns, rows }: TextTable): string[] {
  const widths = columns.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i].length)))
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, i) => (i === cells.length - 1 ? cell : cell.padEnd(widths[i]))).join('  ')}`
  return [title, line(columns), ...rows.map(line)]
}
