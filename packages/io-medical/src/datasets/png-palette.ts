/**
 * What a PNG file stores before decoding: bit depth, colour type and palette (PNG specification, third edition, 11.2).
 *
 * Decoders turn palettes into colours; a tool that reads the indices instead sees other values, upside down when index 0
 * is the brighter colour.
 *
 * @module
 */

/** The header of a PNG, as far as masks can be misread through it. */
export interface PngStorage {
  readonly bits: number
  readonly kind: 'grey' | 'colour' | 'palette' | 'grey and alpha' | 'colour and alpha'
  /** Mean of red, green and blue of each palette entry; empty without a palette. */
  readonly palette: readonly number[]
}

const KINDS = { 0: 'grey', 2: 'colour', 3: 'palette', 4: 'grey and alpha', 6: 'colour and alpha' } as const

/** Header and palette of a PNG file's bytes; undefined for another file or a broken one. */
export function pngStorage(bytes: Uint8Array): PngStorage | undefined {
  if (bytes.length < 33 || bytes[0] !== 0x89 || bytes[1] !== 0x50) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kind = KINDS[bytes[25] as keyof typeof KINDS]
  if (kind === undefined) return undefined
  return { bits: bytes[24], kind, palette: kind === 'palette' ? paletteOf(view) : [] }
}

/** Chunks are a length, a name, data and a checksum; the palette comes before the pixels. */
function paletteOf(view: DataView): number[] {
  for (let at = 8; at + 12 <= view.byteLength;) {
    const length = view.getUint32(at)
    const name = view.getUint32(at + 4)
    if (name === 0x504c5445) {
      const entries = Math.min(256, Math.floor(Math.min(length, view.byteLength - at - 8) / 3))
      const start = at + 8
      const mean = (i: number) =>
        (view.getUint8(start + 3 * i) + view.getUint8(start + 3 * i + 1) + view.getUint8(start + 3 * i + 2)) / 3
      return Array.from({ length: entries }, (_, i) => mean(i))
    }
    at += length + 12
  }
  return []
}

/**
 * Whether index 0 stands for a brighter colour than the last index: read as indices, the mask is upside down. That holds
 * for palettes of two colours and for ramps.
 */
export function isInvertedPalette({ palette }: PngStorage): boolean {
  return palette.length > 1 && palette[0] > palette[palette.length - 1]
}
