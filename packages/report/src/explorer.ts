/**
 * A slider in the page: at every stop some numbers, and the same images with that stop's outlines over them.
 *
 * All stops are worked out beforehand: numbers as text, outlines as transparent PNG over one PNG of the image. The page's
 * script only exchanges what is shown, so it works without network, and without a script the first stop is there.
 *
 * @module
 */
import { colourImage, type ColourImage } from './colour-image.ts'
import { contour } from './contour.ts'
import { pngUri } from './png-uri.ts'
import { CONTOUR } from './theme.ts'

export interface ExplorerInput {
  /** Name of what the slider moves, such as `φ`. */
  readonly knob: string
  /** The slider's stops as text, in its order. */
  readonly stops: readonly string[]
  /** Shown beside the slider: one text for each stop, and perhaps a share in [0, 1] that is drawn as a bar. */
  readonly facts: readonly ExplorerFact[]
  readonly cases: readonly ExplorerCase[]
}

export interface ExplorerFact {
  readonly name: string
  readonly values: readonly string[]
  readonly shares?: readonly number[]
}

export interface ExplorerCase {
  readonly id: string
  readonly image: ColourImage
  /** Mask of the image's size; non-zero is foreground, each label has its own outline. */
  readonly reference?: ArrayLike<number>
  /** One mask a stop. */
  readonly predictions: readonly ArrayLike<number>[]
  /** One text a stop, such as the Dice of the case. */
  readonly notes: readonly string[]
}

export interface ExplorerOptions {
  readonly title?: string
  readonly caption?: string
  /** Stop shown first; default the last. */
  readonly start?: number
  /** Longer side of the pictures in pixels; default 240. */
  readonly side?: number
}

export interface ExplorerPicture {
  readonly id: string
  readonly width: number
  readonly height: number
  readonly image: string
  /** Transparent PNG of the outlines, one a stop. */
  readonly outlines: readonly string[]
  readonly notes: readonly string[]
}

export interface Explorer {
  readonly kind: 'explorer'
  readonly title: string
  readonly caption: string
  readonly knob: string
  readonly stops: readonly string[]
  readonly start: number
  readonly facts: readonly ExplorerFact[]
  readonly pictures: readonly ExplorerPicture[]
}

/**
 * @throws RangeError for no stops, a start that is none of them, lists of another length than the stops, or masks and images
 *   whose sizes disagree
 */
export function explorer(input: ExplorerInput, options: ExplorerOptions = {}): Explorer {
  const { knob, stops, facts, cases } = input
  const { title = 'Move the slider.', caption = '', start = stops.length - 1, side = 240 } = options
  if (stops.length === 0) throw new RangeError('explorer: expected at least one stop, got 0')
  if (!Number.isInteger(start) || start < 0 || start >= stops.length) {
    throw new RangeError(`explorer: expected a start among ${stops.length} stops, got ${start}`)
  }
  for (const { name, values, shares } of facts) {
    checkLength(values, { stops, of: name })
    if (shares !== undefined) checkLength(shares, { stops, of: `shares of ${name}` })
  }
  const pictures = cases.map((one) => picture(one, { stops, side }))
  return { kind: 'explorer', title, caption, knob, stops, start, facts, pictures }
}

function picture(one: ExplorerCase, { stops, side }: { stops: readonly string[]; side: number }): ExplorerPicture {
  const { id, image, reference, predictions, notes } = one
  checkLength(predictions, { stops, of: `predictions of ${id}` })
  checkLength(notes, { stops, of: `notes of ${id}` })
  checkSizes(one)
  const scale = side / Math.max(image.width, image.height)
  const size = {
    width: Math.max(1, Math.round(image.width * scale)),
    height: Math.max(1, Math.round(image.height * scale)),
  }
  const outlines = predictions.map((prediction) => outlinesUri({ image, prediction, reference }, size))
  return { id, ...size, image: pngUri(colourImage({ image }, size)), outlines, notes }
}

const DASH = 5

interface Outlined {
  readonly image: ColourImage
  readonly prediction: ArrayLike<number>
  readonly reference: ArrayLike<number> | undefined
}

function outlinesUri({ image, prediction, reference }: Outlined, size: { width: number; height: number }): string {
  const { width, height } = size
  const outline = (mask: ArrayLike<number>) =>
    contour({ data: mask, width: image.width, height: image.height }, { ...size, thickness: 2 })
  const lines = [
    ...(reference === undefined ? [] : [{ mask: outline(reference), colour: CONTOUR.reference }]),
    { mask: outline(prediction), colour: CONTOUR.prediction },
  ]
  const data = new Uint8Array(4 * width * height)
  for (let i = 0; i < width * height; i++) {
    const here = lines.filter(({ mask }) => mask[i] === 1)
    if (here.length === 0) continue
    const turn = Math.floor(((i % width) + Math.floor(i / width)) / DASH)
    data.set([...here[turn % here.length].colour, 255], 4 * i)
  }
  return pngUri({ width, height, data, channels: 4 })
}

function checkLength(list: ArrayLike<unknown>, { stops, of }: { stops: readonly string[]; of: string }): void {
  if (list.length === stops.length) return
  throw new RangeError(`explorer: expected ${stops.length} values, one a stop, in ${of}, got ${list.length}`)
}

function checkSizes({ id, image, reference, predictions }: ExplorerCase): void {
  const pixels = image.width * image.height
  const check = (name: string, { length }: ArrayLike<number>, expected: number) => {
    if (length === expected && expected > 0) return
    const shape = `${image.height} x ${image.width}`
    throw new RangeError(`explorer: expected ${expected} values (${shape}) in ${name} of ${id}, got ${length}`)
  }
  check('image', image.data, 3 * pixels)
  if (reference !== undefined) check('reference', reference, pixels)
  for (const mask of predictions) check('prediction', mask, pixels)
}
