/**
 * What the 2D colour phantoms have in common: the prepared form that training takes, with depth 1.
 *
 * @module
 */
import { affineFromSpacing, type Affine, type Shape3, type Spacing } from '@leanvox/volume'

/** Which phantom, and on which grid. */
export interface ImagePhantomOptions {
  readonly seed: number
  /** Number of the case; default 0. */
  readonly case?: number
  /** [1, height, width], at least [1, 16, 16]; default [1, 96, 96]. The scene fills the shorter side. */
  readonly shape?: Shape3
}

/** A colour image with its label map, as `@leanvox/training` takes cases. */
export interface ImagePhantom {
  readonly id: string
  /** Planes of red, green and blue, [3, 1, height, width], in [0, 1] in steps of 1/255. */
  readonly image: Float32Array
  /** [1, height, width] */
  readonly label: Uint8Array
  readonly channels: 3
  readonly shape: Shape3
  /** One unit per pixel: a photograph has no millimetres. */
  readonly spacing: Spacing
  readonly affine: Affine
  readonly hasLabel: true
}

/** The options with their defaults; `caller` names the function in errors. */
export function checkedImageOptions(
  { seed, case: number = 0, shape = [1, 96, 96] }: ImagePhantomOptions,
  caller: string,
): { seed: number; number: number; shape: Shape3 } {
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new RangeError(`${caller}: expected case to be a whole number >= 0, got ${number}`)
  }
  const [depth, height, width] = shape
  const fits = shape.length === 3 && depth === 1 && [height, width].every((n) => Number.isSafeInteger(n) && n >= 16)
  if (!fits) {
    throw new RangeError(
      `${caller}: expected shape [1, height, width] of at least [1, 16, 16], got [${shape.join(', ')}]`,
    )
  }
  return { seed, number, shape }
}

/** The grid of an image without millimetres. */
export function pixelGrid(shape: Shape3): Pick<ImagePhantom, 'channels' | 'shape' | 'spacing' | 'affine' | 'hasLabel'> {
  const spacing: Spacing = [1, 1, 1]
  return { channels: 3, shape, spacing, affine: affineFromSpacing(spacing), hasLabel: true }
}

/** `cell-007` for case 7. */
export function caseId(kind: string, number: number): string {
  return `${kind}-${String(number).padStart(3, '0')}`
}

/** Mean luminance (Rec. 601) of the chosen pixels of [3, height, width] planes; NaN if none is chosen. */
export function meanLuminance(planes: Float32Array, chosen: (pixel: number) => boolean): number {
  const plane = planes.length / 3
  let sum = 0
  let count = 0
  for (let i = 0; i < plane; i++) {
    if (!chosen(i)) continue
    sum += 0.299 * planes[i] + 0.587 * planes[plane + i] + 0.114 * planes[2 * plane + i]
    count++
  }
  return sum / count
}
