/**
 * Names of labels that a mask carries itself: the label table of a Caret extension (Connectome Workbench, TotalSegmentator) in a
 * NIfTI header.
 *
 * The extension is XML with `<Label Key="1" …>name</Label>` elements, the name plain or in CDATA. Only these elements are looked
 * at; anything else, and a table that is no such XML, names nothing.
 *
 * @module
 */
import type { NiftiExtension } from '../nifti-extensions.ts'

/** Longer extensions are not searched. */
const MOST_BYTES = 1 << 22
// Bounded, so that text that never closes costs no more than its length.
const LABEL = /<Label\s([^<>]{0,512})>(?:<!\[CDATA\[([^\]]{0,256})\]\]>|([^<>]{0,256}))<\/Label>/g
const KEY = /(?:^|\s)Key="(\d{1,9})"/
const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
}

/** Name of each value, background included where it is named; null for a file without a label table. */
export function labelTableOf(extensions: readonly NiftiExtension[]): ReadonlyMap<number, string> | null {
  const names = new Map<number, string>()
  for (const { data } of extensions) {
    if (data.length > MOST_BYTES) continue
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8')
    if (!text.includes('<CaretExtension') || !text.includes('<LabelTable')) continue
    for (const [, attributes, quoted, plain] of text.matchAll(LABEL)) {
      const key = KEY.exec(attributes)
      const name = (quoted ?? plain.replace(/&(lt|gt|amp|quot|apos);/g, (entity) => ENTITIES[entity])).trim()
      if (key && name !== '') names.set(Number(key[1]), name)
    }
  }
  return names.size > 0 ? names : null
}
