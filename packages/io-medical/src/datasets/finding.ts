/**
 * What a check of a data set says: findings with a severity, a sentence and the cases they are about.
 *
 * @module
 */

/** `problem`: results would be wrong or nothing can be read; `odd`: worth a look; `note`: worth knowing. */
export type Severity = 'problem' | 'odd' | 'note'

/** What a finding is about. */
export type FindingCode =
  | 'layout' // what the reader of the layout says
  | 'unreadable'
  | 'missing-file'
  | 'mask-geometry'
  | 'channel-geometry'
  | 'no-mask'
  | 'empty-mask'
  | 'mask-origin'
  | 'mask-value'
  | 'stray-values'
  | 'not-a-label-map'
  | 'mask-is-image'
  | 'components'
  | 'size'
  | 'label-never'
  | 'label-name'
  | 'non-finite'
  | 'constant-image'
  | 'duplicate-image'
  | 'duplicate-mask'
  | 'split-leak'
  | 'storage'
  | 'geometry'
  | 'intensity'
  | 'metadata'

/** One finding. */
export interface Finding {
  readonly severity: Severity
  readonly code: FindingCode
  /** One sentence with counts, without the names of cases. */
  readonly message: string
  /** Ids of the cases it is about; empty when it is about the set. */
  readonly cases: readonly string[]
}

/** A finding about cases, or none when there are none. */
export function about(
  items: readonly { readonly id: string }[],
  { severity, code, message }: Omit<Finding, 'cases'>,
): Finding[] {
  return items.length === 0 ? [] : [{ severity, code, message, cases: [...new Set(items.map(({ id }) => id))] }]
}

/** `1 mask`, `2 masks`, `12 of 300 masks`. */
export function share(count: number, total: number, noun: string): string {
  const name = `${noun}${total === 1 ? '' : 's'}`
  return count === total ? `${total === 1 ? '' : 'all '}${total} ${name}` : `${count} of ${total} ${name}`
}

/** A percentage with two significant digits. */
export function percent(part: number, whole: number): string {
  return `${Number(((100 * part) / whole).toPrecision(2))} %`
}
