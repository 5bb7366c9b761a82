/**
 * A colour picture enlarged, with the outlines of masks over it.
 *
 * Where two outlines meet they take turns along the diagonal, as in `slice-image.ts`.
 *
 * @module
 */
import { contour } from './contour.ts'
import type { Pixels } from './png-uri.ts'
import { CONTOUR } from './theme.ts'
import { upscale } from './upscale.ts'

export interface ColourImage {
  /** `height * width * 3` values from 0 to 255, channels last; values outside are cut, NaN is black. */
  readonly data: ArrayLike<number>
  readonly width: number
  readonly height: number
}

export interface ColourOverlay {
  readonly image: ColourImage
  /** `height * width` values; non-zero is foreground. */
  readonly reference?: ArrayLike<number>
  readonly prediction?: ArrayLike<number>
}

export interface ColourImageOptions {
  readonly width: number
  readonly height: number
  readonly thickness?: number
}

const DASH = 5

/** RGB pixels at the size asked for. */
export function colourImage({ image, reference, prediction }: ColourOverlay, options: ColourImageOptions): Pixels {
  const { width, height, thickness = 2 } = options
  const data = enlarged(image, { width, height })
  const outline = (mask?: ArrayLike<number>) =>
    mask ? contour({ data: mask, width: image.width, height: image.height }, { width, height, thickness }) : null
  const lines = [
    { mask: outline(reference), colour: CONTOUR.reference },
    { mask: outline(prediction), colour: CONTOUR.prediction },
  ]
  for (let i = 0; i < width * height; i++) {
    const here = lines.filter(({ mask }) => mask?.[i] === 1)
    const turn = Math.floor(((i % width) + Math.floor(i / width)) / DASH)
    if (here.length > 0) data.set(here[turn % here.length].colour, 3 * i)
  }
  return { width, height, data, channels: 3 }
}

function enlarged(image: ColourImage, { width, height }: { width: number; height: number }): Uint8Array {
  const data = new Uint8Array(3 * width * height)
  for (const channel of [0, 1, 2]) {
    const plane = Float32Array.from({ length: image.width * image.height }, (_, i) => image.data[3 * i + channel])
    const large = upscale({ data: plane, width: image.width, height: image.height }, { width, height })
    large.forEach((value, i) => {
      data[3 * i + channel] = Number.isFinite(value) ? Math.round(Math.min(255, Math.max(0, value))) : 0
    })
  }
  return data
}
