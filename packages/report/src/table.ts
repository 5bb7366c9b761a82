/**
 * Tables: columns with a format each, rows of plain values.
 *
 * @module
 */
import { escapeHtml } from './escape.ts'
import { formatInterval, formatNumber, MISSING, type Interval, type NumberFormat } from './format.ts'

export type Cell = string | number | Interval | null | undefined

export interface Column {
  /** Name of the value in each row. */
  readonly key: string
  /** Heading; the key when left out. */
  readonly title?: string
  /** `'text'` keeps words to the left; every other format is for numbers, to the right. Default: by the values. */
  readonly format?: NumberFormat | 'text'
}

export type Row = Readonly<Record<string, Cell>>

export interface Table {
  readonly kind: 'table'
  readonly title: string
  readonly caption: string
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** Indices of rows set in bold. */
  readonly strong: readonly number[]
}

export interface TableOptions {
  readonly columns: readonly (Column | string)[]
  readonly rows: readonly Row[]
  readonly title?: string
  readonly caption?: string
  readonly strong?: readonly number[]
}

/** A table; a column given as a string is its key. Missing values and NaN read `–`. */
export function table({ columns, rows, title = '', caption = '', strong = [] }: TableOptions): Table {
  const whole = columns.map((column) => (typeof column === 'string' ? { key: column } : column))
  return { kind: 'table', title, caption, columns: whole, rows, strong }
}

/** One cell as text. */
export function formatCell(cell: Cell, format?: NumberFormat | 'text'): string {
  if (cell === null || cell === undefined || cell === '') return MISSING
  if (typeof cell === 'string') return cell
  const numeric = format === 'text' ? undefined : format
  return typeof cell === 'number' ? formatNumber(cell, numeric) : formatInterval(cell, numeric)
}

/** The `<table>` element, named by the element with the id `label`, in a box that scrolls sideways. */
export function tableHtml({ columns, rows, strong }: Table, label: string): string {
  const numeric = columns.map((column) => isNumeric(column, rows))
  const side = (i: number) => (numeric[i] ? ' class="number"' : '')
  const head = columns.map(({ key, title = key }, i) => `<th scope="col"${side(i)}>${escapeHtml(title)}</th>`)
  const body = rows.map((row, r) => {
    const cells = columns.map(({ key, format }, i) =>
      cellHtml(formatCell(row[key], format), { first: i === 0, side: side(i) }),
    )
    return `<tr${strong.includes(r) ? ' class="strong"' : ''}>${cells.join('')}</tr>`
  })
  const none = `<tr><td colspan="${columns.length}" class="none">no rows</td></tr>`
  return `<div class="scroll"><table aria-labelledby="${label}">
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${body.length > 0 ? body.join('\n') : none}
</tbody>
</table></div>`
}

/** Texts longer than this many characters break into lines, so that a sentence pushes no column out of sight. */
const LONGEST_LINE = 32

function cellHtml(text: string, { first, side }: { first: boolean; side: string }): string {
  const kind = side === '' && text.length > LONGEST_LINE ? ' class="long"' : side
  return first ? `<th scope="row"${kind}>${escapeHtml(text)}</th>` : `<td${kind}>${escapeHtml(text)}</td>`
}

function isNumeric({ key, format }: Column, rows: readonly Row[]): boolean {
  if (format !== undefined) return format !== 'text'
  const cells = rows.map((row) => row[key]).filter((cell) => cell !== null && cell !== undefined)
  return cells.length > 0 && cells.every((cell) => typeof cell !== 'string')
}
