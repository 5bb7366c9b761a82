/**
 * DICOM transfer syntaxes (PS3.5, annex A; PS3.6, table A-1): how the data set is written, and which decoder its
 * pixels need.
 *
 * Video (MPEG-2, MPEG-4, HEVC), JPIP, SMPTE ST 2110, JPEG XL and the retired JPEG processes other than 1, 2/4 and 14
 * are not read.
 *
 * @module
 */
import { refuse } from './refuse.ts'

/** Who decodes the pixels. */
export type PixelCodec = 'native' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k'

/** One transfer syntax. */
export interface TransferSyntax {
  readonly uid: string
  readonly explicit: boolean
  readonly littleEndian: boolean
  readonly deflated: boolean
  readonly codec: PixelCodec
}

const JPEG = '1.2.840.10008.1.2.4.'

const CODECS: Readonly<Record<string, PixelCodec>> = {
  '1.2.840.10008.1.2.5': 'rle',
  [`${JPEG}50`]: 'jpeg',
  [`${JPEG}51`]: 'jpeg',
  [`${JPEG}57`]: 'jpeg',
  [`${JPEG}70`]: 'jpeg',
  [`${JPEG}80`]: 'jpeg-ls',
  [`${JPEG}81`]: 'jpeg-ls',
  [`${JPEG}90`]: 'jpeg-2000',
  [`${JPEG}91`]: 'jpeg-2000',
  [`${JPEG}201`]: 'htj2k',
  [`${JPEG}202`]: 'htj2k',
  [`${JPEG}203`]: 'htj2k',
}

export const IMPLICIT_LITTLE = '1.2.840.10008.1.2'
export const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1'
export const DEFLATED = '1.2.840.10008.1.2.1.99'
export const EXPLICIT_BIG = '1.2.840.10008.1.2.2'

/**
 * The transfer syntax of a UID.
 *
 * @throws MedicalImageError (unsupported) for one that is not read here
 */
export function transferSyntax(uid: string, name: string): TransferSyntax {
  const plain = { uid, explicit: true, littleEndian: true, deflated: false, codec: 'native' } as const
  if (uid === EXPLICIT_LITTLE) return plain
  if (uid === IMPLICIT_LITTLE) return { ...plain, explicit: false }
  if (uid === EXPLICIT_BIG) return { ...plain, littleEndian: false }
  if (uid === DEFLATED) return { ...plain, deflated: true }
  const codec = CODECS[uid]
  if (codec) return { ...plain, codec }
  const expected = 'a transfer syntax with a decoder (native, deflated, RLE, JPEG, JPEG-LS, JPEG 2000, HTJ2K)'
  return refuse(name, { code: 'unsupported', expected, found: uid === '' ? 'none' : uid })
}
