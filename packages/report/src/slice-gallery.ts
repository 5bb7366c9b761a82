/**
 * A gallery of slices with the outlines of reference and prediction, as PNG pictures inside the page.
 *
 * @module
 */
import { pngUri } from './png-uri.ts'
import { sliceImage, type SliceOverlay } from './slice-image.ts'

export interface GalleryCase extends SliceOverlay {
  readonly id: string
  /** Second line under the picture, such as the Dice of the case. */
  readonly note?: string
  /** Size of a pixel in mm, so that slices with unequal spacing keep their proportions. Default `[1, 1]`. */
  readonly pixelSize?: readonly [height: number, width: number]
  /** Values shown black and white; default the smallest and largest of the slice. */
  readonly range?: readonly [low: number, high: number]
}

export interface GalleryImage {
  readonly label: string
  readonly note: string
  readonly alt: string
  readonly uri: string
  readonly width: number
  readonly height: number
}

export interface Gallery {
  readonly kind: 'gallery'
  readonly title: string
  readonly caption: string
  readonly images: readonly GalleryImage[]
  /** Which outlines occur, for the legend. */
  readonly outlines: readonly ('reference' | 'prediction')[]
  /** Pictures that need half a page each, such as strips of panels; default false. */
  readonly wide?: boolean
}

export interface SliceGalleryOptions {
  readonly title?: string
  readonly caption?: string
  /** Longer side of each picture in pixels; default 320. */
  readonly side?: number
}

/** @throws RangeError when an image or mask does not have `width * height` values */
export function sliceGallery(
  { cases }: { readonly cases: readonly GalleryCase[] },
  options: SliceGalleryOptions = {},
): Gallery {
  const { title = 'Predictions.', caption = '', side = 320 } = options
  const outlines = (['reference', 'prediction'] as const).filter((name) =>
    cases.some((item) => item[name] !== undefined),
  )
  return { kind: 'gallery', title, caption, images: cases.map((item) => galleryImage(item, side)), outlines }
}

function galleryImage(item: GalleryCase, side: number): GalleryImage {
  checkSizes(item)
  const { id, note = '', range } = item
  const size = pictureSize(item, side)
  const shown = (['reference', 'prediction'] as const).filter((name) => item[name] !== undefined)
  const alt = `Slice of ${id}${shown.length > 0 ? ` with outline of ${shown.join(' and ')}` : ''}${note ? `, ${note}` : ''}`
  return { label: id, note, alt, uri: pngUri(sliceImage(item, { ...size, ...(range ? { range } : {}) })), ...size }
}

function pictureSize({ image, pixelSize = [1, 1] }: GalleryCase, side: number): { width: number; height: number } {
  const [height, width] = [image.height * pixelSize[0], image.width * pixelSize[1]]
  const scale = side / Math.max(height, width)
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

function checkSizes({ id, image, reference, prediction }: GalleryCase): void {
  const expected = image.width * image.height
  for (const [name, data] of Object.entries({ image: image.data, reference, prediction })) {
    if (data === undefined || (data.length === expected && expected > 0)) continue
    const shape = `${image.height} x ${image.width}`
    throw new RangeError(`sliceGallery: expected ${expected} values (${shape}) in ${name} of ${id}, got ${data.length}`)
  }
}
