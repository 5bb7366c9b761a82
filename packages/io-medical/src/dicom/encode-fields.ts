/**
 * Data elements to bytes, explicit little endian (PS3.5, 7.1.2); sequences and items with lengths.
 *
 * @module
 */

/** A value: text, numbers (US, UL, FD by VR), bytes, or items. */
export type FieldValue = string | readonly number[] | Uint8Array | readonly Fields[]
/** Tag, VR, value. */
export type Field = readonly [tag: number, vr: string, value: FieldValue]
export type Fields = readonly Field[]

const LONG = new Set(['OB', 'OW', 'SQ', 'UN', 'UT'])
const WIDTH: Readonly<Record<string, number>> = { US: 2, UL: 4, FD: 8, AT: 4 }
const ITEM = [0xfe, 0xff, 0x00, 0xe0]

/** The elements in tag order. @throws RangeError for a value that does not fit its VR */
export function encodeFields(fields: Fields): Buffer {
  const sorted = [...fields].sort(([a], [b]) => a - b)
  return Buffer.concat(sorted.flatMap(([tag, vr, value]) => encodeField(tag, vr, encodeValue(vr, value))))
}

function encodeField(tag: number, vr: string, content: Buffer): Buffer[] {
  const long = LONG.has(vr)
  const head = Buffer.alloc(long ? 12 : 8)
  head.writeUInt16LE(tag >>> 16, 0)
  head.writeUInt16LE(tag & 0xffff, 2)
  head.write(vr, 4, 'latin1')
  if (long) head.writeUInt32LE(content.length, 8)
  else if (content.length <= 0xffff) head.writeUInt16LE(content.length, 6)
  else throw new RangeError(`encodeFields: expected at most 65535 bytes of ${vr}, got ${content.length}`)
  return [head, content]
}

function encodeValue(vr: string, value: FieldValue): Buffer {
  if (typeof value === 'string') return padded(Buffer.from(value, 'utf8'), vr === 'UI' ? 0 : 0x20)
  if (value instanceof Uint8Array) return padded(Buffer.from(value.buffer, value.byteOffset, value.length), 0)
  if (vr === 'SQ') return Buffer.concat((value as readonly Fields[]).flatMap(encodeItem))
  return encodeNumbers(vr, value as readonly number[])
}

function encodeItem(fields: Fields): Buffer[] {
  const content = encodeFields(fields)
  const head = Buffer.from([...ITEM, 0, 0, 0, 0])
  head.writeUInt32LE(content.length, 4)
  return [head, content]
}

function encodeNumbers(vr: string, numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * WIDTH[vr])
  numbers.forEach((number, i) => {
    if (vr === 'US') bytes.writeUInt16LE(number, 2 * i)
    else if (vr === 'UL') bytes.writeUInt32LE(number, 4 * i)
    else if (vr === 'FD') bytes.writeDoubleLE(number, 8 * i)
    else {
      bytes.writeUInt16LE(number >>> 16, 4 * i)
      bytes.writeUInt16LE(number & 0xffff, 4 * i + 2)
    }
  })
  return bytes
}

function padded(bytes: Buffer, by: number): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([by])])
}

/** A decimal string of at most 16 characters (PS3.5, 6.2), the nearest that fits. */
export function decimal(value: number): string {
  const text = String(value)
  if (text.length <= 16) return text
  for (let digits = 16; digits > 0; digits--) {
    const shorter = String(Number(value.toPrecision(digits)))
    if (shorter.length <= 16) return shorter
  }
  return '0'
}
