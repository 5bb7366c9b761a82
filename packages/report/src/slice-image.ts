/**
 * One slice as a picture: grey image, outlines of reference and prediction over it.
 *
 * Where both outlines meet they take turns along the diagonal, so that agreement shows as a dashed line of two colours
 * and neither hides the other.
 *
 * @module
 */
import { contour } from './contour.ts'
import { CONTOUR } from './theme.ts'
import type { Pixels } from './png-uri.ts'
import { upscale, type Slice } from './upscale.ts'

export interface SliceOverlay {
  readonly image: Slice
  /** Label map of the image's size; non-zero is foreground, each label has its own outline. */
  readonly reference?: ArrayLike<number>
  readonly prediction?: ArrayLike<number>
}

export interface SliceImageOptions {
  /** Size of the picture in pixels. */
  readonly width: number
  readonly height: number
  /** Values shown black and white; default the smallest and largest finite value of the slice. */
  readonly range?: readonly [low: number, high: number]
  readonly thickness?: number
}

const DASH = 5

/** RGB pixels. Values that are not finite are black. */
export function sliceImage({ image, reference, prediction }: SliceOverlay, options: SliceImageOptions): Pixels {
  const { width, height, range = finiteRange(image), thickness = 2 } = options
  const data = greyPixels(image, { width, height, range })
  const outlineOf = (mask?: ArrayLike<number>) =>
    mask ? contour({ ...image, data: mask }, { width, height, thickness }) : undefined
  const outlines = { reference: outlineOf(reference), prediction: outlineOf(prediction) }
  for (let i = 0; i < width * height; i++) {
    const colour = colourAt(outlines, i, (i % width) + Math.floor(i / width))
    if (colour) data.set(colour, 3 * i)
  }
  return { width, height, data, channels: 3 }
}

type Outlines = { readonly reference: Uint8Array | undefined; readonly prediction: Uint8Array | undefined }

function colourAt({ reference, prediction }: Outlines, i: number, diagonal: number) {
  const inReference = reference?.[i] === 1
  const inPrediction = prediction?.[i] === 1
  if (inReference && inPrediction) return Math.floor(diagonal / DASH) % 2 === 0 ? CONTOUR.reference : CONTOUR.prediction
  if (inReference) return CONTOUR.reference
  return inPrediction ? CONTOUR.prediction : undefined
}

function greyPixels(
  image: Slice,
  { width, height, range }: Required<Omit<SliceImageOptions, 'thickness'>>,
): Uint8Array {
  const [low, high] = range
  const values = upscale(image, { width, height })
  const data = new Uint8Array(3 * width * height)
  values.forEach((value, i) => {
    const share = high > low ? (value - low) / (high - low) : 0
    const grey = Number.isFinite(share) ? Math.round(255 * Math.min(1, Math.max(0, share))) : 0
    data.fill(grey, 3 * i, 3 * i + 3)
  })
  return data
}

function finiteRange({ data }: Slice): [number, number] {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) continue
    low = Math.min(low, data[i])
    high = Math.max(high, data[i])
  }
  return low > high ? [0, 1] : [low, high]
}
