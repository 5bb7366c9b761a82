/**
 * A colour image to paint on: three planes [3, height, width] of numbers that end in [0, 1], and the paints of the 2D
 * phantoms. A paint mixes: new = old + coverage · (colour - old).
 *
 * @module
 */
import type { Rng } from '@leanvox/random'
import type { Shape3 } from '@leanvox/volume'
import { blobReach, relativeRadius, type Blob, type Place } from './blob.ts'
import { blur } from './blur.ts'

/** Red, green, blue in [0, 1]. */
export type Colour = readonly [red: number, green: number, blue: number]

/** Planes of red, green and blue, and their grid. */
export interface Canvas {
  readonly shape: Shape3
  /** [3, height, width] */
  readonly planes: Float32Array
}

/** How a blob is painted. */
export interface Paint {
  readonly colour: Colour
  /** Width of the soft edge, in units of the image's shorter side. */
  readonly edge: number
  /** Share of the colour at a relative radius and a pixel; default 1 everywhere. */
  readonly opacity?: (radius: number, pixel: number) => number
}

/** A canvas of one colour. */
export function createCanvas(shape: Shape3, colour: Colour): Canvas {
  const plane = shape[1] * shape[2]
  const planes = new Float32Array(3 * plane)
  colour.forEach((value, c) => planes.fill(value, c * plane, (c + 1) * plane))
  return { shape, planes }
}

/** Calls back for every pixel with its place; `within` leaves out those farther than its reach from its centre. */
export function forEachPixel(
  [, height, width]: Shape3,
  visit: (place: Place, pixel: number) => void,
  within: { readonly centre: Place; readonly reach: number } = { centre: [0, 0], reach: Infinity },
): void {
  const unit = Math.min(height, width)
  const range = (extent: number, middle: number) => [
    Math.max(0, Math.floor((middle - within.reach) * unit + extent / 2 - 0.5)),
    Math.min(extent - 1, Math.ceil((middle + within.reach) * unit + extent / 2 - 0.5)),
  ]
  const [top, bottom] = range(height, within.centre[0])
  const [left, right] = range(width, within.centre[1])
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      visit([(y + 0.5 - height / 2) / unit, (x + 0.5 - width / 2) / unit], y * width + x)
    }
  }
}

/** Mixes a colour into one pixel. */
export function mix({ planes }: Canvas, pixel: number, { colour, share }: { colour: Colour; share: number }): void {
  const plane = planes.length / 3
  for (let c = 0; c < 3; c++) planes[c * plane + pixel] += share * (colour[c] - planes[c * plane + pixel])
}

/** Paints a blob with a soft edge. */
export function paintBlob(canvas: Canvas, blob: Blob, { colour, edge, opacity = () => 1 }: Paint): void {
  const thickness = Math.min(blob.radii[0], blob.radii[1])
  const visit = (place: Place, pixel: number) => {
    const radius = relativeRadius(blob, place)
    const share = opacity(radius, pixel) / (1 + Math.exp(((radius - 1) * thickness) / edge))
    mix(canvas, pixel, { colour, share })
  }
  forEachPixel(canvas.shape, visit, { centre: blob.centre, reach: blobReach(blob) + 6 * edge })
}

/** Multiplies all colours of each pixel by a factor. */
export function shade({ planes }: Canvas, factor: (pixel: number) => number): void {
  const plane = planes.length / 3
  for (let pixel = 0; pixel < plane; pixel++) {
    const by = factor(pixel)
    for (let c = 0; c < 3; c++) planes[c * plane + pixel] *= by
  }
}

/** The canvas as an 8-bit camera keeps it: blurred, with Gaussian noise, in steps of 1/255 between 0 and 1. */
export function photograph(
  { planes, shape }: Canvas,
  { rng, noise, blurPixels }: { readonly rng: Rng; readonly noise: number; readonly blurPixels: number },
): Float32Array {
  const sharpness: Shape3 = [0, blurPixels, blurPixels]
  const blurred = blur(planes, [3, shape[1], shape[2]], sharpness)
  return blurred.map((value) => {
    const shown = noise === 0 ? value : value + noise * rng.normal()
    return Math.min(255, Math.max(0, Math.round(255 * shown))) / 255
  })
}
