/**
 * Pixels → PNG → `data:` URI, so that a page needs no second file.
 *
 * @module
 */
import { encode } from 'fast-png'

export interface Pixels {
  readonly width: number
  readonly height: number
  /** `height * width * channels` bytes, row after row. */
  readonly data: Uint8Array
  readonly channels: 3 | 4
}

export function pngUri({ width, height, data, channels }: Pixels): string {
  const bytes = encode({ width, height, data, channels, depth: 8 })
  return `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`
}
