/**
 * A DICOM data set as a table of places: values are read from the bytes when asked for.
 *
 * Only the elements of `tags.ts` are remembered; of a repeated element the last counts, as in pydicom. Sequences are
 * opened item by item on request. Text is read as UTF-8 where (0008,0005) says so and as Latin-1 otherwise: the values
 * that matter (UIDs, codes, numbers) are ASCII, descriptions are for display.
 *
 * @module
 */
import { elementAt, endOfUndefined, refuseItem, tagAt, UNDEFINED_LENGTH, valueRegion, vrAt } from './element-walk.ts'
import { needs, type Element, type Region } from './element-walk.ts'
import { refuse } from './refuse.ts'
import { isPixelTag, isWanted, TAG, tagName } from './tags.ts'

/** Items of one sequence that are read at most: frames and segments are counted in 16 bits nearly everywhere. */
export const MOST_ITEMS = 65_536

/** Remembered elements of one data set or item. */
export class Dataset {
  readonly region: Region
  readonly elements: ReadonlyMap<number, Element>
  // Frames ask their data set the same questions: without memory the work would be frames times bytes.
  private readTexts?: Map<number, string>
  private readItems?: Map<number, Dataset | undefined>

  constructor(region: Region, elements: ReadonlyMap<number, Element>) {
    this.region = region
    this.elements = elements
  }

  has(tag: number): boolean {
    const element = this.elements.get(tag)
    return element !== undefined && element.end !== element.start
  }

  /** The bytes of a value; empty when it is absent. */
  bytes(tag: number): Uint8Array {
    const element = this.elements.get(tag)
    if (!element || element.end < 0) return new Uint8Array(0)
    return this.region.bytes.subarray(element.start, element.end)
  }

  /** Text without padding; empty when absent. */
  text(tag: number): string {
    if (!this.elements.has(tag)) return ''
    const known = this.readTexts?.get(tag)
    if (known !== undefined) return known
    const text = this.decodeText(tag)
    this.readTexts ??= new Map()
    this.readTexts.set(tag, text)
    return text
  }

  private decodeText(tag: number): string {
    const bytes = this.bytes(tag)
    if (bytes.length === 0) return ''
    const utf8 = tag !== TAG.SpecificCharacterSet && this.text(TAG.SpecificCharacterSet).includes('192')
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(utf8 ? 'utf8' : 'latin1')
    return text.replaceAll('\0', '').trim()
  }

  /** Numbers of a DS or IS value, or of FD, FL, US, UL by VR; empty when absent. */
  numbers(tag: number): number[] {
    const element = this.elements.get(tag)
    if (!element || !this.has(tag)) return []
    const { view, littleEndian } = this.region
    const width = BINARY[element.vr]
    if (width) {
      const count = Math.floor((element.end - element.start) / width.bytes)
      return Array.from({ length: count }, (_, i) => width.read(view, element.start + i * width.bytes, littleEndian))
    }
    return this.text(tag)
      .split('\\')
      .map((part) => (part.trim() === '' ? NaN : Number(part)))
  }

  /** One finite number, or undefined when absent. */
  number(tag: number): number | undefined {
    const [value] = this.numbers(tag)
    if (value === undefined || Number.isFinite(value)) return value
    return refuse(this.region.name, {
      code: 'bad-dicom',
      expected: `a number in ${tagName(tag)}`,
      found: `"${this.text(tag)}"`,
    })
  }

  /** An unsigned 16-bit integer, or undefined when absent. */
  ushort(tag: number): number | undefined {
    const element = this.elements.get(tag)
    if (!element || !this.has(tag)) return undefined
    if (element.end - element.start >= 2) return this.region.view.getUint16(element.start, this.region.littleEndian)
    return refuse(this.region.name, { code: 'bad-dicom', expected: `2 bytes in ${tagName(tag)}`, found: '1' })
  }

  /** The first item of a sequence, or undefined. */
  item(tag: number): Dataset | undefined {
    if (!this.elements.has(tag)) return undefined
    if (this.readItems?.has(tag)) return this.readItems.get(tag)
    const [item] = this.items(tag, 1)
    this.readItems ??= new Map()
    this.readItems.set(tag, item)
    return item
  }

  /** The items of a sequence, at most `limit`; none when absent. */
  items(tag: number, limit = MOST_ITEMS): Dataset[] {
    const element = this.elements.get(tag)
    if (!element) return []
    const region = valueRegion(this.region, element)
    const items: Dataset[] = []
    for (let at = element.start; items.length < limit && (element.end < 0 || at < element.end);) {
      needs(region, at + 8)
      if (tagAt(region, at) === TAG.SequenceDelimitation) break
      if (tagAt(region, at) !== TAG.Item) refuseItem(region, at)
      const length = region.view.getUint32(at + 4, region.littleEndian)
      const end = length === UNDEFINED_LENGTH ? -1 : at + 8 + length
      if (end >= 0) needs(region, end)
      const item = readElements(region, { start: at + 8, end })
      items.push(item.dataset)
      at = item.next
    }
    return items
  }
}

type BinaryRead = { readonly bytes: number; readonly read: (view: DataView, at: number, little: boolean) => number }

const BINARY: Readonly<Record<string, BinaryRead>> = {
  FD: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  FL: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  US: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  SS: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  UL: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  SL: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
}

/** Elements from `start` to `end` (or to the item delimiter when -1). */
function readElements(
  outer: Region,
  { start, end }: { start: number; end: number },
): { dataset: Dataset; next: number } {
  const region = outer.explicit && looksImplicit(outer, start) ? { ...outer, explicit: false } : outer
  const elements = new Map<number, Element>()
  let at = start
  while (end < 0 || at < end) {
    const element = elementAt(region, at)
    if (end < 0 && element.tag === TAG.ItemDelimitation)
      return { dataset: new Dataset(region, elements), next: element.start }
    if (isWanted(element.tag)) elements.set(element.tag, element)
    at = element.end < 0 ? endOfUndefined(valueRegion(region, element), element.start) : element.end
  }
  return { dataset: new Dataset(region, elements), next: end }
}

function looksImplicit({ bytes }: Region, at: number): boolean {
  const delimiter = bytes[at + 1] === 0xff || bytes[at] === 0xff
  return at + 8 <= bytes.length && !delimiter && vrAt(bytes, at + 4) === ''
}

/** The top level of a data set up to its pixels. */
export function readTopLevel(region: Region, start: number): { dataset: Dataset; pixels: Element | null } {
  const elements = new Map<number, Element>()
  for (let at = start; at + 8 <= region.bytes.length || !region.complete;) {
    const element = elementAt(region, at)
    if (isPixelTag(element.tag)) return { dataset: new Dataset(region, elements), pixels: element }
    if (isWanted(element.tag)) elements.set(element.tag, element)
    at = element.end < 0 ? endOfUndefined(valueRegion(region, element), element.start) : element.end
  }
  return { dataset: new Dataset(region, elements), pixels: null }
}
