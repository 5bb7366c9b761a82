/**
 * Metadata tables: CSV with a header line, one row per id.
 *
 * Comma, semicolon or tab, whichever the header line holds most of; quotes as in RFC 4180; a byte order mark is skipped.
 * Cells lose the white space around them, and an empty cell is null: unknown, not a value.
 *
 * @module
 */
import { parse } from 'csv-parse/sync'
import { MedicalImageError } from '../errors.ts'
import { readBytes } from '../read-bytes.ts'

/** A row by column name. */
export type TableRow = Readonly<Record<string, string | null>>

/** A metadata table. */
export interface Table {
  /** In the order of the file. */
  readonly columns: readonly string[]
  /** The column that names rows. */
  readonly idColumn: string
  readonly rows: readonly TableRow[]
  readonly byId: ReadonlyMap<string, TableRow>
}

/**
 * A CSV file.
 *
 * @param options.id the column that names rows; by default the first one. Its values must be there and differ
 * @throws MedicalImageError (not-found, unreadable, bad-table, duplicate-id) naming the line or the ids
 *
 * @example
 * const { byId } = await readTable('HAM10000_metadata.csv', { id: 'image_id' })
 */
export async function readTable(path: string, { id }: { readonly id?: string } = {}): Promise<Table> {
  const text = new TextDecoder().decode(await readBytes(path, 'readTable'))
  const [columns = [], ...lines] = recordsOf(text, path)
  checkColumns(columns, path)
  const idColumn = id ?? columns[0]
  if (!columns.includes(idColumn)) {
    throw refused(path, { expected: `a column "${idColumn}"`, found: `columns ${columns.join(', ')}` })
  }
  const rows = lines.map((cells) => Object.fromEntries(columns.map((column, i) => [column, cells[i] || null])))
  return { columns, idColumn, rows, byId: rowsById(rows, idColumn, path) }
}

function recordsOf(text: string, path: string): string[][] {
  try {
    const [head = ''] = /^.*\S.*$/m.exec(text) ?? []
    const delimiter = [',', ';', '\t'].toSorted((a, b) => head.split(b).length - head.split(a).length)[0]
    return parse(text, { bom: true, delimiter, trim: true, skip_empty_lines: true })
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    throw refused(path, { expected: 'rows as long as the header', found }, cause)
  }
}

function checkColumns(columns: readonly string[], path: string): void {
  const repeated = columns.find((column, i) => columns.indexOf(column) !== i)
  if (columns.length === 0) throw refused(path, { expected: 'a header line', found: 'an empty file' })
  if (repeated === undefined) return
  throw refused(path, { expected: 'columns with different names', found: `"${repeated}" more than once` })
}

function rowsById(rows: readonly TableRow[], idColumn: string, path: string): Map<string, TableRow> {
  const byId = new Map<string, TableRow>()
  const repeated = new Set<string>()
  for (const [i, row] of rows.entries()) {
    const id = row[idColumn]
    if (id === null) throw refused(path, { expected: `a value for "${idColumn}"`, found: `none in row ${i + 1}` })
    if (byId.has(id)) repeated.add(id)
    byId.set(id, row)
  }
  if (repeated.size === 0) return byId
  const [first] = repeated
  const found = repeated.size === 1 ? `"${first}" more than once` : `"${first}" and ${repeated.size - 1} more repeated`
  const fault = { code: 'duplicate-id', file: path, expected: `different values of "${idColumn}"`, found } as const
  throw new MedicalImageError('readTable', fault)
}

function refused(
  file: string,
  { expected, found }: { expected: string; found: string },
  cause?: unknown,
): MedicalImageError {
  return new MedicalImageError('readTable', { code: 'bad-table', file, expected, found }, { cause })
}
