/**
 * The SIZ segment of a JPEG 2000 codestream (ISO/IEC 15444-1, A.5.1), bare or in a JP2 file: size, tiles, components,
 * precision.
 *
 * @module
 */
import type { FrameFormat } from './frame-format.ts'
import { refuse } from './refuse.ts'

const SOC_SIZ = Buffer.from([0xff, 0x4f, 0xff, 0x51])
/** A tile part takes 12 bytes of header and 2 of data marker. */
const TILE_BYTES = 14
const SIZ_BYTES = 42

/** Signedness and precision, after the claimed size was compared with the header. @throws MedicalImageError */
export function readCodestreamSize(bytes: Uint8Array, format: FrameFormat): { signed: boolean; precision: number } {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).indexOf(SOC_SIZ)
  if (start < 0 || start + SIZ_BYTES + 3 > bytes.length) {
    refuse(format.name, { code: 'bad-dicom', expected: 'a JPEG 2000 codestream', found: 'other bytes' })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start)
  const [right, bottom, left, top, tileWidth, tileHeight] = [0, 1, 2, 3, 4, 5].map((i) => view.getUint32(8 + 4 * i))
  const components = view.getUint16(40)
  const { columns, rows, samples, name } = format
  if (right - left !== columns || bottom - top !== rows || components !== samples) {
    const found = `${right - left} x ${bottom - top} of ${components} in the JPEG 2000 stream`
    refuse(name, { code: 'bad-dicom', expected: `${columns} x ${rows} pixels of ${samples}`, found })
  }
  const tiles = Math.ceil(columns / tileWidth) * Math.ceil(rows / tileHeight)
  if (!(tiles * TILE_BYTES <= bytes.length + TILE_BYTES)) {
    refuse(name, {
      code: 'bad-dicom',
      expected: 'tiles that fit into the stream',
      found: `${tiles} tiles in ${bytes.length} bytes`,
    })
  }
  const depth = view.getUint8(42)
  const precision = (depth & 0x7f) + 1
  if (precision > 16)
    refuse(name, { code: 'unsupported', expected: 'at most 16 bits in JPEG 2000', found: `${precision}` })
  return { signed: depth >>> 7 === 1, precision }
}
