/**
 * Rows of a CSV file in which an id may come several times, such as findings of patients; `readTable` is for tables with
 * one row per image.
 *
 * @module
 */
import { parse } from 'csv-parse/sync'
import { MedicalImageError } from '../errors.ts'
import { readBytes } from '../read-bytes.ts'
import type { TableRow } from '../images/read-table.ts'

/**
 * The rows of a CSV file by column; empty cells are null.
 *
 * @throws MedicalImageError (not-found, unreadable, bad-table)
 */
export async function readRows(path: string): Promise<TableRow[]> {
  const text = new TextDecoder().decode(await readBytes(path, 'readRows'))
  try {
    const rows = parse<Record<string, string>>(text, {
      bom: true,
      columns: true,
      delimiter: [',', ';', '\t'],
      trim: true,
      skip_empty_lines: true,
    })
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, cell || null])))
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    const fault = { code: 'bad-table', file: path, expected: 'rows as long as the header', found } as const
    throw new MedicalImageError('readRows', fault, { cause })
  }
}
