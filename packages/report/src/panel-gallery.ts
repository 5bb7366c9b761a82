/**
 * Colour images as strips of panels: the image alone, then once for each prediction with the outlines of reference and
 * prediction over it.
 *
 * @module
 */
import { colourImage, type ColourImage } from './colour-image.ts'
import { pngUri, type Pixels } from './png-uri.ts'
import type { Gallery, GalleryImage } from './slice-gallery.ts'

export interface PanelCase {
  readonly id: string
  /** Under the strip, such as its scores. */
  readonly note?: string
  readonly image: ColourImage
  /** Mask of the image's size; non-zero is foreground. Has a panel of its own. */
  readonly reference?: ArrayLike<number>
  /** One panel each, in this order, such as the dense and the pruned network's mask. */
  readonly predictions: readonly { readonly name: string; readonly mask: ArrayLike<number> }[]
}

export interface PanelGalleryOptions {
  readonly title?: string
  readonly caption?: string
  /** Longer side of each panel in pixels; default 180. */
  readonly side?: number
}

const GAP = 6

/** @throws RangeError when an image does not have `height * width * 3` values or a mask does not have its size */
export function panelGallery(
  { cases }: { readonly cases: readonly PanelCase[] },
  options: PanelGalleryOptions = {},
): Gallery {
  const { title = 'Images.', caption = '', side = 180 } = options
  const outlines = (['reference', 'prediction'] as const).filter((name) =>
    cases.some((one) => (name === 'reference' ? one.reference !== undefined : one.predictions.length > 0)),
  )
  return { kind: 'gallery', title, caption, images: cases.map((one) => strip(one, side)), outlines, wide: true }
}

function strip(one: PanelCase, side: number): GalleryImage {
  checkSizes(one)
  const { id, note = '', image, reference, predictions } = one
  const scale = side / Math.max(image.width, image.height)
  const size = {
    width: Math.max(1, Math.round(image.width * scale)),
    height: Math.max(1, Math.round(image.height * scale)),
  }
  const withReference = reference === undefined ? {} : { reference }
  const panels = [
    colourImage({ image }, size),
    ...(reference === undefined ? [] : [colourImage({ image, reference }, size)]),
    ...predictions.map(({ mask }) => colourImage({ image, ...withReference, prediction: mask }, size)),
  ]
  const names = ['image', ...(reference === undefined ? [] : ['reference']), ...predictions.map(({ name }) => name)]
  const joined = sideBySide(panels)
  const alt = `${id}: ${names.join(', ')}${note ? `; ${note}` : ''}`
  return { label: id, note, alt, uri: pngUri(joined), width: joined.width, height: joined.height }
}

/** The panels in a row on white, with a gap between. */
function sideBySide(panels: readonly Pixels[]): Pixels {
  const { width, height } = panels[0]
  const whole = panels.length * width + (panels.length - 1) * GAP
  const data = new Uint8Array(3 * whole * height).fill(255)
  panels.forEach((panel, p) => {
    for (let y = 0; y < height; y++) {
      data.set(panel.data.subarray(3 * y * width, 3 * (y + 1) * width), 3 * (y * whole + p * (width + GAP)))
    }
  })
  return { width: whole, height, data, channels: 3 }
}

function checkSizes({ id, image, reference, predictions }: PanelCase): void {
  const pixels = image.width * image.height
  const shape = `${image.height} x ${image.width}`
  const check = (name: string, { length }: ArrayLike<number>, expected: number) => {
    if (length === expected && expected > 0) return
    throw new RangeError(`panelGallery: expected ${expected} values (${shape}) in ${name} of ${id}, got ${length}`)
  }
  check('image', image.data, 3 * pixels)
  if (reference !== undefined) check('reference', reference, pixels)
  for (const { name, mask } of predictions) check(name, mask, pixels)
}
