/**
 * A decoded picture: pixels row by row from the top, the channels of a pixel side by side.
 *
 * @module
 */

/** Pixels as stored: [height, width, channels], top row first. */
export interface Image2d {
  /** 8-bit files, or fewer bits stretched to 0..255: Uint8Array; 16-bit files: Uint16Array. */
  readonly data: Uint8Array | Uint16Array
  readonly height: number
  readonly width: number
  /** 1 grey; 2 grey and alpha; 3 red, green, blue; 4 the same and alpha. */
  readonly channels: 1 | 2 | 3 | 4
}

/** The largest value the file's type can hold: 255 or 65535. */
export function fullRange({ data }: Image2d): number {
  return data instanceof Uint16Array ? 65535 : 255
}

/** Whether the last channel is alpha. */
export function hasAlpha({ channels }: Image2d): boolean {
  return channels === 2 || channels === 4
}

/** Whether alpha, where there is any, is at its maximum everywhere. */
export function isOpaque(image: Image2d): boolean {
  if (!hasAlpha(image)) return true
  const { data, channels } = image
  const full = fullRange(image)
  for (let i = channels - 1; i < data.length; i += channels) if (data[i] !== full) return false
  return true
}

/** `128 x 96 pixels` (width first, as image viewers say it). */
export function sizeText({ height, width }: Pick<Image2d, 'height' | 'width'>): string {
  return `${width} x ${height} pixels`
}
