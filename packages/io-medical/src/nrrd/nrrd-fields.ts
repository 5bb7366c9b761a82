/**
 * The text of an NRRD header: magic, fields (`field: value`), keys (`key:=value`), comments, and where it ends.
 *
 * After "Definition of NRRD File Format" (teem.sourceforge.net/nrrd/format.html), versions 1 to 5.
 *
 * @module
 */
import type { Refuse } from '../origin.ts'

/** A header as text. */
export interface NrrdText {
  readonly version: number
  /** Values by field name, in lower case, spaces inside names left out (`data file` is `datafile`). */
  readonly fields: ReadonlyMap<string, string>
  /** The writer's own keys. */
  readonly keys: Readonly<Record<string, string>>
  /** Lines after `data file: LIST`. */
  readonly listed: readonly string[]
  /** First byte behind the header and its empty line; undefined without an empty line. */
  readonly end: number | undefined
}

/** Whether the bytes begin as an NRRD file does. */
export function isNrrd(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, 7)).toString('latin1') === 'NRRD000'
}

/** No honest header is longer. */
export const LONGEST_NRRD_HEADER = 1 << 22

/**
 * The fields of a header.
 *
 * @throws what `refuse` throws (bad-header, unsupported)
 */
export function nrrdText(bytes: Uint8Array, refuse: Refuse): NrrdText {
  const { lines, end } = headerLines(bytes)
  const version = Number(/^NRRD000(\d)\s*$/.exec(lines[0] ?? '')?.[1])
  if (!(version >= 1))
    refuse('bad-header', 'NRRD0001 to NRRD0005 in the first line', JSON.stringify(lines[0]?.slice(0, 40)))
  if (version > 5) refuse('unsupported', 'NRRD0001 to NRRD0005', `NRRD000${version}`)
  const fields = new Map<string, string>()
  const keys: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [i, line] of lines.entries()) {
    if (i === 0 || line.startsWith('#')) continue
    const key = /^([^:]*):=(.*)$/.exec(line)
    const field = /^([^:=]+): ?(.*)$/.exec(line)
    if (key) keys[key[1]] = unescaped(key[2])
    else if (field) addField(fields, field, refuse)
    else refuse('bad-header', `a field or key in line ${i + 1}`, JSON.stringify(line.slice(0, 40)))
    // Whatever follows a list's announcement is the list.
    if (fields.get('datafile')?.startsWith('LIST')) return { version, fields, keys, listed: lines.slice(i + 1), end }
  }
  return { version, fields, keys, listed: [], end }
}

function addField(fields: Map<string, string>, [, name, value]: RegExpExecArray, refuse: Refuse): void {
  const key = name.trim().toLowerCase().replace(/\s+/g, '').replace('centerings', 'centers')
  if (fields.has(key)) refuse('bad-header', `one field "${name.trim()}"`, 'two')
  fields.set(key, value.trim())
}

function headerLines(bytes: Uint8Array): { lines: string[]; end: number | undefined } {
  const lines: string[] = []
  for (let at = 0; at < Math.min(bytes.length, LONGEST_NRRD_HEADER);) {
    const found = bytes.indexOf(0x0a, at)
    const end = found < 0 ? bytes.length : found
    const line = Buffer.from(bytes.subarray(at, end)).toString('utf8').replace(/\r$/, '')
    if (line === '') return { lines, end: end + 1 }
    lines.push(line)
    at = end + 1
  }
  return { lines, end: undefined }
}

function unescaped(value: string): string {
  return value.replace(/\\(n|\\)/g, (_, what: string) => (what === 'n' ? '\n' : '\\'))
}
